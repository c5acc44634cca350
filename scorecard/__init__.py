"""Meaning: what the numbers of a golden thread say. Knows no SQL and no Dash."""
