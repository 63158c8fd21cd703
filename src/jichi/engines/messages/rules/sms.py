"""SMS: telephone numbers, how long a text is on the air, what it must not say, when a telephone may ring. Pure.

Lengths are 3GPP TS 23.038/23.040: 160 septets or 70 UTF-16 units in one part, 153 or 67 in each of several.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 660
"""UTF-16 units at which domestic services for companies stop, and some telephones."""
DESIGN: Final = 70
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWO: Final = frozenset("^{}\\[~]|€\f")
"""Characters behind an escape: two septets."""


def units(text: str) -> int:
    """Length in UTF-16 units: an emoji or a rare kanji outside of the basic plane counts two."""
    return sum(2 if ord(c) > 0xFFFF else 1 for c in text)


def is_gsm(text: str) -> bool:
    """Does it go over the air in 7-bit characters? One kanji, kana or "…" and nothing does."""
    return all(c in _GSM or c in _GSM_TWO for c in text)


def pieces(text: str) -> tuple[str, ...]:
    """The parts in which it goes over the air, each of them billed; no character is cut in two."""
    gsm = is_gsm(text)
    one, several = (160, 153) if gsm else (70, 67)
    widths = [2 if (c in _GSM_TWO if gsm else ord(c) > 0xFFFF) else 1 for c in text]
    if sum(widths) <= one:
        return (text,)
    found, start, room = [], 0, several
    for place, width in enumerate(widths):
        if width > room:
            found.append(text[start:place])
            start, room = place, several
        room -= width
    return (*found, text[start:])


def with_link(text: str, link: str) -> str:
    """The text, and our address below it where that costs no further part."""
    both = f"{text}\n{link}"
    return both if len(pieces(both)) == len(pieces(text)) and units(both) <= LONGEST else text


# -- what it must not say --------------------------------------------------------------------------

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s、。「」()]+|\bwww\.[^\s、。]+")
_KEYED: Final = re.compile(r"[0-9A-HJ-NP-Z]{4}-?[0-9A-HJ-NP-Z]{4}\Z|[^/]*\d{4,}|[^/]{20,}")
"""A part of a path that may belong to one person: a receipt number, a long number, a long random word."""
_AMOUNT: Final = re.compile(r"\d[\d,，.]*\s*(円|万円|yen|元|엔)|[¥￥]\s*\d|(JPY|CNY)\s*\d", re.IGNORECASE)
_NAME: Final = re.compile(r"[^\s、。]{1,20}\s*(様|さま|さん|殿|氏)|\b(Mr|Ms|Mrs|Dear)\b\.?|(先生|女士|님)")
_TAX: Final = re.compile(r"税|国保|保険料|tax\b|세금|滞納|overdue|arrears", re.IGNORECASE)


def own_address(url: str, origin: str) -> bool:
    """Is it ours, without a key that belongs to one person, a query or a fragment?"""
    try:
        there, ours = urlsplit(url), urlsplit(origin)
    except ValueError:
        return False
    if (there.scheme, there.netloc) != (ours.scheme, ours.netloc) or "?" in url or "#" in url:
        return False
    return not any(_KEYED.match(part) for part in there.path.split("/"))


def sms_problems(text: str, *, origin: str) -> tuple[str, ...]:
    """Why it must not go out as an SMS: "empty", "too_long", "control", "foreign_url", "amount_name_tax"; () when fine.

    Args:
        origin: our address, "https://city.example"; other addresses and keys of one person are refused.
    """
    found = []
    if not text.strip():
        found.append("empty")
    if units(text) > LONGEST:
        found.append("too_long")
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c != "\n" for c in text):
        found.append("control")
    if not all(own_address(found_url[0], origin) for found_url in _URL.finditer(text)):
        found.append("foreign_url")
    if _AMOUNT.search(text) and _NAME.search(text) and _TAX.search(text):
        found.append("amount_name_tax")
    return tuple(found)


# -- numbers -----------------------------------------------------------------------------------------

_MOBILE: Final = re.compile(r"(?:\+81|0)([6789]0\d{8})")


def normal_phone(text: str) -> str | None:
    """A Japanese mobile number in one form, "+819012345678"; None when it is none (landlines get no SMS)."""
    plain = re.sub(r"[\s()（）‐-―−ー－-]", "", unicodedata.normalize("NFKC", text))
    found = _MOBILE.fullmatch(plain) if plain.isascii() else None
    return f"+81{found[1]}" if found else None


def shown_phone(number: str) -> str:
    """As people write it: 090-1234-5678."""
    local = f"0{number.removeprefix('+81')}"
    return f"{local[:3]}-{local[3:7]}-{local[7:]}" if len(local) == 11 else number


# -- when a telephone may ring -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RingHours:
    """Hours between which an SMS may arrive (9 to 20: from 9:00 until before 20:00), and whether on Sundays."""

    opens: int = 9
    closes: int = 20
    sundays: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= 24:
            raise ValueError("hours: two numbers from 0 to 24, the first one smaller")


def next_ring(now: datetime, hours: RingHours) -> datetime:
    """`now` where a telephone may ring, else when it may next.

    Args:
        now: local time of the ward.
    """
    if hours.opens <= now.hour < hours.closes and (hours.sundays or now.weekday() != 6):
        return now
    day = now.replace(hour=hours.opens, minute=0, second=0, microsecond=0)
    if now.hour >= hours.opens:
        day += timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == 6 and not hours.sundays else day
