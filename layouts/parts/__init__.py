"""HTML factories: each part takes frozen values and returns htpy elements, escaped by construction."""
