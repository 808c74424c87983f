"""Calendars as their providers tell them. Everything personal stays in this package."""
