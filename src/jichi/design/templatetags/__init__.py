"""Template tags of the design floor."""
