"""The composition root: the only room that has seen the whole house. Builds, starts and stops everything."""
