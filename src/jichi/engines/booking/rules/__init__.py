"""What is decided about bookings: pure, without clock, chance or files."""
