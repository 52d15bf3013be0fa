"""Meaning: what a minute, a bout, a walk, a day and a week are. Pure functions only.

Nothing in this room knows a clock, a database, a file or a log. Definitions and numbers follow
docs/explanation/walking-rules.md.
"""
