"""Officials' pages of after-school clubs. Japanese only."""
