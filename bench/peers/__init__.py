"""Programs of others that ours is measured against, each run by an environment of its own."""
