"""The commands without a screen: measure, keep, print."""
