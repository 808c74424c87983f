"""What a tenant chose and agreed to, until when, and how that changes."""
