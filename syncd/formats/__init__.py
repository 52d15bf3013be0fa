"""File formats that several vendors hand out, turned into canonical records. Pure.

Nothing here opens a file, reads a clock or looks at the machine's zone: bytes and facts in,
records out, and ``Malformed`` for what cannot be understood.
"""
