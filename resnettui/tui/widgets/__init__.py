"""What the screens are made of: one Panel widget, and functions that draw its lines."""
