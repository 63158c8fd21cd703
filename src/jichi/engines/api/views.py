"""What needs no key: the document of the interface, and the page that explains it to people."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jichi.engines.accounts.access import access

from . import document as documents

_WORDS: Final = {
    "lead": "職員の画面と同じ操作・同じ権限・同じ記録で、外のプログラムから使うためのAPIです。",
    "english": "The same actions, permissions and records as the officials' pages, for programs outside.",
    "permission": "権限 / permission", "body": "本文 / body", "answer": "答え / answer",
    "codes": "断りのコード / codes of refusals",
}  # fmt: skip
"""Programmers read both at once: this page has one text in every language."""


@access(audience="public")
def document(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1, the same for everybody: it holds nothing secret."""
    response = HttpResponse(documents.text(), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@access(audience="public")
def pages(request: HttpRequest) -> HttpResponse:
    """The same document as a page: every operation with its permission, what it takes and what it answers."""
    context: dict[str, Any] = {
        "title": "API", "groups": documents.by_group(), "codes": documents.codes(), "words": _WORDS,
    }  # fmt: skip
    return render(request, "eng_api/document.html", context)
