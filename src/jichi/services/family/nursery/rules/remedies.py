"""The instruction on remedies (教示) under every notice: a text with places to be filled, checked before it is kept.

What must be told: that a review may be asked for, of whom and until when (行政不服審査法82条), and that a suit may be
brought, against whom and until when (行政事件訴訟法46条). The periods are numbers of the text, not of the program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import FieldError

PLACES: Final = {
    "区長": "審査請求をする相手", "区": "訴えの相手", "審査請求の月数": "審査請求ができる月数",
    "訴えの月数": "訴えを起こせる月数",
}  # fmt: skip
"""Placeholder → what it stands for; each is needed at least once."""
NEEDED: Final = ("審査請求", "取消")
LONGEST: Final = 1_500
MOST_MONTHS: Final = 24
_PLACE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Remedies:
    """A wording with its two periods in months."""

    text: str
    appeal_months: int
    suit_months: int


EXAMPLE: Final = Remedies(
    "この決定に不服がある場合は、この通知書を受け取った日の翌日から起算して{審査請求の月数}か月以内に、{区長}に対して審査請求を"
    "することができます(行政不服審査法第2条、第18条)。この決定の取消しを求める訴えは、この通知書を受け取った日の翌日から起算して"
    "{訴えの月数}か月以内に、{区}を被告として(訴訟において{区}を代表する者は{区長}です)提起することができます"
    "(行政事件訴訟法第14条)。審査請求をした場合は、その裁決があったことを知った日の翌日から起算して{訴えの月数}か月以内です。",
    3, 6,
)  # fmt: skip
"""In use until a division has its own (行政不服審査法18条1項: 3 months; 行政事件訴訟法14条1項: 6 months)."""


def read_remedies(posted: Mapping[str, str]) -> tuple[Remedies | None, dict[str, FieldError]]:
    """(the wording, {}) from {text, appeal_months, suit_months}, or (None, what is wrong by field)."""
    wrong: dict[str, FieldError] = {}
    text = posted.get("text", "").replace("\r\n", "\n").strip()
    named = _PLACE.findall(text)
    unknown = [one for one in named if one not in PLACES]
    missing = [f"{{{one}}}" for one in PLACES if one not in named]
    if not text:
        wrong["text"] = FieldError("field.required")
    elif len(text) > LONGEST:
        wrong["text"] = FieldError("field.too_long", {"max": LONGEST, "now": len(text)})
    elif unknown or "{" in _PLACE.sub("", text) or "}" in _PLACE.sub("", text):
        names = "、".join(f"{{{one}}}" for one in PLACES)
        wrong["text"] = FieldError("nursery.place_unknown", {"name": unknown[0] if unknown else "{ }", "names": names})
    elif missing or any(word not in text for word in NEEDED):
        absent = [*missing, *(word for word in NEEDED if word not in text)]
        wrong["text"] = FieldError("nursery.place_missing", {"names": "、".join(absent)})
    months: dict[str, int] = {}
    for name in ("appeal_months", "suit_months"):
        given = posted.get(name, "").strip()
        months[name] = int(given) if given.isascii() and given.isdigit() and len(given) < 3 else 0
        if not 1 <= months[name] <= MOST_MONTHS:
            wrong[name] = FieldError("nursery.months", {"max": MOST_MONTHS})
    return (None, wrong) if wrong else (Remedies(text, **months), {})


def filled(wording: Remedies, *, ward: str) -> str:
    """The text as it stands on a notice."""
    values = {
        "区長": f"{ward}長", "区": ward, "審査請求の月数": str(wording.appeal_months),
        "訴えの月数": str(wording.suit_months),
    }  # fmt: skip
    return _PLACE.sub(lambda found: values[found[1]], wording.text)
