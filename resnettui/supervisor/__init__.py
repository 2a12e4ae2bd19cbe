"""Starts, feeds, watches and stops worker processes."""
