"""Numbers: how a golden thread is computed from a company's own database."""
