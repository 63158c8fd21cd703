"""What a ward's divisions and residents know by name."""
