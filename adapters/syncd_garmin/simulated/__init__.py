"""Parts of the simulated Garmin: the world of a walker, and how Garmin tells it.

``services`` answers the paths that both of Garmin's interfaces have; who is let in, and by which
address, is each simulator's own.
"""
