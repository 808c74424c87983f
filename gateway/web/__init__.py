"""The right bank: HTTP for consumers and for those who watch over the service."""
