"""Requests of persons about their data: opened, carried out, and told of."""
