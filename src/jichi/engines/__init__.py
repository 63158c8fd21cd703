"""What any service may use; no ward policy."""
