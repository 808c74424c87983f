"""Proof of a withdrawal: certificates, and the transparency log that they stand in. Pure."""
