"""Words every floor speaks; no Django, no database."""
