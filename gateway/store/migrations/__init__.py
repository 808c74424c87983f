"""Schema changes, numbered, forward only."""
