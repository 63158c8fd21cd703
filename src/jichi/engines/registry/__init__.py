"""Registry (住民・世帯)."""
