"""Persons who connect a calendar, or are enrolled."""
