"""What the pages of this room share: tabs, tables, sentences for what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.parts import Link
from jichi.engines.accounts.access import SignedInRequest
from jichi.kernel.errors import FieldError, JichiError

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
_PAGES: Final = (
    ("divisions", "課"), ("posts", "職"), ("people_loads", "職員の取込"), ("plans", "人事異動"),
    ("rights", "役割と権限"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of text under its heading; `empty` stands where there is nothing."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    html_id: str
    intro: str = ""
    empty: str = "ありません。"
    caption: str = field(default="")

    def __post_init__(self) -> None:
        """The caption is the heading where none is given."""
        object.__setattr__(self, "caption", self.caption or self.title)


def tabs(here: str) -> list[Link]:
    """The pages of the organisation, as tabs."""
    return [Link(words, reverse(f"office_administration:{name}"), current=name == here) for name, words in _PAGES]


def told(error: JichiError) -> str:
    """The sentence for what was refused."""
    return catalogue.message(error.code, "ja", **error.params)


def told_field(column: str, code: str, params: dict[str, object]) -> str:
    """The sentence for one error of a file."""
    return catalogue.field_message(FieldError(code, params), label=column, language="ja")


def csv_response(content: bytes, name: str) -> HttpResponse:
    """A CSV as a download, kept in no cache."""
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def asked(request: SignedInRequest, *names: str) -> dict[str, str]:
    """What the address asks for, cut to what is sensible."""
    return {name: request.GET.get(name, "")[:100].strip() for name in names}
