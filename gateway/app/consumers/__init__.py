"""Consumers as an admin sees them, and what they are told beside the feed."""
