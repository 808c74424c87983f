"""The third bank: drains everything that hangs on an authorization, and can go on after any crash."""
