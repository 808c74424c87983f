"""Texts that would leave the house: who is mentioned in them, and which contact data they hold."""
