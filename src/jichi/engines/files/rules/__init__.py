"""What may come in and under which name: pure functions on bytes and strings."""
