"""Officials' pages of routes."""
