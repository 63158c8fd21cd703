"""Pages of the inventory, for officials."""
