"""What simulators share: a synthetic person whose every step is known, and files made of it.

Randomness comes from a seed and time from arguments: the same call gives the same bytes.
"""
