"""The process: imports, derivation, rebuild, and the views that screens are made of."""
