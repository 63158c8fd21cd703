"""Pages of files from banks and agents, for officials."""
