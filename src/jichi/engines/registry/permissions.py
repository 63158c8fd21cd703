"""Permission keys of this room."""

from typing import Final

SEARCH: Final = "eng_registry.resident.search"
VIEW: Final = "eng_registry.resident.view"
PROTECTED: Final = "eng_registry.protected.view"
PROVISIONAL: Final = "eng_registry.provisional.view"
ORGANISATION: Final = "eng_registry.organisation.view"
IMPORT: Final = "eng_registry.import"
CONFIRM: Final = "eng_registry.import.confirm"
