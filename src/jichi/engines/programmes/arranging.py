"""The form of a programme on the pages of its division: a new draft, a change, what is still missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeVar

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from jichi.design import catalogue
from jichi.design.fields import FieldGroup, FormField, Option, errors_for
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError

from .actions import Lacking

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
STATES: Final = {"draft": ("下書き", "todo"), "published": ("公開", "done"), "cancelled": ("中止", "neutral")}
"""State → word and tone of its chip."""
LIVING: Final = ("applied", "taken", "held", "waiting")
"""States of entries that are not over."""

ContentT = TypeVar("ContentT")
Way = list[tuple[str, str]]


@dataclass
class Read(Generic[ContentT]):
    """What was typed: as content, with what could not be read, by field, and the text that stays in the field."""

    content: ContentT
    wrong: dict[str, FieldError] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


class Groups(Protocol[ContentT]):
    """The fields in groups; `fixed`: published, so that dates and rules are not asked again."""

    def __call__(self, read: Read[ContentT], *, fixed: bool) -> Sequence[FieldGroup]:
        """The groups, with what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Generic[ContentT]):
    """What a room hands in: its fields, how they are read, and where one programme's page is."""

    read: Callable[[QueryDict], Read[ContentT]]
    groups: Groups[ContentT]
    lacking: Callable[[ContentT, datetime], Sequence[Lacking]]
    there: str
    """URL name of the page of one, by its code."""
    word: str
    """「催し」"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Generic[ContentT]):
    """A programme whose form is opened."""

    code: str
    content: ContentT
    state: str
    revision: int


def new(
    request: SignedInRequest, form: Form[ContentT], *, empty: ContentT, begin: Callable[[int, ContentT], str],
    title: str, way: Way,
) -> HttpResponse:  # fmt: skip
    """A2: a new draft. What is missing may be filled in later.

    Args:
        begin: division and content → the code of the draft.
    """
    divisions = accounts.divisions(sorted(request.actor.divisions))
    chosen = request.POST.get("division", divisions[0].code if divisions else "")
    division = next((one for one in divisions if one.code == chosen), None)
    read = Read(empty)
    if request.method == "POST":
        read = _read(request, form)
        if not read.wrong and division is not None:
            return redirect(form.there, code=begin(division.id, read.content))
    first = FormField(
        name="division", label="担当課", kind="select", value=chosen,
        options=tuple(Option(one.code, one.names["ja"], noruby=True) for one in divisions),
    )  # fmt: skip
    context = {"title": title, "breadcrumb": way, "first": [first] if len(divisions) > 1 else []}
    return _shown(request, form, read, context)


def change(
    request: SignedInRequest, form: Form[ContentT], standing: Standing[ContentT], *,
    kept: Callable[[ContentT, ContentT], ContentT], save: Callable[[ContentT, int], None], title: str, way: Way,
) -> HttpResponse:  # fmt: skip
    """A2: the form of a draft; of what is published only what nobody relied on.

    Args:
        kept: content as it was and as it was typed → what is to be saved.
        save: content and the revision it was made from. May raise Conflict.
    """
    fixed, problem, revision = standing.state != "draft", "", standing.revision
    read = Read(standing.content)
    if request.method == "POST":
        read = _read(request, form)
        read.content = kept(standing.content, read.content)
        given = request.POST.get("revision", "")
        revision = int(given) if given.isdecimal() and len(given) < 9 else 0
        try:
            if not read.wrong:
                save(read.content, revision)
                return redirect(form.there, code=standing.code)
        except Conflict as error:
            problem, revision = catalogue.message(error.code, "ja"), standing.revision
    elif "check" in request.GET:
        read.wrong = {one.field: one.error for one in form.lacking(standing.content, clock.now())}
    context = {"title": title, "breadcrumb": way, "revision": revision, "problem": problem, "fixed": fixed}
    return _shown(request, form, read, context)


def missing(form: Form[ContentT], standing: Standing[ContentT]) -> list[str]:
    """What a draft still lacks before it may be published, in sentences."""
    if standing.state != "draft":
        return []
    labels = {one.name: one.label for group in form.groups(Read(standing.content), fixed=False) for one in group.fields}
    return [
        FormField(name=one.field, label=labels.get(one.field, one.field), error=one.error).error_text("ja")
        for one in form.lacking(standing.content, clock.now())
    ]


def _read(request: SignedInRequest, form: Form[ContentT]) -> Read[ContentT]:
    read = form.read(request.POST)
    if not request.POST.get("title_ja", "").strip():
        read.wrong["title_ja"] = FieldError("field.required")
    return read


def _shown(
    request: SignedInRequest, form: Form[ContentT], read: Read[ContentT], context: Mapping[str, Any]
) -> HttpResponse:
    groups = form.groups(read, fixed=bool(context.get("fixed")))
    errors = errors_for([*context.get("first", ()), *(one for group in groups for one in group.fields)])
    status = CONFLICT if context.get("problem") else UNPROCESSABLE if read.wrong else 200
    page = {"revision": 0, **context, "groups": groups, "errors": errors, "narrow": True, "word": form.word}
    return render(request, "eng_programmes/form.html", page, status=status)
