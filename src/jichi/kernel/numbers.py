"""Numbers, postcodes, telephone numbers and mail addresses as people type them.

Full width, commas, spaces and any dash are accepted; what is stored is one normalised form. Errors are
ValueErrors with a stable `code`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final


class InputError(ValueError):
    """Input that can't be read; `code` is stable and equals `str(error)`; `params` fill its message.

    Codes: number.missing, number.unreadable, number.too_small, number.too_large, postcode.missing,
    postcode.unreadable, phone.missing, phone.unreadable, email.missing, email.unreadable.
    """

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


_DASHES: Final = "‐‑‒–—―−ーｰ－"
_TO_DASH: Final = str.maketrans(dict.fromkeys(_DASHES, "-"))


def _plain(text: str) -> str:
    """Half width, dashes alike, no spaces at all."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(_TO_DASH))


def parse_int(text: str, *, minimum: int | None = None, maximum: int | None = None, unit: str = "") -> int:
    """A whole number: 5000, ５，０００, 5,000, "5 000", +5, -5, −5.

    Args:
        minimum, maximum: bounds, both included.
        unit: a word that may follow ("円", "人").

    Raises:
        InputError: number.missing, number.unreadable (also for misplaced commas), number.too_small
            and number.too_large with `minimum` or `maximum`.
    """
    plain = _plain(text)
    if unit:
        plain = plain.removesuffix(unit)
    if not plain:
        raise InputError("number.missing")
    if not re.fullmatch(r"[+-]?(?:[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5})", plain):
        raise InputError("number.unreadable")
    value = int(plain.replace(",", ""))
    if minimum is not None and value < minimum:
        raise InputError("number.too_small", minimum=minimum)
    if maximum is not None and value > maximum:
        raise InputError("number.too_large", maximum=maximum)
    return value


def parse_decimal(text: str, *, places: int) -> Decimal:
    """A decimal number with at most `places` digits after the point (36.5, １，２３４．５).

    Raises:
        InputError: number.missing, number.unreadable.
    """
    plain = _plain(text)
    if not plain:
        raise InputError("number.missing")
    fraction = rf"(?:\.[0-9]{{1,{places}}})?" if places > 0 else ""
    if not re.fullmatch(rf"[+-]?(?:[0-9]{{1,18}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}}){fraction}", plain):
        raise InputError("number.unreadable")
    return Decimal(plain.replace(",", ""))


def format_int(value: int) -> str:
    """With commas from four digits: 5,000."""
    return f"{value:,}"


def format_percent(part: int, whole: int) -> str:
    """A share with one decimal, a half rounded up: 67.0%; "－" where there is no whole."""
    if whole == 0:
        return "－"
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{share:,}%"


def parse_postcode(text: str) -> str:
    """Seven digits: 123-4567, 〒1234567, １２３－４５６７ → 1234567.

    Raises:
        InputError: postcode.missing, postcode.unreadable.
    """
    plain = _plain(text).removeprefix("〒")
    if not plain:
        raise InputError("postcode.missing")
    if not re.fullmatch(r"[0-9]{3}-?[0-9]{4}", plain):
        raise InputError("postcode.unreadable")
    return plain.replace("-", "")


def format_postcode(postcode: str) -> str:
    """〒123-4567."""
    return f"〒{postcode[:3]}-{postcode[3:]}"


_ELEVEN_DIGITS: Final = re.compile(r"0[5-9]0[0-9]{8}|0800[0-9]{7}")
_TEN_DIGITS: Final = re.compile(r"0(?!00)(?![5-9]0)[0-9]{9}")

AREA_CODES: Final[Mapping[str, tuple[int, int]]] = {
    "03": (2, 4),
    "06": (2, 4),
    "011": (3, 3),
    "042": (3, 3),
    "0422": (4, 2),
    "0428": (4, 2),
    "0429": (0, 0),
    "0471": (2, 4),
    "044": (3, 3),
    "045": (3, 3),
    "052": (3, 3),
    "075": (3, 3),
    "078": (3, 3),
    "0120": (4, 3),
    "0570": (4, 3),
    "0800": (4, 3),
    "050": (3, 4),
    "060": (3, 4),
    "070": (3, 4),
    "080": (3, 4),
    "090": (3, 4),
}
"""Start of a number → digits of its first two groups, (0, 0) where they can't be told; the longest start wins.
Only areas without neighbours that share their start: Tokyo, some large cities and the numbers without a
place, from memory; a ward hands in its own where its residents' numbers differ."""


def parse_phone(text: str) -> str:
    """A telephone number as digits: 0312345678; one from abroad keeps its +.

    Hyphens, brackets, dots, spaces and +81 are understood. Ten digits for fixed lines, 0120 and 0570;
    eleven for 050–090 and 0800.

    Raises:
        InputError: phone.missing, phone.unreadable.
    """
    plain = re.sub(r"[-().・]", "", _plain(text).removeprefix("TEL:").removeprefix("tel:"))
    if not plain:
        raise InputError("phone.missing")
    if plain.startswith("+81"):
        plain = f"0{plain[3:].removeprefix('0')}"
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", plain):
        return plain
    if plain.isascii() and (_ELEVEN_DIGITS.fullmatch(plain) or _TEN_DIGITS.fullmatch(plain)):
        return plain
    raise InputError("phone.unreadable")


def format_phone(phone: str, *, area_codes: Mapping[str, tuple[int, int]] = AREA_CODES) -> str:
    """A stored number with hyphens: 03-1234-5678, 090-1234-5678, 0120-123-456.

    A number whose area code isn't in the table stays without hyphens: a wrong group is worse than none.
    """
    for length in range(5, 1, -1):
        groups = area_codes.get(phone[:length])
        if groups is not None:
            first, second = groups
            if first == 0:
                return phone
            return f"{phone[:first]}-{phone[first : first + second]}-{phone[first + second :]}"
    return phone


_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-][A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def parse_email(text: str) -> str:
    """A mail address: NFKC, no surrounding spaces, the domain in lower case.

    Strict enough to keep header injection and typing errors out. Dots side by side or before @ are
    accepted, since Japanese carriers issued such addresses.

    Raises:
        InputError: email.missing, email.unreadable.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        raise InputError("email.missing")
    local, at, domain = plain.rpartition("@")
    domain = domain.lower()
    labels = domain.split(".")
    fits = (
        bool(at)
        and len(plain) <= 254
        and len(local) <= 64
        and _LOCAL.fullmatch(local) is not None
        and len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdecimal()
        and len(labels[-1]) >= 2
    )
    if not fits:
        raise InputError("email.unreadable")
    return f"{local}@{domain}"
