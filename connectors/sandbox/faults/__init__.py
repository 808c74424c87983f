"""Faults on demand, by name: what can go wrong at a provider, as it looks on the wire."""
