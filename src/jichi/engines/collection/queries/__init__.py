"""How instalments and receipts stand, as rooms above, pages and `jichi doctor` read it. Row security decides what."""

from __future__ import annotations

from .books import findings, wrong
from .preview import Preview, preview_assessments
from .receipts import LeftOver, left_of, unallocated
from .standing import InstalmentView, lapsing, late_as_of, of_payer, standings

__all__ = [
    "InstalmentView", "LeftOver", "Preview", "findings", "lapsing", "late_as_of", "left_of", "of_payer",
    "preview_assessments", "standings", "unallocated", "wrong",
]  # fmt: skip
