"""The domain: axes, trials, statistics, operator counts, messages. No I/O, no torch."""
