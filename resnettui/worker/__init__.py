"""The measuring process: the only package that imports torch. Started as its own program."""
