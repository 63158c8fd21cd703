"""Pages of events for officials."""
