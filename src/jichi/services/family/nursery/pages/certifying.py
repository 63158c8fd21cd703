"""Papers of an online application: the parent's page with links for employers, and the employer's own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jichi.design import catalogue
from jichi.design.dates import parts_from, read_date
from jichi.design.fields import FormField, Option, errors_for
from jichi.design.html import written
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.files import queries as files
from jichi.engines.files.errors import FileRefused
from jichi.engines.files.views import download_response
from jichi.engines.inbox import actions as inbox
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..permissions import VIEW
from ..queries import CertificateView, EntryView
from ..rules.certificate_form import CertificateForm, Item
from ..rules.certificate_items import read_items
from ..rules.certificate_sheet import blank
from ..rules.certificates import read_certificate
from ..rules.entering import WORKING, papers_of
from .applying import crumbs, own_entry
from .words import CONFLICT, UNPROCESSABLE, file_response

GONE: Final = 410
WIDGETS: Final = {"choice": "select", "choices": "checkboxes", "number": "number", "date": "date"}
HINTS: Final = {"span": "9:00～17:30", "month": "2026-10"}


@access(audience="resident", methods=("GET", "POST"))
def papers(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A5: the papers needed; for each guardian who works a link for the employer, and whether it came."""
    round_, found = own_entry(request, id)
    problem = ""
    if request.method == "POST":
        try:
            place = 2 if request.POST.get("place") == "2" else 1
            actions.ask_certificate(actor=request.actor, entry_id=id, place=place)
            return redirect("nursery_family:papers", id=id)
        except Conflict as error:
            problem = catalogue.message(error.code, request.LANGUAGE_CODE)
    inbox.mark_read(actor=request.actor, subject_key=f"family_nursery:entry:{id}")
    known = {one.place: one for one in queries.certificates(id)}
    working = [
        _guardian(request, found, place, known.get(place))
        for place, one in enumerate(found.content["guardians"], 1) if one.get("answers", {}).get("理由") == WORKING
    ]  # fmt: skip
    context = {
        "title": _("必要な書類"), "found": found, "papers": papers_of(found.content), "working": working,
        "problem": problem, "may": found.state != "withdrawn" and round_.published_run is None,
        "breadcrumb": crumbs(found),
    }  # fmt: skip
    return render(request, "resident_nursery/papers.html", context, status=CONFLICT if problem else 200)


def _guardian(request: SignedInRequest, found: EntryView, place: int, known: CertificateView | None) -> dict[str, Any]:
    """A guardian for the template: the open link, or what came."""
    language = request.LANGUAGE_CODE
    name = found.content["guardians"][place - 1]["name"]
    told: dict[str, Any] = {"place": place, "name": name, "known": known, "link": "", "mail": ""}
    if known is not None and known.is_open:
        told["link"], told["path"] = settings.JICHI_ORIGIN + known.link, known.link
        words = {"subject": "就労証明書のお願い", "body": f"{name}\n\n{told['link']}\n"}
        told["mail"] = f"mailto:?{urlencode(words).replace('+', '%20')}"
        told["until"] = format_datetime(known.expires_at, language, "long")
    if known is not None and known.arrived_at is not None:
        told["arrived"] = format_datetime(known.arrived_at, language, "long")
        told["said"] = [
            (_("勤め先"), known.content.get("employer", "")), (_("週の日数"), known.content.get("days", "")),
            (_("週の時間"), known.content.get("hours", "")),
        ]  # fmt: skip
    return told


@access(audience="public", methods=("GET", "POST"))
def certificate(request: SignedInRequest, token: str) -> HttpResponse:
    """A2: what an employer certifies, once; no login, and nothing of the family but the worker's name."""
    try:
        worker, form = queries.certificate_asked(token), queries.form_asked(token)
    except Conflict as error:
        return _over(request, error)
    wrong: dict[str, FieldError] = {}
    post = request.POST
    if request.method == "POST":
        try:
            wrong = dict(_answer(request, token, form))
            if not wrong:
                sent = {"title": _("就労証明書を受け取りました")}
                return _private(render(request, "resident_nursery/certificate_sent.html", sent))
        except Conflict as error:
            return _over(request, error)
        except FileRefused as error:
            wrong = {"file": FieldError(error.code, error.params)}
    fields = [field.with_error(wrong[field.name]) if field.name in wrong else field for field in _fields(post, worker)]
    groups = [
        (title, [f.with_error(wrong[f.name]) if f.name in wrong else f for f in item_fields(items, request)])
        for title, items in form.sections
    ]
    every = [*fields, *(field for _title, group in groups for field in group)]
    context = {
        "title": _("就労証明書"), "first": fields[:-2], "last": fields[-2:], "groups": groups,
        "token": token,
        "errors": errors_for(every),
    }  # fmt: skip
    status = UNPROCESSABLE if wrong else 200
    return _private(render(request, "resident_nursery/certificate.html", context, status=status))


@access(audience="public")
def blank_form(request: SignedInRequest, token: str) -> HttpResponse:
    """The form as an Excel file to fill in, which is read when it comes back; while the question is open."""
    try:
        form = queries.form_asked(token)
    except Conflict as error:
        return _over(request, error)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return file_response(blank(form), "certificate.xlsx", kind)


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a right by itself: it is kept nowhere on the way."""
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(request: SignedInRequest, token: str, form: CertificateForm) -> Mapping[str, FieldError]:
    post, upload = request.POST, request.FILES.get("file")
    dates: dict[str, date | None] = {}
    unread: dict[str, FieldError] = {}
    for name in ("until", "leave_until"):
        try:
            dates[name] = read_date(parts_from(post, name))
        except Invalid:
            dates[name], unread[name] = None, FieldError("field.unreadable_date")
    for name in (key for key, item in form.asked.items() if item.kind == "date"):
        try:
            dates[name] = read_date(parts_from(post, name))
        except Invalid:
            dates[name], unread[name] = None, FieldError("field.unreadable_date")
    texts = {key: str(value) for key, value in post.items()}
    content, wrong = read_certificate(texts, dates, with_file=bool(upload))
    chosen = {key: post.getlist(key) for key, item in form.asked.items() if item.kind == "choices"}
    content["items"], more = read_items(form, texts, chosen, dates)
    wrong = {**wrong, **more, **unread}
    if not post.get("true"):
        wrong["true"] = FieldError("field.consent")
    if not wrong:
        actions.answer_certificate(actor=request.actor, token=token, content=content, upload=upload)
    return wrong


def _over(request: SignedInRequest, error: Conflict) -> HttpResponse:
    words = catalogue.message(error.code, request.LANGUAGE_CODE)
    return render(
        request, "resident_nursery/over.html", {"title": _("このリンクは使えません"), "words": words}, status=GONE
    )


def _fields(post: Mapping[str, str], worker: str) -> list[FormField]:
    def text(name: str, label: str, **more: Any) -> FormField:
        return FormField(name=name, label=label, value=post.get(name, ""), autocomplete="off", **more)

    return [
        FormField(name="worker", label=_("働く人の氏名"), value=post.get("worker", worker), autocomplete="off"),
        text("employer", _("事業所の名前")),
        text(
            "number", _("法人番号"), kind="number", size=16, required=False, hint=_("13桁。個人事業なら空にします。")
        ),
        text("address", _("働く場所の所在地")),
        text("phone", _("電話番号"), kind="phone"),
        text("writer", _("記入した人の氏名"), hint=_("内容を確かめるために、担当課から電話することがあります。")),
        FormField(
            name="term", label=_("雇用の期間"), kind="radio", value=post.get("term", ""),
            options=(Option("open", _("期間の定めなし")), Option("until", _("期間の定めあり"))),
        ),
        FormField(
            name="until", label=_("雇用の終わりの日"), kind="date", required=False, value=parts_from(post, "until"),
            hint=_("期間の定めがあるときに入力します。"),
        ),
        text("days", _("週の日数"), kind="number", unit=_("日"), required=False),
        text(
            "hours", _("週の時間"), kind="number", unit=_("時間"), required=False, hint=_("休憩を入れた、1週間の合計")
        ),
        FormField(
            name="leave_until", label=_("育児休業の終わりの日"), kind="date", required=False,
            value=parts_from(post, "leave_until"), hint=_("取っているとき、取る予定のときに入力します。"),
        ),
        FormField(
            name="file", label=_("就労証明書のファイル"), kind="file", required=False, accept=".pdf,.xlsx,image/*",
            hint=_("様式で作ってあるときは、Excel、PDF、写真を付けられます。日数と時間は、その様式のとおりなら空でかまいません。"),
        ),
        text("note", _("備考"), kind="textarea", rows=3, required=False),
        FormField(
            name="true", label=_("上の内容に間違いがないことを証明します"), kind="consent", value=bool(post.get("true"))
        ),
    ]  # fmt: skip


def item_fields(items: Sequence[Item], request: SignedInRequest) -> list[FormField]:
    """The fields of one section of the national form. Its terms stand in Japanese, as on the form, and say so."""
    post, language = request.POST, "" if request.LANGUAGE_CODE in {"ja", "easy"} else "ja"
    fields = []
    for one in items:
        options = tuple(Option(word, word, lang=language, noruby=True) for word in one.words)
        kind: Any = WIDGETS.get(one.kind, "text")
        value: object = post.get(one.key, "")
        if one.kind == "choices":
            value = post.getlist(one.key)
        elif one.kind == "date":
            value = parts_from(post, one.key)
        elif one.kind == "choice":
            options = (Option("", "-"), *options)
        words = f"{one.heading}({one.unit})" if one.unit else one.heading
        fields.append(
            FormField(
                name=one.key, label=written(words), noun=words, kind=kind, value=value, options=options, required=False,
                autocomplete="off", hint=HINTS.get(one.kind, ""), eras=False,
            )
        )  # fmt: skip
    return fields


@access(audience="staff", permission=VIEW)
def file(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The form that an employer sent with the certificate; opening it is recorded."""
    found = queries.certificate(id)
    if found is None or found.file_id is None:
        raise NotFound
    audit.record_look(actor=request.actor, table="family_nursery_certificate", object_id=str(id), subject="")
    response = download_response(files.get_file(found.file_id), inline=True)
    response["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value] # FileResponse is a response
