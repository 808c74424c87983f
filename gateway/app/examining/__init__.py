"""Whether a tenant's grant allows what it should, and no more."""
