"""The list of the division's cases, and the same as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import date
from typing import BinaryIO, Final, cast
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from jichi.design.fields import FormField, filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.render_parts import status_chip
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import Actor
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError

from .. import permissions, queries
from ..export import Encoding, write_export
from ..presentation import CHANNEL_WORDS, staff_chip, staff_status_word
from ..protection import RESTRICTED
from ..queries import CaseFilters, CaseRow
from ..rules import Status

PER_PAGE: Final = 20
_IN_MEMORY: Final = 2 * 1024 * 1024
_COLUMNS: Final = (
    Column(key="due", title="期限", sort=True), Column(key="number", title="受付番号", head=True),
    Column(key="what", title="手続"), Column(key="name", title="氏名", name=True), Column(key="status", title="状態"),
    Column(key="who", title="担当", name=True), Column(key="received", title="受付日", sort=True),
)  # fmt: skip
_SCOPES: Final = {
    "": "すべて", "mine": "自分の担当", "overdue": "期限超過", "week": "今週が期限",
    "applicant": "申請した人の補正待ち", "payment": "支払待ち", "second_person": "もう1人の確認待ち",
    "route": "決裁待ち",
}  # fmt: skip
_WAITING: Final = frozenset({"applicant", "payment", "second_person", "route"})


def filters_from(params: dict[str, str]) -> tuple[CaseFilters, dict[str, FieldError]]:
    """What the address asks for; dates that can't be read narrow nothing and are named."""
    errors: dict[str, FieldError] = {}
    days: dict[str, date | None] = {"from": None, "to": None}
    for name in days:
        typed = params.get(name, "").strip()
        if typed:
            try:
                days[name] = parse_date(typed)
            except ValueError:
                errors[name] = FieldError("field.unreadable_date")
    status = params.get("status", "")
    sort, scope = params.get("sort") or "-received", params.get("scope", "")
    return CaseFilters(
        q=params.get("q", "")[:200], statuses=(status,) if status in set(Status) else (),
        procedure=params.get("procedure", "")[:80], mine=scope == "mine",
        overdue=scope == "overdue", this_week=scope == "week", waiting=scope if scope in _WAITING else "",
        received_from=days["from"], received_to=days["to"],
        sort=sort if sort in queries.SORTS else "-received",
    ), errors  # fmt: skip


def _fields(
    params: dict[str, str], errors: dict[str, FieldError], procedures: tuple[tuple[str, str], ...]
) -> tuple[FormField, ...]:
    def select(name: str, label: str, choices: Iterable[tuple[str, str]]) -> FormField:
        return filter_choice(name, label, params.get(name, ""), choices)

    def day(name: str, label: str) -> FormField:
        return filter_field(name, label, params.get(name, ""), size=10, error=errors.get(name))  # fmt: skip

    return (
        select("status", "状態", [(s.value, staff_status_word(s)) for s in Status]),
        select("procedure", "手続", procedures),
        select("scope", "範囲", [(key, words) for key, words in _SCOPES.items() if key]),
        day("from", "受付日から(例 R8.4.1)"),
        day("to", "受付日まで(例 R8.4.1)"),
    )


@access(audience="staff", permission=permissions.VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: the division's cases with search, filters, sort and file."""
    actor = request.actor
    params = {name: request.GET.get(name, "") for name in ("q", "status", "procedure", "scope", "from", "to", "sort")}
    filters, errors = filters_from(params)
    first, after = _cursor(request.GET.get("after", ""))
    first_before, before = _cursor(request.GET.get("before", ""))
    if before and not after:
        first = first_before
    page = queries.list_cases(actor=actor, filters=filters, after=after, before=before, limit=PER_PAGE)
    total = queries.count_cases(actor=actor, filters=filters)
    kept = urlencode({k: v for k, v in params.items() if v})
    export_url = reverse("eng_cases_staff:export") + (f"?{kept}" if kept else "")
    shown = Listing(
        caption="案件の一覧", columns=_COLUMNS, rows=_rows(actor, page.rows), url=request.path, params=params,
        sort=filters.sort, first=first, total=total if total < queries.COUNT_CAP else None,
        search=filter_field("q", "受付番号・氏名・フリガナ・宛名番号", filters.q),
        filters=_fields(params, errors, queries.procedures_of(actor=actor)),
        after=f"{first + len(page.rows)}:{page.next_key}" if page.next_key else "",
        before=f"{max(1, first - PER_PAGE)}:{page.before_key}" if page.before_key else "",
        csv_url=export_url if actor.may(permissions.EXPORT) else "", empty="課の案件はまだありません。",
        html_id="cases",
        bulk=(("act", "choose", "選んだ案件をまとめて決定する"),) if actor.may(permissions.BULK) else (),
        bulk_url=reverse("eng_cases_staff:bulk"),
    )  # fmt: skip
    sjis_url = f"{export_url}{'&' if kept else '?'}encoding=sjis" if shown.csv_url else ""
    many = f"{reverse('eng_cases_staff:bulk')}{f'?{kept}' if kept else ''}" if actor.may(permissions.BULK) else ""
    enter = reverse("eng_cases_staff:enter") if actor.may(permissions.ENTER) else ""
    context = {"title": "案件の一覧", "uses_htmx": True, "sjis_url": sjis_url, "bulk_url": many, "enter_url": enter}
    return listing_response(request, "eng_cases/staff_list.html", context, shown)


def _cursor(text: str) -> tuple[int, str]:
    """Number of the page's first row, and the key in the list."""
    number, _, key = text.partition(":")
    return (int(number), key) if key and number.isdecimal() and len(number) < 8 else (1, "")


def _rows(actor: Actor, cases: tuple[CaseRow, ...]) -> list[Row]:
    """Rows with names and restrictions: two statements, however many."""
    today = clock.today()
    names = accounts.account_names([case.assignee_id for case in cases if case.assignee_id])
    people = registry.residents([case.subject_no for case in cases])
    rows = []
    for case in cases:
        person = people.get(case.subject_no)
        late = case.is_overdue(today)
        day = format_date(case.due_on)
        rows.append(
            Row(
                url=reverse("eng_cases_staff:case", args=[case.written_number]),
                key=str(case.id),
                tone="error" if late else "",
                cells=(
                    format_html("{} {}", day, status_chip("staff.overdue")) if late else day,
                    case.written_number,
                    case.title if case.channel == "web" else f"{case.title}({CHANNEL_WORDS[case.channel]})",
                    f"{case.name} {RESTRICTED}" if person and person.is_protected else case.name,
                    status_chip(staff_chip(case.status, stage=case.stage, payment=case.payment)),
                    names.get(case.assignee_id, "") if case.assignee_id else "未定",
                    format_date(case.received_at.astimezone(clock.TOKYO).date()),
                ),
            )
        )
    return rows


@access(audience="staff", permission=permissions.EXPORT)
def export(request: SignedInRequest) -> FileResponse:
    """The filtered list as CSV, written here and now, so that row security and the log are this request's."""
    actor = request.actor
    filters, _ = filters_from({name: request.GET.get(name, "") for name in request.GET})
    encoding: Encoding = "sjis" if request.GET.get("encoding") == "sjis" else "utf-8"
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the response closes it
    try:
        write_export(actor=actor, filters=filters, encoding=encoding, out=cast("BinaryIO", out))
    except BaseException:
        out.close()
        raise
    size = out.tell()
    out.seek(0)
    charset = "Shift_JIS" if encoding == "sjis" else "utf-8"
    name = f"案件一覧_{clock.today():%Y%m%d}.csv"
    response = FileResponse(out, as_attachment=True, filename=name, content_type=f"text/csv; charset={charset}")
    response["Content-Length"] = str(size)
    response["Cache-Control"] = "private, no-store"
    return response
