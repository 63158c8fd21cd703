"""Check digits of the numbers a municipality handles, and masking of individual numbers.

The individual number (個人番号) is never stored: what is here recognises one, to refuse or mask it.
All functions take ASCII digits; anything else is simply not valid. Only the rule of the individual number
was read in its ordinance; the others were established on published numbers (see each docstring).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal, TypeAlias

RemainderOne: TypeAlias = Literal["zero", "skip"]
Verdict: TypeAlias = Literal["right", "wrong", "unverified"]

SHORT_RULE_PREFECTURES: Final = frozenset({"11", "12", "13", "14"})
"""埼玉, 千葉, 東京, 神奈川: the check digit of a medical institution covers its six digits only."""

UNSEEN_PREFECTURES: Final = frozenset({"47"})
"""沖縄 was not in the published codes the rule was established on."""


def _is_digits(value: str, *lengths: int) -> bool:
    return len(value) in lengths and value.isascii() and value.isdecimal()


def _need_digits(value: str, *lengths: int) -> None:
    if not _is_digits(value, *lengths):
        raise ValueError(f"{' or '.join(map(str, lengths))} digits are needed")


def my_number_check_digit(eleven: str) -> int:
    """Last digit of an individual number, by the ministerial ordinance under the 番号利用法.

    With P1 the lowest of the 11 digits: Qn = n + 1 up to the sixth, n - 5 from the seventh; r = ΣPnQn mod 11;
    0 for r ≤ 1, otherwise 11 - r.
    """
    _need_digits(eleven, 11)
    total = sum(int(p) * (n + 1 if n <= 6 else n - 5) for n, p in enumerate(reversed(eleven), start=1))
    rest = total % 11
    return 0 if rest <= 1 else 11 - rest


def is_my_number(value: str) -> bool:
    """Whether 12 digits are an individual number by their check digit; all digits alike never are."""
    if not _is_digits(value, 12) or len(set(value)) == 1:
        return False
    return my_number_check_digit(value[:-1]) == int(value[-1])


def is_corporate_number(value: str) -> bool:
    """法人番号: 13 digits, the first is the check digit over the other 12.

    Weights 1, 2, 1, 2 … from the lowest digit, products not split; 9 - (Σ mod 9).
    """
    if not _is_digits(value, 13):
        return False
    total = sum(int(d) * (1 if n % 2 == 0 else 2) for n, d in enumerate(reversed(value[1:])))
    return int(value[0]) == 9 - total % 9


def local_government_check_digit(five: str) -> int:
    """Sixth digit of a 全国地方公共団体コード: weights 6, 5, 4, 3, 2; (11 - Σ mod 11) mod 10."""
    _need_digits(five, 5)
    return (11 - sum(int(d) * w for d, w in zip(five, (6, 5, 4, 3, 2), strict=True)) % 11) % 10


def is_local_government_code(value: str) -> bool:
    """Whether six digits are a local government code by their check digit (131032 for 港区)."""
    return _is_digits(value, 6) and local_government_check_digit(value[:5]) == int(value[5])


def modulus_10_check_digit(digits: str) -> int:
    """The check digit of insurers, payers, offices: weights 2, 1, 2, 1 … from the lowest digit.

    The digits of each product are added; (10 - Σ mod 10) mod 10. Source: 診療報酬請求書等の記載要領,
    設定要領 of the 保険者番号.
    """
    if not digits or not _is_digits(digits, len(digits)):
        raise ValueError("digits are needed")
    products = (int(d) * (2 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits)))
    return (10 - sum(p // 10 + p % 10 for p in products) % 10) % 10


def _ends_in_modulus_10(value: str, *lengths: int) -> bool:
    return _is_digits(value, *lengths) and modulus_10_check_digit(value[:-1]) == int(value[-1])


def is_insurer_number(value: str) -> bool:
    """保険者番号: 8 digits, or 6 for 国民健康保険."""
    return _ends_in_modulus_10(value, 6, 8)


def is_public_payer_number(value: str) -> bool:
    """公費負担者番号: 8 digits."""
    return _ends_in_modulus_10(value, 8)


def is_public_recipient_number(value: str) -> bool:
    """公費負担医療の受給者番号: 7 digits (rule not confirmed on a published number: warn, don't refuse)."""
    return _ends_in_modulus_10(value, 7)


def is_care_insurer_number(value: str) -> bool:
    """介護保険の保険者番号: 6 digits."""
    return _ends_in_modulus_10(value, 6)


def is_care_office_number(value: str) -> bool:
    """介護保険事業所番号: 10 digits."""
    return _ends_in_modulus_10(value, 10)


def medical_institution_verdict(value: str, points_table: str | None = None) -> Verdict:
    """The check digit of a 医療機関コード given as prefecture (2) + code (7): treat "wrong" as a warning.

    The digit covers prefecture, 点数表番号 and the first six digits; in 埼玉, 千葉, 東京 and 神奈川 the six
    digits only. Established on 97,024 published codes of 46 prefectures.

    Args:
        points_table: 点数表番号, "1" medical, "3" dental, "4" pharmacy; None where it isn't known:
            then either 1 or 3 will do.

    Returns:
        "right"; "wrong"; "unverified" where a mismatch proves nothing (pharmacies, 沖縄).
    """
    if not _is_digits(value, 9):
        return "wrong"
    prefecture, six, last = value[:2], value[2:8], int(value[8])
    tables = (points_table,) if points_table is not None else ("1", "3")
    bodies = [six] if prefecture in SHORT_RULE_PREFECTURES else [prefecture + table + six for table in tables]
    if any(modulus_10_check_digit(body) == last for body in bodies):
        return "right"
    return "unverified" if points_table == "4" or prefecture in UNSEEN_PREFECTURES else "wrong"


def addressee_check_digit(serial: str, *, remainder_one: RemainderOne = "zero") -> int | None:
    """Check digit of a newly issued 宛名番号 or 世帯番号: modulus 11, weights 2–7 from the right, repeating.

    住民記録システム標準仕様書 1.1.13. It doesn't say what follows from remainder 1 (11 - 1 = 10), so it is
    a setting: "zero" writes 0, "skip" leaves the serial out.

    Returns:
        the digit; None where the serial is to be skipped.
    """
    if not serial or not _is_digits(serial, len(serial)):
        raise ValueError("digits are needed")
    rest = sum(int(d) * (2 + n % 6) for n, d in enumerate(reversed(serial))) % 11
    if rest == 1:
        return 0 if remainder_one == "zero" else None
    return 0 if rest == 0 else 11 - rest


def new_addressee_no(serial: int, *, width: int, remainder_one: RemainderOne = "zero") -> str | None:
    """The number of `width` digits (check digit included) for a serial; None if it is to be skipped.

    Raises:
        ValueError: the serial doesn't fit.
    """
    body = f"{serial:0{width - 1}}"
    if serial < 0 or len(body) != width - 1:
        raise ValueError("the serial does not fit")
    digit = addressee_check_digit(body, remainder_one=remainder_one)
    return None if digit is None else f"{body}{digit}"


def has_addressee_check_digit(value: str, *, remainder_one: RemainderOne = "zero") -> bool:
    """Whether a number could be one issued under the rule. Never refuse an incoming number by it: old
    numbers keep theirs."""
    if len(value) < 2 or not _is_digits(value, len(value)):
        return False
    return addressee_check_digit(value[:-1], remainder_one=remainder_one) == int(value[-1])


_DASH: Final = "-‐‑‒–—―−－ーｰ"
_SPACE: Final = " \u00a0\u3000\t"
_TWELVE: Final = re.compile(
    rf"(?<!\d)(?<!\d[{_DASH}])\d{{4}}[{_DASH}{_SPACE}]?\d{{4}}[{_DASH}{_SPACE}]?\d{{4}}(?!\d)(?![{_DASH}]\d)"
)


def find_my_numbers(text: str) -> list[tuple[int, int]]:
    """Where individual numbers stand in a text: (start, end) of each.

    12 digits of any width, together or in groups of four parted by a dash or a space, with a
    right check digit. One in eleven other 12-digit numbers looks the same; that is accepted.
    """
    spans, at = [], 0
    while found := _TWELVE.search(text, at):
        if is_my_number(_plain_digits(found[0])):
            spans.append(found.span())
            at = found.end()
        else:
            at = found.start() + 1
    return spans


def mask_my_numbers(text: str, mask: str = "*") -> str:
    """The text with every digit of an individual number replaced; dashes and spaces stay."""
    pieces, done = [], 0
    for start, end in find_my_numbers(text):
        pieces += [text[done:start], re.sub(r"\d", lambda _: mask, text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())
