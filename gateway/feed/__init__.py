"""The feed: what a consumer is told, and how far it has read. Pure."""
