"""The further items of the certificate (就労証明書), as the form in force has them: read from the page, shown, used.

Every item may be left out: what an employer has on paper comes as a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from jichi.kernel.errors import FieldError
from jichi.kernel.numbers import InputError, parse_int

from .certificate_form import CertificateForm, Item

LONGEST: Final = 60
_SPAN: Final = re.compile(r"([01]?[0-9]|2[0-9]):([0-5][0-9])[~-]([01]?[0-9]|2[0-9]):([0-5][0-9])")
_MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


PAIRS: Final = (("maternity_from", "maternity_until"), ("other_from", "other_until"), ("since", "return_on"))


def read_items(
    form: CertificateForm,
    posted: Mapping[str, str],
    chosen: Mapping[str, Sequence[str]],
    dates: Mapping[str, date | None],
) -> tuple[dict[str, Any], dict[str, FieldError]]:
    """(answers by key, those left out missing; what is wrong by key).

    Args:
        posted: texts by key; chosen: the ticked words of "choices"; dates: days read by the page.
    """
    found: dict[str, Any] = {}
    wrong: dict[str, FieldError] = {}
    for key, item in form.asked.items():
        if item.kind == "date":
            day = dates.get(key)
            if day is not None:
                found[key] = day.isoformat()
            continue
        if item.kind == "choices":
            ticked = [word for word in item.words if word in chosen.get(key, ())]
            if ticked:
                found[key] = ticked
            continue
        text = unicodedata.normalize("NFKC", posted.get(key, "")).strip()
        if not text:
            continue
        value, error = read_value(item, text)
        if error is not None:
            wrong[key] = error
        else:
            found[key] = value
    for first, last in PAIRS:
        if found.get(first, "") > found.get(last, "9999"):
            wrong[last] = FieldError("nursery.span_days")
    return found, wrong


def read_value(item: Item, text: str) -> tuple[Any, FieldError | None]:
    """(the answer of one item, None) or (None, what is wrong with the text)."""
    if item.kind == "number":
        try:
            return parse_int(text, minimum=0, maximum=item.most), None
        except InputError as error:
            code = "field.number_too_large" if error.code == "number.too_large" else "field.number"
            return None, FieldError(code, {"max": item.most})
    if item.kind == "choice":
        return (text, None) if text in {unicodedata.normalize("NFKC", word) for word in item.words} else (
            None, FieldError("field.choose_one"))  # fmt: skip
    if item.kind == "span":
        given = text.replace("〜", "~").replace("−", "-").replace("–", "-").replace(" ", "")
        return (given, None) if _SPAN.fullmatch(given) else (None, FieldError("nursery.span"))
    if item.kind == "month":
        given = text.replace("/", "-")
        return (given, None) if _MONTH.fullmatch(given) else (None, FieldError("nursery.month"))
    return text[:LONGEST], None


def shown_items(form: CertificateForm, items: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(heading, words) of what was answered, in the order of the form."""
    return [
        (one.heading, words_of(one, value))
        for key, one in form.asked.items() if (value := items.get(key)) is not None
    ]  # fmt: skip


def words_of(item: Item, value: Any) -> str:
    """An answer in words."""
    return "、".join(value) if isinstance(value, list) else f"{value}{item.unit}"


def answers_from(form: CertificateForm, content: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """What a certificate answers of the questions that scores are counted from: title → (value, its item).

    Of several items that feed one question, the first that was answered counts; ticked days count without 祝日.
    """
    found: dict[str, tuple[int, str]] = {}
    given = {**content.get("items", {}), **{key: content[key] for key in ("days", "hours") if content.get(key)}}
    for one in form.items:
        value = given.get(one.key)
        if not one.feeds or one.feeds in found or not value:
            continue
        number = len([word for word in value if word != "祝日"]) if isinstance(value, list) else int(value)
        if number:
            found[one.feeds] = number, one.heading
    return found
