"""Words, tabs and small readings that the pages share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.parts import Link
from jichi.engines.accounts.access import SignedInRequest
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, JichiError

from .. import rules

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "applied": ("申込み中", "todo"), "approved": ("承認", "done"), "refused": ("不承認", "neutral"),
    "withdrawn": ("取下げ", "neutral"),
}  # fmt: skip
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "new": ("新しい月", "info"), "raised": ("増額", "todo"), "lowered": ("減額", "todo"), "exempt": ("免除", "neutral"),
    "same": ("変わらない", "neutral"),
}  # fmt: skip
PLAN_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "live": ("約束中", "info"), "kept": ("納め終わった", "done"), "broken": ("守られなかった", "error"),
    "cancelled": ("取りやめた", "neutral"),
}  # fmt: skip
TERMS: Final[Mapping[str, str]] = {"class": "階層", "ground": "減免", "pause": "休止"}


def tabs(here: str) -> list[Link]:
    """The pages of this room, as tabs."""
    pages = (
        ("children", "児童"), ("intake", "申込みの取込み"), ("tables", "育成料の表"), ("runs", "月次の計算"),
        ("reminders", "督促"), ("plans", "分納"),
    )  # fmt: skip
    return [Link(words, reverse(f"family_after_school:{name}"), current=name == here) for name, words in pages]


def month_words(month: date) -> str:
    """2026年4月."""
    return f"{month.year}年{month.month}月"


def span_words(first: date, last: date | None) -> str:
    """From one month to another."""
    return f"{month_words(first)}から{month_words(last) + 'まで' if last else ''}"


def month_given(text: str, name: str, errors: dict[str, FieldError], *, needed: bool = True) -> date | None:
    """A month as typed; what can't be read is told."""
    if not text.strip():
        if needed:
            errors[name] = FieldError("field.required")
        return None
    try:
        return rules.month_of(text)
    except ValueError:
        errors[name] = FieldError("after_school.month")
        return None


def this_month() -> date:
    """The first day of the present month."""
    return clock.today().replace(day=1)


def told(problem: JichiError) -> str:
    """The sentence of a refusal."""
    return message(problem.code, "ja", **problem.params)


def error_notice(text: str) -> list[dict[str, str]]:
    """For `notices`."""
    return [{"tone": "error", "title": "", "text": text}] if text else []


def division_of(request: SignedInRequest) -> int:
    """The division for which an official acts here: the only one, or the first by number."""
    return min(request.actor.divisions, default=0)
