"""Signals: what providers send us of their own accord. Bytes in, facts out; nothing is believed. Pure."""
