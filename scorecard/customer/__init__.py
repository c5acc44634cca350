"""The customer's side: journey, cases, voices."""
