"""What this room's error codes say; only officials meet them."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    "collection.rate_missing": "{year}年の割合が登録されていないため、計算できません。割合を登録してください。",
    "collection.deferral_rate_missing": "{year}年の猶予期間の割合が登録されていないため、計算できません。",
    "collection.pay_period": "月給のほか(日給・週給・賞与)は計算できません。法令の定めで計算してください。",
}
"""Code → Japanese."""
