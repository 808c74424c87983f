"""The gateway between employers' calendars and FlexO."""
