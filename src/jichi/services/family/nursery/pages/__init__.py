"""Pages of nursery admission: officials, families, the public."""
