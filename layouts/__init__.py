"""Sight: what people see. Pages are escaped HTML and plain Plotly figures; nothing here computes or judges."""
