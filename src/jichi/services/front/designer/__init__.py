"""手続の設計: a division designs a procedure on pages; the definition file stays the truth."""
