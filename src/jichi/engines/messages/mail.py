"""Builds the mail: plain text, UTF-8, one recipient, headers that nothing can be smuggled into."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime as mail_date

from django.conf import settings

from jichi.kernel import clock
from jichi.kernel.calendar.formatting import format_date
from jichi.kernel.receipt_number import format_number

from .rules import Template, compose

_SHORT = {"en": "{0.day} {0:%B}", "ko": "{0.month}월 {0.day}일"}


def short_date(day: date, language: str) -> str:
    """6月24日 · 24 June · 6월 24일."""
    return _SHORT.get(language, "{0.month}月{0.day}日").format(day)


def url_in(language: str, path: str) -> str:
    """Our address of a page in a language: Japanese and pages for officials have no prefix."""
    prefix = "" if language == "ja" or path.startswith("/staff/") else f"/{language}"
    return f"{settings.JICHI_ORIGIN}{prefix}{path}"


def written(template: Template, language: str, *, params: Mapping[str, str], about: str) -> tuple[str, str, str]:
    """Subject, body and language of one message."""
    due = date.fromisoformat(params["due_on"]) if params.get("due_on") else None
    values = {
        "ward": settings.JICHI_WARD,
        "about": format_number(about) if len(about) == 8 else about,
        "due": format_date(due, language) if due else "",
        "due_short": short_date(due, language) if due else "",
        "url": url_in(language, params.get("url_path", "/")),
        "code": params.get("code", ""),
    }
    return compose(template, language, values)


def build(*, to: str, subject: str, body: str, language: str, header_id: str) -> bytes:
    """The mail as it goes over the wire.

    Raises:
        ValueError: a line break in a header; nothing is sent then.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{settings.JICHI_WARD} <{settings.JICHI_SMTP['from']}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = header_id
    mail["Date"] = mail_date(clock.now())
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "ja" if language == "easy" else language
    mail.set_content(body, charset="utf-8", cte="base64")
    return mail.as_bytes()
