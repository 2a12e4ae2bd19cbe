"""Starts, feeds, watches and stops worker processes."""

import logging

# Where no log was begun, nothing of it belongs on stderr.
logging.getLogger("resnettui").addHandler(logging.NullHandler())
