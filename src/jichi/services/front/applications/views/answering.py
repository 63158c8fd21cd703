"""Answering page by page (A2); each 次へ進む saves. Two windows never overwrite each other silently (A11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, SentFile, errors_for
from jichi.design.parts import Difference
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts import stash
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.cases import queries as cases
from jichi.engines.cases.presentation import point_sentence
from jichi.engines.files.errors import FileRefused
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.errors import StaleDraft
from jichi.engines.forms.render import page_fields
from jichi.engines.forms.rules import (
    first_unanswered,
    previous_page,
    progress,
    row,
    visible_pages,
    with_row_added,
    without_row,
)
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import HTML_LANG, pick

from .counting import OWN_FIELDS, noted, shown_now

OUR_OWN = frozenset({"csrfmiddlewaretoken", "revision", "leave", "then", "remove", "row"}) | OWN_FIELDS
"""Posted names that are no answers."""


@access(audience="resident", methods=("GET", "POST"), guests=True)
def question(request: SignedInRequest, draft_id: UUID, page_id: str) -> HttpResponse:
    """A2: one page; 次へ進む saves it."""
    posted = request.method == "POST"
    view = forms.hold_draft(actor=request.actor, draft_id=draft_id) if posted else queries.draft(draft_id)
    if view.submitted_at is not None:
        return redirect("front_applications:check", draft_id=draft_id)
    facts = queries.facts_for(view, request.addressee_no)
    seen = visible_pages(view.definition, view.answers, facts, clock.today())
    if page_id not in {page.id for page in seen}:
        if request.method == "POST":
            raise Conflict("draft.page_hidden")
        return redirect("front_applications:resume", draft_id=draft_id)
    if request.method == "GET":
        kept = stash.take(request)
        raw = dict(kept.lists()) if kept else None
        noted(request, view, page_id)
        return question_page(request, view, page_id, raw=raw)
    if request.POST.get("remove"):
        return _remove(request, view, page_id)
    if request.POST.get("row"):
        return _rows(request, view, page_id)
    return _save(request, view, page_id)


def _remove(request: SignedInRequest, view: queries.DraftView, page_id: str) -> HttpResponse:
    """Take a file off; what was typed on the page stays in it, and files chosen in the same press are kept."""
    field, _sep, file_id = request.POST["remove"].partition(":")
    try:
        wanted = UUID(file_id)
    except ValueError as error:
        raise NotFound("draft.no_page") from error
    left = forms.remove_file(actor=request.actor, draft_id=view.id, field=field, file_id=wanted)
    wrong: dict[str, FieldError] = {}
    for one in left.definition.page(page_id).fields:
        for upload in request.FILES.getlist(one.id) if one.kind == "file" else ():
            try:
                left = forms.attach_file(actor=request.actor, draft_id=view.id, field=one.id, upload=upload)
            except FileRefused as refused:
                wrong[one.id] = FieldError(refused.code, refused.params)
            except Invalid as refused:
                wrong |= refused.fields
    return question_page(request, left, page_id, raw=_typed(request), errors=wrong)


def _rows(request: SignedInRequest, view: queries.DraftView, page_id: str) -> HttpResponse:
    """One row of a table more or less, or its sum; nothing is saved yet and everything typed stays."""
    name, _sep, what = request.POST["row"].partition(":")
    field = next((one for one in view.definition.page(page_id).fields if one.id == name), None)
    if field is None or field.kind != "table":
        raise NotFound("draft.no_page")
    raw = _typed(request)
    act, _sep, number = what.partition(":")
    if act == "add":
        raw = with_row_added(field, raw)
    elif act == "remove" and number.isascii() and number.isdecimal():
        raw = without_row(field, raw, int(number[:4]))
    return question_page(request, view, page_id, raw=raw)


def _typed(request: SignedInRequest) -> dict[str, list[str]]:
    return {name: values for name, values in request.POST.lists() if name not in OUR_OWN}


def _save(request: SignedInRequest, view: queries.DraftView, page_id: str) -> HttpResponse:
    raw = _typed(request)
    leaving = "leave" in request.POST
    try:
        revision = int(request.POST.get("revision", ""))
    except ValueError:
        revision = view.revision
    try:
        saved = forms.save_page(
            actor=request.actor, draft_id=view.id, page=page_id, raw=raw, expected_revision=revision,
            applicant_no=request.addressee_no, leaving=leaving, held=view,
            uploads={name: request.FILES.getlist(name) for name in request.FILES},
        )  # fmt: skip
    except StaleDraft as stale:
        return _conflict_page(request, view, page_id, stale, raw)
    noted(request, view, page_id, "error" if saved.errors else "left" if leaving else "saved")
    if saved.errors:
        return question_page(request, saved.draft, page_id, raw=raw, errors=saved.errors)
    if leaving:
        return redirect("front_applications:saved", draft_id=view.id)
    return _onward(request, saved, page_id)


def _onward(request: SignedInRequest, saved: forms.SavedPage, page_id: str) -> HttpResponse:
    """The next question, or the check page; in a correction the next page that may be changed."""
    view, upcoming = saved.draft, saved.next_page
    if view.corrects_id is not None:
        upcoming = _next_to_correct(request, view, page_id)
        if upcoming is None:
            return redirect("eng_cases_items:correction_check", draft_id=view.id)
    elif upcoming is None or request.POST.get("then") == "check":
        facts = queries.facts_for(view, request.addressee_no)
        if first_unanswered(view.definition, view.answers, facts, clock.today()) is None:
            return redirect("front_applications:check", draft_id=view.id)
        return redirect("front_applications:resume", draft_id=view.id)
    return redirect("front_applications:question", draft_id=view.id, page_id=upcoming)


def _next_to_correct(request: SignedInRequest, view: queries.DraftView, page_id: str) -> str | None:
    """The page after this one that holds something to change: what was asked for, or what appears because of it."""
    facts = queries.facts_for(view, request.addressee_no)
    pages = visible_pages(view.definition, view.answers, facts, clock.today())
    places = [page.id for page in pages]
    after = pages[places.index(page_id) + 1 :] if page_id in places else pages
    return next((page.id for page in after if any(_to_change(view, field.id) for field in page.fields)), None)


def _to_change(view: queries.DraftView, name: str) -> bool:
    field = view.definition.fields[name]
    return name in view.editable or (field.is_question and field.required and name not in view.answers)


def question_page(
    request: SignedInRequest,
    view: queries.DraftView,
    page_id: str,
    *,
    raw: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page with its fields; with `raw` as just typed, with `errors` and status 422."""
    language, today = request.LANGUAGE_CODE, clock.today()
    facts = queries.facts_for(view, request.addressee_no)
    seen = next(p for p in visible_pages(view.definition, view.answers, facts, today) if p.id == page_id)
    fields = page_fields(
        seen, answers=view.answers, facts=facts, language=language, raw=raw, errors=errors or {}, only=view.only
    )
    if raw is None:
        fields = tuple(_with_own_email(field, view, request.signed_in.email) for field in fields)
    fields = tuple(replace(field, files=_linked(view, field.files)) if field.files else field for field in fields)
    count = progress(view.definition, page_id, view.answers, facts, today)
    page = view.definition.page(page_id)
    then = request.GET.get("then") or request.POST.get("then", "")
    before = previous_page(view.definition, page_id, view.answers, facts, today)
    context = {
        "title": pick(page.heading, language).text, "own_heading": any(field.as_heading for field in fields),
        "correcting": view.corrects_id is not None,
        "intro": page.intro, "shown": shown_now(), "fields": fields, "errors": errors_for(fields) if errors else [],
        "number": count.number, "total": count.total, "revision": view.revision,
        "then": "check" if then == "check" else "", "has_files": any(field.kind == "file" for field in fields),
        "small_buttons": any(field.kind in {"file", "rows"} for field in fields),
        "saved_at": saved_at(view, language) if view.revision > 1 else "",
        "back": _back(view, before, then), "sentences": _sentences(view, page_id, language),
        "procedure": pick(view.definition.title, language).text,
        "notices": [] if request.method == "POST" or raw is None else [_restored()],
        "help": accounts.office_contact(view.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/question.html", context, status=422 if errors else 200)


def _with_own_email(field: FormField, view: queries.DraftView, email: str) -> FormField:
    """One's own e-mail address is known from signing in: it is shown, not asked again."""
    if field.kind == "email" and field.autocomplete == "email" and not field.value and field.name not in view.answers:
        return replace(field, value=email)
    return field


def _linked(view: queries.DraftView, files: Sequence[SentFile]) -> tuple[SentFile, ...]:
    """The attached files with the address where each can be looked at before it is sent."""
    ids = [one.remove_value.partition(":")[2] for one in files]
    return tuple(
        replace(one, url=reverse("front_applications:draft_file", args=[view.id, file_id]))
        for one, file_id in zip(files, ids, strict=True)
    )


def saved_at(view: queries.DraftView, language: str) -> str:
    """When the draft was saved, to stand before a full stop ("8 p.m" has its own)."""
    return format_datetime(view.updated_at, language).removesuffix(".")


def _restored() -> dict[str, str]:
    text = _("ログインの前に入力した内容を戻しました。『次へ進む』を押すと保存します。")
    return {"tone": "info", "title": "", "text": text}


def _back(view: queries.DraftView, before: str | None, then: str) -> str:
    if view.corrects_id is not None:
        found = cases.number_of_submission(view.corrects_id)
        return reverse("eng_cases_items:correction", args=[found[0]]) if found else ""
    if then == "check":
        return reverse("front_applications:check", args=[view.id])
    if before:
        return reverse("front_applications:question", args=[view.id, before])
    return reverse("front_applications:start", args=[view.slug])


def _sentences(view: queries.DraftView, page_id: str, language: str) -> list[tuple[str, str, bool]]:
    """What the official asked for on this page: sentence, its `lang` where it is another, whether in free words."""
    if view.corrects_id is None:
        return []
    found = cases.number_of_submission(view.corrects_id)
    correction = cases.case_by_id(found[1]).open_correction if found else None
    said = []
    for point in correction.points if correction else []:
        if view.definition.page_of_field.get(point["field"]) == page_id:
            text, spoken = point_sentence(point, language)
            said.append((text, HTML_LANG[spoken] if spoken != language else "", "texts" not in point))
    return said


def _conflict_page(
    request: SignedInRequest, view: queries.DraftView, page_id: str, stale: StaleDraft, raw: Mapping[str, Sequence[str]]
) -> HttpResponse:
    """A11: both versions side by side; nothing was overwritten."""
    language = request.LANGUAGE_CODE
    rows = []
    for field in view.definition.page(page_id).fields:
        if field.id not in stale.mine and field.id not in stale.theirs:
            continue
        mine, theirs = (" ".join(row(field, one.get(field.id), language).lines) for one in (stale.mine, stale.theirs))
        rows.append(
            Difference(
                label=pick(field.name, language).text, before=theirs, after=mine, name=True,
                change="same" if mine == theirs else "changed",
            )
        )  # fmt: skip
    context = {
        "title": _("別の画面で新しい内容が保存されています"), "rows": rows,
        "hidden": [(name, value) for name, values in raw.items() for value in values],
        "revision": stale.revision, "draft_id": view.id, "page_id": page_id,
        "help": accounts.office_contact(view.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/conflict.html", context, status=409)
