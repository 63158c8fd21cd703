"""Pages of slips, for officials. Japanese only."""
