"""Settings, urls, wsgi and the jichi command."""
