"""What an employer certifies (就労証明): read from its page, and compared with what the guardian wrote.

The questions here are the part of the national form (就労証明書の標準的な様式, こども家庭庁) that scores are counted
from; `certificate_items` has the others. An employer may also send the form itself as a file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from jichi.kernel.check_digits import is_corporate_number
from jichi.kernel.errors import FieldError
from jichi.kernel.numbers import InputError, parse_int, parse_phone

from .certificate_form import CertificateForm
from .certificate_items import answers_from

TEXTS: Final = {"employer": 100, "address": 200, "writer": 60, "worker": 60}
"""Field → longest answer; each is needed."""
LIMITS: Final = {"days": 7, "hours": 168}
TERMS: Final = ("open", "until")
LONGEST_NOTE: Final = 400
Wrong = dict[str, FieldError]


def read_certificate(
    posted: Mapping[str, str], dates: Mapping[str, date | None], *, with_file: bool
) -> tuple[dict[str, Any], Wrong]:
    """What was certified, or what is wrong by field.

    Args:
        posted: texts by field.
        dates: "until" (end of the contract) and "leave_until" (育児休業の終わり), None where nothing was entered.
        with_file: a file of the national form comes with it; then days and hours may be left to it.
    """
    found: dict[str, Any] = {}
    wrong: Wrong = {}
    for name, most in TEXTS.items():
        found[name] = " ".join(unicodedata.normalize("NFC", posted.get(name, "")).split())
        if not found[name]:
            wrong[name] = FieldError("field.required")
        elif len(found[name]) > most:
            wrong[name] = FieldError("field.too_long", {"max": most, "now": len(found[name])})
    try:
        found["phone"] = parse_phone(posted.get("phone", ""))
    except InputError:
        wrong["phone"] = FieldError("field.phone")
    number = "".join(unicodedata.normalize("NFKC", posted.get("number", "")).split())
    if number and not is_corporate_number(number):
        wrong["number"] = FieldError("nursery.corporate_number")
    found["number"] = number
    for name, most in LIMITS.items():
        text = posted.get(name, "").strip()
        if not text and with_file:
            continue
        try:
            found[name] = parse_int(text, minimum=1, maximum=most)
        except InputError as error:
            missing = "field.required" if error.code == "number.missing" else "field.number"
            wrong[name] = FieldError(
                "field.number_too_large" if error.code == "number.too_large" else missing, {"max": most}
            )
    found["term"] = posted.get("term", "")
    if found["term"] not in TERMS:
        wrong["term"] = FieldError("field.choose_one")
    elif found["term"] == "until" and dates.get("until") is None:
        wrong["until"] = FieldError("field.date_required")
    for name in ("until", "leave_until"):
        day = dates.get(name)
        found[name] = day.isoformat() if day else ""
    found["note"] = posted.get("note", "").strip()[:LONGEST_NOTE]
    return found, wrong


def contradictions(
    form: CertificateForm, answers: Mapping[str, Any], certified: Mapping[str, Any]
) -> tuple[tuple[str, int, int], ...]:
    """(question, what the guardian wrote, what the employer certified) where the two differ."""
    return tuple(
        (title, int(answers.get(title, 0)), value)
        for title, (value, _item) in answers_from(form, certified).items()
        if int(answers.get(title, 0)) != value
    )
