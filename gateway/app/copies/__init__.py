"""Copies of the store: taken, tried, put back."""
