"""帳簿のページ: the trial balance of a day, the entries of an account, closing days and fiscal years. Japanese only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.fields import FormField, errors_for, filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Link, Listing, Row
from jichi.engines.accounts import queries as divisions
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year, format_date, format_datetime, parse_date
from jichi.kernel.errors import FieldError, JichiError, NotFound
from jichi.kernel.money import Yen
from jichi.kernel.tables import write_table

from . import actions, queries
from .permissions import CLOSE, VIEW, WATCH

UNPROCESSABLE: Final = 422
MOST_LINES: Final = 500
KINDS: Final = {"asset": "資産", "liability": "負債", "revenue": "収入", "expense": "支出", "carry": "繰越"}
_BALANCES: Final = (
    Column(key="title", title="科目", head=True), Column(key="kind", title="区分"),
    Column(key="debit", title="借方の残高(円)", number=True), Column(key="credit", title="貸方の残高(円)", number=True),
)  # fmt: skip
_LINES: Final = (
    Column(key="on", title="記帳日", head=True), Column(key="kind", title="仕訳"), Column(key="item", title="対象"),
    Column(key="debit", title="借方(円)", number=True), Column(key="credit", title="貸方(円)", number=True),
    Column(key="year", title="年度"), Column(key="note", title="備考"),
)  # fmt: skip
POSTINGS: Final = {
    "assessed": "調定", "received": "収納", "settled": "消込み", "reduced": "減額", "exempted": "減免",
    "cancelled": "取消し",
    "increased": "増額", "written_off": "不納欠損", "reversed": "収納の取消し", "applied": "充当",
    "refund_decided": "還付の決定",
    "refund_paid": "還付の支払い", "carried": "繰越",
}  # fmt: skip
"""Kind of posting → word; one that we don't know is shown as it is."""


def tabs(request: SignedInRequest, here: str) -> list[Link]:
    """The pages of the books, as tabs."""
    pages = [("balances", "残高試算表"), ("late", "締めのあとに来たもの")]
    if request.actor.may(CLOSE):
        pages.append(("closing", "締め"))
    return [Link(words, reverse(f"eng_ledger:{name}"), current=name == here) for name, words in pages]


def _day(text: str, otherwise: date) -> tuple[date, FieldError | None]:
    if not text.strip():
        return otherwise, None
    try:
        return parse_date(text), None
    except ValueError:
        return otherwise, FieldError("field.unreadable_date")


def _sides(yen: int) -> tuple[str, str]:
    """Debit and credit as cells."""
    return (Yen(yen).plain() if yen > 0 else "", Yen(-yen).plain() if yen < 0 else "")


def _division_choices(request: SignedInRequest) -> list[tuple[str, str]]:
    seen = divisions.divisions(None if request.actor.may(WATCH) else sorted(request.actor.divisions))
    return [(str(one.id), one.names["ja"]) for one in seen]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a trial balance is asked for: day, division, fiscal year; and what there is to choose from."""

    on: date
    wrong: FieldError | None
    division: str
    year: str
    divisions: list[tuple[str, str]]
    years: list[tuple[str, str]]

    def found(self) -> dict[str, int]:
        """Account → balance in yen."""
        return queries.balances(
            on=self.on, division_id=int(self.division) if self.division else None,
            fiscal_year=int(self.year) if self.year else None,
        )  # fmt: skip


def _asked(request: SignedInRequest) -> _Asked:
    on, wrong = _day(request.GET.get("on", ""), clock.today())
    this_year = fiscal_year(clock.today())
    divisions_, years = _division_choices(request), [(str(y), f"{y}年度") for y in range(this_year, this_year - 6, -1)]
    division, year = request.GET.get("division", ""), request.GET.get("year", "")
    return _Asked(
        on, wrong, division if division in dict(divisions_) else "", year if year in dict(years) else "",
        divisions_, years,
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def balances(request: SignedInRequest) -> HttpResponse:
    """A6: 残高試算表: every account at the end of a day; both sides come to the same."""
    asked = _asked(request)
    on, found = asked.on, asked.found()
    rows = [
        Row(
            url=f"{reverse('eng_ledger:account', args=[one.code])}?to={on.isoformat()}",
            cells=(one.title, KINDS.get(one.kind, one.kind), *_sides(found.get(one.code, 0))),
        )
        for one in queries.accounts()
    ]
    params = {"on": request.GET.get("on", ""), "division": asked.division, "year": asked.year}
    query = request.GET.urlencode()
    shown = Listing(
        caption=f"{format_date(on)}の残高試算表", columns=_BALANCES, rows=rows, url=request.path, params=params,
        filters=(
            filter_field("on", "この日の終わり(例 R8.11.1)", params["on"], size=12, error=asked.wrong),
            filter_choice("division", "課", asked.division, asked.divisions, noruby=True),
            filter_choice("year", "会計年度", asked.year, asked.years),
        ),
        csv_url=reverse("eng_ledger:balances_export") + (f"?{query}" if query else ""), html_id="balances",
    )  # fmt: skip
    debit = sum(yen for yen in found.values() if yen > 0)
    closed = queries.closed_through()
    context = {
        "title": "帳簿", "uses_htmx": True, "tabs": tabs(request, "balances"), "debit": Yen(debit).plain(),
        "difference": sum(found.values()), "closed": format_date(closed) if closed else "",
    }  # fmt: skip
    return listing_response(request, "eng_ledger/balances.html", context, shown)


@access(audience="staff", permission=VIEW)
def balances_export(request: SignedInRequest) -> HttpResponse:
    """The trial balance as CSV, with the same choice as the page."""
    asked = _asked(request)
    found = asked.found()
    rows = [(one.code, one.title, str(found.get(one.code, 0))) for one in queries.accounts()]
    data = write_table(("科目", "名前", "残高"), [*rows, ("", "合計", str(sum(found.values())))])
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="zandaka_{asked.on:%Y%m%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="staff", permission=VIEW)
def account(request: SignedInRequest, code: str) -> HttpResponse:
    """A6: the entries of one account between two days."""
    info = next((one for one in queries.accounts() if one.code == code), None)
    if info is None:
        raise NotFound
    last, wrong_last = _day(request.GET.get("to", ""), clock.today())
    first, wrong_first = _day(request.GET.get("from", ""), last - timedelta(days=30))
    lines = queries.lines_of_account(account=code, first=first, last=last, limit=MOST_LINES)
    shown = Listing(
        caption="仕訳", columns=_LINES, rows=[Row(cells=_line_cells(line)) for line in lines], url=request.path,
        params={"from": request.GET.get("from", ""), "to": request.GET.get("to", "")}, html_id="lines",
        filters=(
            filter_field("from", "この日から(例 R8.11.1)", request.GET.get("from", ""), size=12, error=wrong_first),
            filter_field("to", "この日まで", request.GET.get("to", ""), size=12, error=wrong_last),
        ),
        empty="この間の仕訳はありません。",
    )  # fmt: skip
    audit.record(
        actor=request.actor, action="look", table="eng_ledger_entry", object_id=code,
        detail={"from": first.isoformat(), "to": last.isoformat()},
    )  # fmt: skip
    before = queries.balance(account=code, on=first - timedelta(days=1))
    facts = [
        Fact(label=f"{format_date(first)}より前の残高", value=f"{Yen(before).plain()}円(借方が正)"),
        Fact(label=f"{format_date(last)}の残高", value=f"{Yen(queries.balance(account=code, on=last)).plain()}円"),
    ]
    context = {
        "title": f"帳簿: {info.title}", "uses_htmx": True, "facts": facts, "is_cut": len(lines) == MOST_LINES,
        "most": MOST_LINES, "breadcrumb": [("帳簿", reverse("eng_ledger:balances"))],
    }  # fmt: skip
    return listing_response(request, "eng_ledger/account.html", context, shown)


def _line_cells(line: queries.Line) -> tuple[object, ...]:
    note = ""
    if line.is_late:
        note = f"本来は{format_date(line.belongs_on)}・{line.belongs_year}年度"
    return (
        format_date(line.booked_on), POSTINGS.get(line.kind, line.kind), line.item, *_sides(line.yen),
        f"{line.fiscal_year}年度", note,
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def late(request: SignedInRequest) -> HttpResponse:
    """A6: what came after its day or year was closed, and where it was booked."""
    rows = [
        Row(
            cells=(
                format_date(one.booked_on),
                f"{POSTINGS.get(one.kind, one.kind)}({one.title})",
                *_line_cells(one)[2:],
            )
        )
        for one in queries.late_postings(limit=MOST_LINES)
    ]
    shown = Listing(
        caption="締めのあとに来たもの", columns=_LINES, rows=rows, url=request.path, html_id="late",
        empty="締めのあとに来たものはありません。",
    )  # fmt: skip
    context = {"title": "締めのあとに来たもの", "uses_htmx": True, "tabs": tabs(request, "late")}
    return listing_response(request, "eng_ledger/late.html", context, shown)


@access(audience="staff", permission=CLOSE, methods=("GET", "POST"))
def closing(request: SignedInRequest) -> HttpResponse:
    """A2, A3: close days through a day, or a fiscal year; what is closed is never opened again."""
    problem = ""
    field = FormField(
        name="through", label="この日までを締める", size=12, hint="例: R8.11.20。この日も入ります。",
        value=request.POST.get("through", "") or format_date(clock.today() - timedelta(days=1)),
    )  # fmt: skip
    through, wrong = _day(request.POST.get("through", ""), clock.today() - timedelta(days=1))
    act = request.POST.get("act", "")
    if act in {"check", "close"} and not wrong and through <= clock.today():
        if act == "check":
            return _closing_check(request, through)
        try:
            actions.close_days(actor=request.actor, through=through)
            return redirect("eng_ledger:closing")
        except JichiError as refused:
            problem = message(refused.code, "ja", **refused.params)
    elif act in {"check", "close"}:
        wrong = wrong or FieldError("ledger.no_future")
    elif act == "year" and request.POST.get("year", "").isdecimal():
        try:
            actions.close_year(actor=request.actor, fiscal_year=int(request.POST["year"][:4]))
            return redirect("eng_ledger:closing")
        except JichiError as refused:
            problem = message(refused.code, "ja", **refused.params)
    field = field.with_error(wrong)
    years = _years_to_close()
    status = UNPROCESSABLE if problem or wrong else 200
    context = {
        "title": "帳簿を締める", "tabs": tabs(request, "closing"), "fields": [field], "errors": errors_for([field]),
        "notices": [{"tone": "error", "title": "", "text": problem}] if problem else [], "years": years,
        "close_words": f"{years[0]}年度を閉鎖する" if years else "",
        "closes": [
            (
                format_date(one.through_on), f"{one.fiscal_year}年度の出納閉鎖" if one.fiscal_year else "日の締め",
                format_datetime(one.closed_at, "ja", "staff"),
            )
            for one in queries.closes(limit=50)
        ],
    }  # fmt: skip
    return render(request, "eng_ledger/closing.html", context, status=status)


def _years_to_close() -> list[int]:
    """Fiscal years whose last day of books is past and that are not closed, oldest first; the oldest is next."""
    closed = {one.fiscal_year for one in queries.closes(limit=100) if one.fiscal_year}
    last = fiscal_year(clock.today()) - (1 if clock.today() > date(fiscal_year(clock.today()), 5, 31) else 2)
    first = queries.first_year()
    return [year for year in range(first, last + 1) if year not in closed] if first else []


def _closing_check(request: SignedInRequest, through: date) -> HttpResponse:
    before = queries.closed_through()
    found = queries.balances(on=through)
    names = {one.code: one.title for one in queries.accounts()}
    facts = [
        Fact(label="今の締め", value=f"{format_date(before)}まで" if before else "まだ締めていません"),
        Fact(label="締めたあと", value=f"{format_date(through)}まで"),
        *(
            Fact(label=names.get(code, code), value=f"{Yen(yen).plain()}円")
            for code, yen in found.items() if yen and code in {"cash", "agents", "unallocated", "refunds_due"}
        ),
        Fact(label="すべての科目の合計", value=f"{Yen(sum(found.values())).plain()}円"),
    ]  # fmt: skip
    context = {
        "title": "帳簿を締める(確認)", "facts": facts, "through": through.isoformat(), "narrow": True,
        "breadcrumb": [("締め", reverse("eng_ledger:closing"))],
    }  # fmt: skip
    return render(request, "eng_ledger/closing_check.html", context)
