"""Rights on the books. What an official reaches at all, row security decides."""

from __future__ import annotations

from typing import Final

VIEW: Final = "eng_ledger.view"
WATCH: Final = "eng_ledger.watch"
CLOSE: Final = "eng_ledger.close"
