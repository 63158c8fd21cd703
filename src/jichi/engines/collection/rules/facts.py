"""Words of collection's facts, shared by tables, actions and pages."""

from __future__ import annotations

from typing import Final, Literal

Nature = Literal["tax", "premium", "fee"]
NATURES: Final[tuple[Nature, ...]] = ("tax", "premium", "fee")
"""税, 保険料 (limitation of two years), 使用料・負担金 (five years)."""
ChangeKind = Literal["increased", "reduced", "exempted", "cancelled", "written_off", "late_waived"]
CHANGES: Final[tuple[ChangeKind, ...]] = (
    "increased", "reduced", "exempted", "cancelled", "written_off", "late_waived",
)  # fmt: skip
"""増額, 減額, 減免, 取消し, 不納欠損, 延滞金の減免."""
RELIEFS: Final = ("all", "half", "above")
Purse = Literal["cash", "agents", "source"]
PURSES: Final[tuple[Purse, ...]] = ("cash", "agents", "source")


def limitation_years(nature: Nature) -> int:
    """Years after which it lapses: five, two for premiums (地方税法18条, 地方自治法236条, 国民健康保険法110条)."""
    return 2 if nature == "premium" else 5
