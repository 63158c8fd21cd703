"""Public portal (公開ページ)."""
