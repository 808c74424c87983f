"""A transmitter of the Shared Signals Framework 1.0 on loopback: it tells of people as their issuer does."""
