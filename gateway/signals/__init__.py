"""Signals: what providers send us: bytes in, facts out; nothing but what is signed is believed. Pure."""
