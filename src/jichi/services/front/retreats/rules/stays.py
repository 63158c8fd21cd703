"""States of a stay, and who among those who wait gets what came free."""

from __future__ import annotations

from typing import Final

STAY_STATES: Final = (
    "applied", "waiting", "offered", "held", "requested", "booked", "arrived", "no_show", "cancelled", "refused",
    "lost",
)  # fmt: skip
HOLDING: Final = ("offered", "held", "requested", "booked", "arrived", "no_show")
"""States in which a room is kept for the stay."""
OPEN: Final = ("applied", "waiting", "offered", "held", "requested", "booked")
"""States in which its person may still change or cancel it."""
SOLD: Final = ("requested", "booked", "arrived", "no_show")
"""Nights that count as used (利用率): offers count once they are accepted."""
WORDS: Final = {
    "applied": "抽選待ち", "waiting": "キャンセル待ち", "offered": "返事待ち", "requested": "宿の確認待ち",
    "held": "支払い待ち", "booked": "予約済み", "arrived": "到着", "no_show": "不泊", "cancelled": "取消し",
    "refused": "お断り", "lost": "落選・期限切れ",
}  # fmt: skip
"""State → Japanese, for officials."""
MOST_AT_ONCE: Final = 2
"""Rooms that one person may have in the same night: a large family needs two."""
