"""A case as its applicant sees it (A7 記録): status, what comes next, what was sent, documents, history.

Names of officials never appear here; their office does.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.design.labels import label
from jichi.design.parts import Card, Event, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.files.queries import get_file
from jichi.engines.files.views import download_response
from jichi.engines.forms import queries as forms
from jichi.engines.forms.register import register_facts
from jichi.engines.forms.rules import SummaryRow, summary
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_days_left
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import LocalizedText, path_in, pick
from jichi.kernel.money import Yen, format_yen

from .actions import withdraw_case
from .afterwards import dues_of, followed_facts
from .money import payment_of
from .presentation import RESIDENT_STATUS, event_for_resident, next_for_resident, point_sentence
from .queries import (
    CaseRecord,
    DecisionInfo,
    DocumentInfo,
    applicant_case,
    dispatches_of,
    hangs_at,
    submissions_of,
    unread_messages,
)
from .queries import Event as CaseEvent
from .rules import Status, subject_key

OWN_WORDS: Final = frozenset({
    "name", "kana", "text", "textarea", "confirm", "address", "email", "phone", "file", "table", "person", "point"
})  # fmt: skip
"""Kinds of answers in people's own words or from the register: they get no ruby."""


def day_of(moment: datetime) -> date:
    """The day of a moment in Tokyo."""
    return moment.astimezone(clock.TOKYO).date()


@access(audience="resident", guests=True)
def item(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: one case. Opening it marks what the inbox said about it as read."""
    case = applicant_case(actor=request.actor, number=number)
    if number != case.written_number:
        return redirect("eng_cases_items:item", number=case.written_number)
    inbox.mark_read(actor=request.actor, subject_key=subject_key(case.id))
    language = request.LANGUAGE_CODE
    office = accounts.office_contact(case.division_id, language)
    context = {
        "title": pick(case.title, language).text,
        "breadcrumb": [(label("word.my_page"), path_in(language, "/my/"))] if request.actor.level != "none" else [],
        "head": _head(case, language), "number": case.written_number, "asked": _asked(case, language),
        "answers": _answers(case, language), "documents": _documents(case, language),
        "decision": _decision(case.decision, language) if case.decision else [],
        "outcome": _outcome(case) if case.decision else None,
        "appeal": case.decision.appeal if case.decision and case.status is Status.REFUSED else None,
        "timeline": [_event(case, event, office.name if office else "", language) for event in case.events],
        "may_withdraw": case.is_open, "help": office, "unread": unread_messages(case.id, reader="resident"),
        "posted": _posted(case, language), "payment": payment_of(case, language),
        "dues": dues_of(case, language), "followed": followed_facts(case, language),
        "notices": _notices(request),
    }  # fmt: skip
    return render(request, "eng_cases/resident_item.html", context)


def _notices(request: SignedInRequest) -> list[dict[str, str]]:
    """What has just happened, as the address says that leads here."""
    if "withdrawn" in request.GET:
        return [{"tone": "done", "title": "", "text": message("withdrawn")}]
    if "there" in request.GET:
        return [{"tone": "info", "title": "", "text": message("already_received")}]
    return []


def _head(case: CaseRecord, language: str) -> dict[str, str]:
    """Status, next step and its date."""
    late = is_late(case)
    step = next_for_resident(
        case.status, due_on=case.due_on, correction_due_on=case.correction_due_on, language=language
    )
    if late and case.correction_due_on:
        step = message("correction.late", language, date=format_date(case.correction_due_on, language))
    due = ""
    if case.status is Status.CORRECTION and case.correction_due_on:
        due = format_days_left(case.correction_due_on, language, today=clock.today())
    return {"status": RESIDENT_STATUS[case.status].removeprefix("status."), "step": step, "due": due}


def is_late(case: CaseRecord) -> bool:
    """The day for the correction has passed."""
    return (
        case.status is Status.CORRECTION
        and case.correction_due_on is not None
        and case.correction_due_on < clock.today()
    )


def _asked(case: CaseRecord, language: str) -> str:
    """The sentence that asks for a correction, "" when none is open."""
    asked = case.open_correction
    if asked is None or is_late(case):
        return ""
    return message("correction.request", language, count=len(asked.points), date=format_date(asked.due_on, language))


def _answers(case: CaseRecord, language: str) -> list[Fact]:
    """What was sent and stands now; files as links."""
    sent = forms.submission(case.submission_id)
    facts = register_facts(
        applicant_no=case.applicant_no, subject_no=case.subject_no, today=clock.today(),
        principal_name=sent.principal_name, follows=sent.follows,
    )  # fmt: skip
    day = format_date(day_of(case.received_at), language, "long")
    return [
        Fact(label=_("申請した日"), value=day),
        *(
            _answer(case, section.title if row.kind == "confirm" else row.label, row)
            for section in summary(sent.definition, sent.answers, facts, clock.today(), language)
            for row in section.rows
        ),
    ]


def _answer(case: CaseRecord, title: str, row: SummaryRow) -> Fact:
    value: object = list(row.lines)
    if row.files:
        links = (
            (reverse("eng_cases_items:attachment", args=[case.written_number, id_]), name) for id_, name in row.files
        )
        value = format_html_join("", '<a href="{}">{}</a><br>', links)
    return Fact(label=title, value=value, name=row.answered and row.kind in OWN_WORDS)


def _documents(case: CaseRecord, language: str) -> list[Card]:
    return [_document_card(case, document, language) for document in case.documents if document.revoked_at is None]


def _document_card(case: CaseRecord, document: DocumentInfo, language: str) -> Card:
    code = document.verification_code
    facts = [
        (_("交付日"), format_date(day_of(document.issued_at), language)),
        (label("word.verification_code"), "-".join(code[i : i + 4] for i in range(0, len(code), 4))),
    ]
    if document.valid_until:
        facts.append((_("有効期限"), format_date(document.valid_until, language)))
    return Card(
        title=f"{pick(document.title, language).text} (PDF)",
        url=reverse("eng_cases_items:document", args=[case.written_number, document.id]), facts=facts,
    )  # fmt: skip


def _decision(decision: DecisionInfo, language: str) -> list[Fact]:
    """What was decided, why and on what ground; reason and ground are the official's Japanese words."""
    key = "status.approved" if decision.outcome == "approved" else "status.not_approved"
    foreign = "" if language in {"ja", "easy"} else "ja"
    rows = [
        Fact(label=_("結果"), value=label(key)),
        Fact(label=_("決定日"), value=format_date(day_of(decision.decided_at), language, "long")),
        Fact(label=_("文書番号"), value=decision.document_number, lang=foreign, name=True),
    ]
    if decision.reason:
        rows.append(Fact(label=_("理由"), value=decision.reason, lang=foreign, name=True))
    if decision.rule:
        rows.append(Fact(label=_("根拠"), value=decision.rule, lang=foreign, name=True))
    return rows


def _posted(case: CaseRecord, language: str) -> list[Fact]:
    """Papers on their way: when, how, the number to follow them by."""
    ways = {"post": _("普通郵便"), "registered": _("簡易書留"), "counter": _("窓口でお渡し")}
    rows = []
    for sent in dispatches_of(case.id):
        text = f"{format_date(sent.sent_on, language)} {ways[sent.way]}"
        if sent.tracking_number:
            text += " " + _("追跡番号 %(number)s") % {"number": sent.tracking_number}
        if sent.returned_on:
            text += " " + _("届かずに戻りました。担当課に連絡してください。")
        rows.append(Fact(label=_("書類の発送"), value=text))
    return rows


def _outcome(case: CaseRecord) -> LocalizedText:
    """What the form says to the person when it is decided so."""
    said = forms.definition_of(case.form_version_id).decision
    approved = case.decision is not None and case.decision.outcome == "approved"
    return (said.accept if approved else said.refuse).text


def _event(case: CaseRecord, event: CaseEvent, office: str, language: str) -> Event:
    who = {"staff": office, "resident": _("申請した人")}.get(event.actor_kind, "")
    detail, detail_language = _detail(event, language)
    foreign = detail_language if language not in (detail_language, "easy") else ""
    what = event_for_resident(event.kind, language)
    return Event(at=event.at, what=what, who=who, detail=detail, detail_lang=foreign)


def _detail(event: CaseEvent, language: str) -> tuple[str, str]:
    """More about a line of the history, and the language it is in."""
    points = event.detail.get("points")
    if event.kind == "correction_requested" and isinstance(points, list):
        said = [point_sentence(point, language) for point in points]
        return " ".join(text for text, _language in said), said[0][1] if said else language
    if event.kind == "fee_changed":
        sums = (format_yen(Yen(int(str(event.detail.get(k, 0)))), language) for k in ("before_yen", "after_yen"))
        return " → ".join(sums), language
    title = event.detail.get("title")
    if event.kind == "document_issued" and isinstance(title, dict):
        found = pick(title, language)
        return found.text, found.language
    return "", language


@access(audience="resident", methods=("GET", "POST"), guests=True)
def withdraw(request: SignedInRequest, number: str) -> HttpResponse:
    """A3: what withdrawing means, then the act. A second press finds it done."""
    case = applicant_case(actor=request.actor, number=number)
    back = reverse("eng_cases_items:item", args=[case.written_number])
    if request.method == "POST":
        withdraw_case(actor=request.actor, case_id=case.id)
        return redirect(f"{back}?withdrawn=1")
    if case.status is Status.WITHDRAWN:
        return redirect(back)
    if not case.is_open:
        raise Conflict("case.decided", number=case.number)
    language = request.LANGUAGE_CODE
    context = {
        "title": _("申請を取り下げますか"),
        "facts": [
            Fact(label="word.procedure", value=pick(case.title, language).text),
            Fact(label="word.reference_number", value=case.written_number),
            Fact(label=_("申請した日"), value=format_date(day_of(case.received_at), language, "long")),
        ],
        "item_url": back, "back": back, "help": accounts.office_contact(case.division_id, language),
    }  # fmt: skip
    return render(request, "eng_cases/resident_withdraw.html", context)


@access(audience="resident", guests=True)
def document(request: SignedInRequest, number: str, document_id: UUID) -> HttpResponseBase:
    """A document that was given out, as PDF."""
    case = applicant_case(actor=request.actor, number=number)
    found = next((d for d in case.documents if d.id == document_id and d.revoked_at is None), None)
    if found is None:
        raise NotFound
    return download_response(get_file(found.file_id), inline=True)


@access(audience="resident", guests=True)
def attachment(request: SignedInRequest, number: str, file_id: UUID) -> HttpResponseBase:
    """A file the applicant sent, now or before a correction."""
    case = applicant_case(actor=request.actor, number=number)
    sent = forms.submissions(submissions_of(case.id, case.submission_id))
    if not any(file_id in forms.files_of(view) for view in sent.values()) and not hangs_at(case.id, file_id):
        raise NotFound
    return download_response(get_file(file_id), inline=True)
