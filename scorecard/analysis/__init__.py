"""What can be said about figures, and how sure: signals, budgets, effects, forecasts, attribution, evidence."""
