"""Google Workspace, read by a service account with domain-wide delegation."""
