"""Garmin, by its Personal API and by Garmin Connect: what both roads share lies here.

Limits and losses: docs/adapters/garmin.md.
"""
