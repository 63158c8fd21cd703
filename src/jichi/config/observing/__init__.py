"""Watching the platform from outside: metrics, spans, log lines of requests. No personal data in any of them."""
