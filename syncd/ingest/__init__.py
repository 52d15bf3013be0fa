"""How data comes in: adapters are found, payloads archived, parsed and stored."""
