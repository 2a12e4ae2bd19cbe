"""resnettui: a live profiler, in the terminal, of ResNet inference on CPUs."""

__version__ = "0.1.0"
