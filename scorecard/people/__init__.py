"""What people add to the thread, and who may see what."""
