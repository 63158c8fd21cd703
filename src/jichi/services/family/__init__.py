"""Services of families and children."""
