"""Whose data, where it lives, who may reach it. No HTTP, no Excel."""
