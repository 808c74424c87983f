"""What can be shown of an authorization, and of what was done with it (Art. 5(2), 13, 14, 30 GDPR)."""
