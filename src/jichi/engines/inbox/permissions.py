"""Keys of this room's permissions."""

from typing import Final

ALL_DIVISIONS: Final = "inbox.all_divisions"
"""See every division's work and search entries (as far as the entry's own permission allows)."""
SEARCH_MISSES: Final = "inbox.search_misses"
"""See which words were searched in vain."""
