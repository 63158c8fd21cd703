"""Pages of retreats."""
