"""Taxes and what is collected with them (税・収納)."""
