"""Leaks put in on purpose: each tells what no consumer may learn, and the property of silence finds it."""
