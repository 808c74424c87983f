"""Microsoft 365 through Microsoft Graph, read with application permissions."""
