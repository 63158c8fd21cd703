"""アンケート: a few questions after something took place, answered once and without a name."""
