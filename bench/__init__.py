"""Benchmarks: each prints what it measured, its reference in the same run, and the ratio."""
