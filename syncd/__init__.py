"""syncd: walk sessions and an honest verdict for every day, from fitness trackers."""

__version__ = "0.1.0"
