"""The screens: each a pure function ``page(board, ask, …)`` to blocks of markup and charts."""
