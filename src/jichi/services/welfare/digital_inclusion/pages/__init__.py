"""Pages of classes and help desks."""
