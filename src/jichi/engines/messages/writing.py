"""Fills a template: for mail at length, for SMS and LINE in a few words, beside the Japanese where it is foreign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.conf import settings

from jichi.kernel.calendar.formatting import format_date
from jichi.kernel.localized import pick
from jichi.kernel.receipt_number import format_number

from .rules import Template, compose, line_texts, sms_problems, with_link
from .texts import short_of

_SHORT = {"en": "{0.day} {0:%B}", "ko": "{0.month}월 {0.day}일"}


def short_date(day: date, language: str) -> str:
    """6月24日 · 24 June · 6월 24일."""
    return _SHORT.get(language, "{0.month}月{0.day}日").format(day)


def url_in(language: str, path: str) -> str:
    """Our address of a page in a language: Japanese and pages for officials have no prefix."""
    prefix = "" if language == "ja" or path.startswith("/staff/") else f"/{language}"
    return f"{settings.JICHI_ORIGIN}{prefix}{path}"


def _values(language: str, params: Mapping[str, str], about: str) -> dict[str, str]:
    due = date.fromisoformat(params["due_on"]) if params.get("due_on") else None
    return {
        "ward": settings.JICHI_WARD,
        "about": format_number(about) if len(about) == 8 else about,
        "due": format_date(due, language) if due else "",
        "due_short": short_date(due, language) if due else "",
        "url": url_in(language, params.get("url_path", "/")),
        "code": params.get("code", ""),
    }


_JAPANESE: Final = "\n\n----------------------------------------\n日本語 (Japanese)\n\n"


def written(template: Template, language: str, *, params: Mapping[str, str], about: str) -> tuple[str, str, str]:
    """Subject, body and language of one message.

    What is binding is the Japanese text: a reader of another language gets it below their own, except with a
    code that lives for minutes.
    """
    subject, body, really = compose(template, language, _values(language, params, about))
    if really != "ja" and not template.asked_for:
        body = body.rstrip() + _JAPANESE + compose(template, "ja", _values("ja", params, about))[1]
    return subject, body, really


def _short(template: Template, language: str, params: Mapping[str, str], about: str) -> str:
    text = short_of(template, has_number=bool(about), has_due="due_on" in params)
    return pick(text, language).text.format_map(_values(language, params, about))


def sms_text(template: Template, language: str, *, params: Mapping[str, str], about: str) -> str:
    """The message as an SMS, in the reader's language, with our address where it costs no further part.

    Raises:
        ValueError: it says what no SMS may say.
    """
    text = _short(template, language, params, about)
    if not template.asked_for:
        text = with_link(text, url_in(language, "/my/"))
    problems = sms_problems(text, origin=settings.JICHI_ORIGIN)
    if problems:
        raise ValueError(", ".join(problems))
    return text


def chat_texts(template: Template, language: str, *, params: Mapping[str, str], about: str) -> tuple[str, ...]:
    """The message as LINE texts: in the reader's language with the address, then in Japanese.

    Raises:
        ValueError: empty, or too long for one push.
    """
    languages = (language,) if language == "ja" or template.asked_for else (language, "ja")
    found: list[str] = []
    for one in languages:
        text = _short(template, one, params, about)
        found += line_texts(text if template.asked_for else f"{text}\n{url_in(one, params.get('url_path', '/my/'))}")
    return tuple(found)
