"""Messages (通知)."""
