"""What a person sees: rows in, lines out. Nothing here reads a database, a clock or a terminal."""
