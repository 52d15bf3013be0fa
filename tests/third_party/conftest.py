"""The worked example is a distribution of its own: its tests run where it is installed."""

from __future__ import annotations

collect_ignore = ["syncd_pedometer"]
