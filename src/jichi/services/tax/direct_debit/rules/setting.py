"""What an administrator types about banks and 費目, read and judged. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import time
from typing import Final

from jichi.kernel.errors import FieldError

RANGES: Final[Mapping[str, tuple[int, int]]] = {"lead_days": (0, 90), "retries": (0, 5), "stop_after": (1, 12)}
"""What the database takes, both ends counted."""


def is_bank_code(text: str) -> bool:
    """Four digits (統一金融機関コード)?"""
    return re.fullmatch(r"[0-9]{4}", text) is not None


def time_from(text: str) -> time | None:
    """8:30, 08:30 or 0830 in any width; None where it is none. 24:00 is 00:00."""
    found = re.fullmatch(r"(\d{1,2}):?(\d\d)", unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def hours_from(opens: str, closes: str) -> tuple[tuple[time, time] | None, dict[str, FieldError]]:
    """Opening hours as typed, or what is wrong with which field."""
    read = {"opens": time_from(opens), "closes": time_from(closes)}
    typed = {"opens": opens, "closes": closes}
    wrong = {
        name: FieldError("debit.time" if typed[name].strip() else "field.required")
        for name, value in read.items() if value is None
    }  # fmt: skip
    first, last = read["opens"], read["closes"]
    return ((first, last) if first is not None and last is not None else None), wrong


def offer_numbers(values: Mapping[str, str]) -> tuple[dict[str, int] | None, dict[str, FieldError]]:
    """lead_days, retries, stop_after and goal_permille from texts, or what is wrong with which field."""
    found: dict[str, int] = {}
    wrong: dict[str, FieldError] = {}
    for name, (least, most) in RANGES.items():
        text = unicodedata.normalize("NFKC", values.get(name, "")).strip()
        if re.fullmatch(r"[0-9]{1,2}", text) and least <= int(text) <= most:
            found[name] = int(text)
        else:
            wrong[name] = FieldError("debit.range" if text else "field.required", {"least": least, "most": most})
    text = unicodedata.normalize("NFKC", values.get("goal", "")).strip()
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", text) and float(text) <= 100:
        found["goal_permille"] = round(float(text) * 10)
    else:
        wrong["goal"] = FieldError("debit.range" if text else "field.required", {"least": 0, "most": 100})
    return (None if wrong else found), wrong
