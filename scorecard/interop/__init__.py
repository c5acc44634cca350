"""Other people's formats: what a definition is in them, and what of theirs has no counterpart here."""
