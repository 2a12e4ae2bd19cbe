"""Turns results into JSON, tables and text. No I/O."""
