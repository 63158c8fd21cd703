"""紙・電話・窓口の申請を入力する: how it came in, then the form's own questions on one page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.dates import parts_from, parts_of, read_date
from jichi.design.fields import FormField, Option, SummaryError, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import unit
from jichi.engines.forms import queries as forms
from jichi.engines.forms.errors import Incomplete, StaleDraft
from jichi.engines.forms.register import register_facts
from jichi.engines.forms.render import page_fields
from jichi.engines.forms.rules import visible_pages
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, permissions
from ..actions import Entry
from ..actions.entering import entered_draft
from ..presentation import CHANNEL_WORDS, code_words
from .steps import back_to

_CHANNELS: Final = tuple(Option(key, word) for key, word in CHANNEL_WORDS.items() if key != "web")


@access(audience="staff", permission=permissions.ENTER, methods=("GET", "POST"))
def begin(request: SignedInRequest) -> HttpResponse:
    """A2: which procedure, how and when it came in, from whom."""
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        entry, wrong = _entry(request)
        try:
            if not wrong:
                draft_id = actions.begin_entry(
                    actor=request.actor, slug=request.POST.get("procedure", ""), entry=entry,
                    subject_no=request.POST.get("subject_no", "").strip(),
                )  # fmt: skip
                kept = {"channel": entry.channel, "day": entry.received_on.isoformat(), "from": entry.applicant_no}
                return redirect(f"{reverse('eng_cases_staff:entry', args=[draft_id])}?{urlencode(kept)}")
        except Invalid as error:
            wrong = dict(error.fields)
        except NotFound:
            wrong = {"procedure": FieldError("field.choose_one")}
    fields = _first_fields(request, wrong)
    context = {
        "title": "紙・電話・窓口の申請を入力する", "fields": fields, "errors": errors_for(fields),
        "button": "申請の内容を入力する",
        "breadcrumb": [("案件の一覧", reverse("eng_cases_staff:list"))],
    }  # fmt: skip
    return render(request, "eng_cases/staff_entry.html", context, status=422 if wrong else 200)


def _entry(request: SignedInRequest) -> tuple[Entry, dict[str, FieldError]]:
    wrong: dict[str, FieldError] = {}
    day = clock.today()
    try:
        day = read_date(parts_from(cast("dict[str, str]", request.POST), "received_on")) or day
    except Invalid as error:
        wrong["received_on"] = error.fields["date"]
    channel, number = request.POST.get("channel", ""), request.POST.get("applicant_no", "").strip()
    return Entry(channel=channel, received_on=day, applicant_no=number), wrong


def _first_fields(request: SignedInRequest, wrong: Mapping[str, FieldError]) -> list[FormField]:
    offered = [p for d in sorted(request.actor.divisions) for p in forms.procedures(division_id=d)]
    typed = parts_from(cast("dict[str, str]", request.POST), "received_on")

    def text(name: str, label: str, hint: str) -> FormField:
        return FormField(
            name=name, label=label, hint=hint, required=False, value=request.POST.get(name, ""), error=wrong.get(name)
        )

    return [
        FormField(
            name="procedure", label="手続", kind="select", value=request.POST.get("procedure", ""),
            options=tuple(Option(p.slug, p.definition.title["ja"]) for p in offered), error=wrong.get("procedure"),
        ),
        FormField(
            name="channel", label="受付の方法", kind="radio", options=_CHANNELS, error=wrong.get("channel"),
            value=request.POST.get("channel", "paper"),
        ),
        FormField(
            name="received_on", label="届いた日", kind="date", noun="届いた日", error=wrong.get("received_on"),
            value=typed if request.method == "POST" else parts_of(clock.today()),
            hint="審査の期限は、この日から数えます。",
        ),
        text("applicant_no", "申請した人の宛名番号", "住民記録にない人のときは空けてください。"),
        text("subject_no", "対象の人の宛名番号", "申請した人と同じときは空けてください。"),
    ]  # fmt: skip


def _kept(request: SignedInRequest) -> Entry:
    """How it came in, as the address of the page says."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = clock.today()
    return Entry(channel=request.GET.get("channel", ""), received_on=day, applicant_no=request.GET.get("from", "")[:20])


@access(audience="staff", permission=permissions.ENTER, methods=("GET", "POST"))
def fill(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A2: every question of the form that this person is asked; then the case."""
    entry = _kept(request)
    if request.method != "POST":
        return _page(request, draft_id, entry, {}, "")
    wrong, said = _saved(request, draft_id, entry)
    if wrong or said:
        return _page(request, draft_id, entry, wrong, said)
    try:
        opened = actions.finish_entry(
            actor=request.actor, draft_id=draft_id, entry=entry, scan=request.FILES.get("scan")
        )  # fmt: skip
    except Incomplete:
        return _page(request, draft_id, entry, {}, "答えていない質問があります。続けて入力してください。")
    except Invalid as error:
        return _page(request, draft_id, entry, dict(error.fields), "")
    except Conflict as error:
        return _page(request, draft_id, entry, {}, code_words(error.code))
    return back_to(f"{opened.number[:4]}-{opened.number[4:]}")


def _saved(request: SignedInRequest, draft_id: UUID, entry: Entry) -> tuple[dict[str, FieldError], str]:
    """Save the pages that were shown, in order; what is wrong by field, and a sentence when somebody else was here."""
    raw = dict(request.POST.lists())
    uploads = {name: request.FILES.getlist(name) for name in request.FILES}
    wrong: dict[str, FieldError] = {}
    revision = int(raw.get("revision", ["0"])[0]) if raw.get("revision", ["0"])[0].isdecimal() else 0
    for page in raw.get("page", []):
        try:
            saved = actions.save_entry(
                actor=request.actor, draft_id=draft_id, page=page, raw=raw, expected_revision=revision,
                applicant_no=entry.applicant_no, uploads=uploads,
            )  # fmt: skip
        except StaleDraft:
            return {}, "ほかの画面で先に保存しました。最新の内容を表示しています。"
        except Conflict as error:
            return {}, code_words(error.code)
        revision = saved.draft.revision
        wrong.update(saved.errors)
    return wrong, ""


def _page(
    request: SignedInRequest, draft_id: UUID, entry: Entry, wrong: dict[str, FieldError], said: str
) -> HttpResponse:
    with unit(actions.entering(actor=request.actor)):
        draft = entered_draft(request.actor, draft_id)
        facts = register_facts(applicant_no=entry.applicant_no, subject_no=draft.subject_no, today=clock.today())
        pages = visible_pages(draft.definition, draft.answers, facts, clock.today())
        raw: Any = dict(request.POST.lists()) if wrong else None
        fields = [
            field
            for page in pages
            for field in page_fields(
                page, answers=draft.answers, facts=facts, language="ja", errors=wrong, own_heading=False,
                raw=raw if raw and page.page.id in raw.get("page", []) else None,
            )
        ]  # fmt: skip
    fields.append(
        FormField(
            name="scan", label="届いた紙の写し", kind="file", required=False, error=wrong.get("files"),
            hint="写真かPDF。電話のときは要りません。",
        )
    )  # fmt: skip
    errors = [*([SummaryError("", said)] if said else []), *errors_for(fields)]
    context = {
        "title": f"{draft.definition.title['ja']}の入力", "fields": fields, "errors": errors, "draft": draft,
        "pages": [page.page.id for page in pages], "channel": CHANNEL_WORDS.get(entry.channel, ""), "entry": entry,
        "button": "収受して案件にする", "breadcrumb": [("案件の一覧", reverse("eng_cases_staff:list"))],
    }  # fmt: skip
    return render(request, "eng_cases/staff_entry.html", context, status=422 if errors else 200)
