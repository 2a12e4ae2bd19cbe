"""This board: what it is, what of it may be used, and what its sensors say."""
