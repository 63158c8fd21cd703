"""Who looked at whose records, and what of it is unusual. Looking here is kept in the trail too."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.urls import reverse

from jichi.design.fields import filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel import clock
from jichi.kernel.calendar import format_datetime, parse_date
from jichi.kernel.tables import write_table
from jichi.kernel.text import normalise_input

from .. import queries
from ..permissions import LOOKS
from ..queries import LookFilter, MarkedLook
from .parts import asked, csv_response

WHAT = {
    "eng_registry_resident": "住民の記録", "eng_cases_case": "案件", "eng_cases_casemessage": "案件のやりとり",
    "eng_files_storedfile": "添付書類", "eng_registry_address": "支援措置の住所",
}  # fmt: skip
"""Table → Japanese; another shows its own name."""
MOST_CSV = 5000
_NAMES = ("q", "subject", "since", "until", "marked")


def _day(text: str, otherwise: date) -> date:
    try:
        return parse_date(text) if text else otherwise
    except ValueError:
        return otherwise


def _filter(request: SignedInRequest) -> tuple[LookFilter, dict[str, str]]:
    given = asked(request, *_NAMES)
    today = clock.today()
    chosen = LookFilter(
        official=given["q"], subject=normalise_input(given["subject"]), marked=given["marked"] == "1",
        since=_day(given["since"], today - timedelta(days=30)), until=_day(given["until"], today),
    )  # fmt: skip
    return chosen, given


def _record(request: SignedInRequest, chosen: LookFilter, action: str) -> None:
    """Kept in the trail: that somebody read the trail, and what they asked for."""
    told: dict[str, object] = {
        "official": chosen.official, "since": chosen.since.isoformat(), "until": chosen.until.isoformat(),
    }  # fmt: skip
    audit.record(
        actor=request.actor, action=action, table="eng_audit_auditevent", object_id="looks", subject=chosen.subject,
        detail=told,
    )  # fmt: skip


def mark_words(row: MarkedLook) -> str:
    """The marks of a look in one line."""
    return "、".join(queries.look_rules().marks[key] for key in row.marks)


@access(audience="staff", permission=LOOKS)
def looks(request: SignedInRequest) -> HttpResponse:
    """A6: looks, newest first, by official, by person looked at, by time."""
    chosen, given = _filter(request)
    _record(request, chosen, "search")
    page = queries.looks(chosen, after=request.GET.get("after", ""))
    columns = (
        Column(key="at", title="日時", head=True), Column(key="official", title="職員", name=True),
        Column(key="divisions", title="課"), Column(key="subject", title="閲覧された人(宛名番号)"),
        Column(key="what", title="何を"), Column(key="purpose", title="目的"), Column(key="marks", title="印"),
    )  # fmt: skip
    query = "&".join(f"{name}={value}" for name, value in given.items() if value)
    url = f"{reverse('office_administration:looks_export')}?{query}"
    listing = Listing(
        caption="閲覧の記録", columns=columns, url=request.path, params=given, after=page.next_after, html_id="looks",
        rows=[_row(one) for one in page.rows], csv_url=url, empty="この期間の閲覧はありません。",
        search=filter_field("q", "職員の氏名・職員ID", given["q"]),
        filters=(
            filter_field("subject", "宛名番号", given["subject"]),
            filter_field("since", "いつから", given["since"]),
            filter_field("until", "いつまで", given["until"]),
            filter_choice("marked", "印", given["marked"], [("1", "印のあるものだけ")]),
        ),
    )  # fmt: skip
    found = queries.look_rules()
    words = "、".join(found.marks.values())
    intro = (
        "日を決めないと、この30日の閲覧を示します。"
        f"印は目安で、不正を意味しません。印の種類: {words}。"
        f"短い時間に多数: {found.busy_minutes}分に{found.busy_looks}件以上。"
        f"執務時間: 平日の{found.opens:%H:%M}から{found.closes:%H:%M}。この画面を見たことも記録されます。"
    )
    context = {"title": "閲覧の記録", "intro": intro, "uses_htmx": True}
    return listing_response(request, "office_administration/retention.html", context, listing)


def _row(one: MarkedLook) -> Row:
    look = one.look
    marks = tag(mark_words(one), tone="todo") if one.marks else ""
    return Row(
        cells=(
            format_datetime(look.at, "ja", "staff"), f"{one.official}({one.login})" if one.login else "プログラム",
            "、".join(one.divisions), look.subject, WHAT.get(look.table, look.table), look.purpose, marks,
        )
    )  # fmt: skip


@access(audience="staff", permission=LOOKS)
def looks_export(request: SignedInRequest) -> HttpResponse:
    """The looks that were asked for as CSV, the newest 5,000 at most; kept in the trail."""
    chosen, _ = _filter(request)
    _record(request, chosen, "export")
    rows = [
        (
            one.look.at.astimezone(clock.TOKYO).isoformat(timespec="seconds"), one.login, one.official,
            "、".join(one.divisions), one.look.subject, WHAT.get(one.look.table, one.look.table), one.look.purpose,
            mark_words(one),
        )
        for one in queries.looks(chosen, limit=MOST_CSV).rows
    ]  # fmt: skip
    heads = ("日時", "職員ID", "氏名", "課", "宛名番号", "何を", "目的", "印")
    return csv_response(write_table(heads, rows), f"looks_{clock.today():%Y%m%d}.csv")
