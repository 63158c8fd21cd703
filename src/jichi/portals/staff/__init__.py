"""Staff portal (職員ポータル)."""
