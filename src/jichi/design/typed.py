"""What officials typed into a form, field by field: days, hours, moments, numbers, texts in the house's languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.http import QueryDict

from jichi.kernel.calendar import parse_date
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import LANGUAGES

from .fields import FieldGroup, FormField, Option


def clock_time(text: str) -> time:
    """「13:30」. Raises ValueError."""
    hour, minute = (int(part) for part in text.split(":"))
    return time(hour, minute)


def moment(text: str) -> datetime:
    """「2026-06-01 9:00」 or a day alone, its beginning, in Japan. Raises ValueError."""
    day, _sep, hour = text.replace("T", " ").partition(" ")
    return datetime.combine(parse_date(day), clock_time(hour.strip() or "0:00"), TOKYO)


def days(text: str) -> tuple[date, ...]:
    """Days with commas or blanks between them. Raises ValueError."""
    return tuple(parse_date(part) for part in text.replace(",", " ").replace("、", " ").split())


def shown(value: Any) -> str:
    """A value as it stands in its field."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, tuple):
        return ", ".join(day.isoformat() for day in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def options(words: Mapping[str, str]) -> tuple[Option, ...]:
    """Keys and words as the choices of a field."""
    return tuple(Option(key, word) for key, word in words.items())


class Typed:
    """Reads one field after another; remembers what could not be read (`wrong`) and the text that stays (`typed`).

    `refusals` begins its codes: "<refusals>.day", ".hours", ".moment", ".number".
    """

    def __init__(self, post: QueryDict, refusals: str) -> None:
        self.post = post
        self.refusals = refusals
        self.wrong: dict[str, FieldError] = {}
        self.typed: dict[str, str] = {}

    def value(self, name: str, how: Callable[[str], Any], code: str, empty: Any = None, **params: object) -> Any:
        """What `how` makes of the text of a field; `empty` where there is none, or none that can be read."""
        self.typed[name] = self.post.get(name, "").strip()
        text = unicodedata.normalize("NFKC", self.typed[name]).strip()
        try:
            return how(text) if text else empty
        except (ValueError, OverflowError):
            self.wrong[name] = FieldError(f"{self.refusals}.{code}", {"text": text, **params})
            return empty

    def day(self, name: str) -> Any:
        """A day, or None."""
        return self.value(name, parse_date, "day")

    def days(self, name: str) -> Any:
        """Days, or ()."""
        return self.value(name, days, "day", ())

    def hours(self, name: str) -> Any:
        """A time of the day, or None."""
        return self.value(name, clock_time, "hours")

    def moment(self, name: str) -> Any:
        """A moment in Japan, or None."""
        return self.value(name, moment, "moment")

    def number(self, name: str, least: int, most: int, empty: int | None) -> Any:
        """A whole number from `least` to `most`."""

        def whole(text: str) -> int:
            value = int(text.replace(",", ""))
            if not least <= value <= most:
                raise ValueError
            return value

        return self.value(name, whole, "number", empty, least=least, most=most)

    def choice(self, name: str, words: Mapping[str, str], empty: str) -> str:
        """One of the words, else `empty`."""
        return self.post.get(name, "") if self.post.get(name, "") in words else empty

    def by_language(self, name: str, most: int) -> dict[str, str]:
        """A text in the languages in which there is one, cut at `most` characters."""
        texts = {language: self.post.get(f"{name}_{language}", "").strip()[:most] for language in LANGUAGES}
        return {str(language): text for language, text in texts.items() if text}


def with_wrong(
    groups: Iterable[FieldGroup], wrong: Mapping[str, FieldError], typed: Mapping[str, str]
) -> list[FieldGroup]:
    """The groups with what is wrong at its field, and there the text as it was typed."""

    def marked(one: FormField) -> FormField:
        if one.name not in wrong:
            return one
        return replace(one, error=wrong[one.name], value=typed.get(one.name, one.value))

    return [FieldGroup(group.title, tuple(marked(one) for one in group.fields)) for group in groups]
