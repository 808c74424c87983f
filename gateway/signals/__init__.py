"""Signals: what providers send us of their own accord. Bytes in, facts out; only what is signed is believed. Pure."""
