"""Rules, plans and calendars between the stores and the pure policies."""
