"""Pages of the designer, for officials."""
