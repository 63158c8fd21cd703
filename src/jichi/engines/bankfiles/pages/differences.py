"""差異の一覧: what a person has to look at; and what agents send beside what was counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from jichi.design import catalogue
from jichi.design.fields import FormField, errors_for, filter_choice
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..permissions import TAKE, VIEW
from ..queries import DifferenceView
from ..rules import ENTRIES, INFORMING
from .files import CONFLICT, UNPROCESSABLE, tabs

RECEIPT_STATES: Final = {
    "provisional": "速報だけ", "final": "確報済み", "cancelled": "取り消された", "held": "保留",
}  # fmt: skip
NEXT: Final = {
    "conflict": "確報は消していません。代行会社に、実際に返金されたかを確かめてください。",
    "orphan_cancel": "速報が後から届けば、自動で片付きます。届かないときは代行会社に確かめてください。",
    "amount_differs": "収納した額は変えていません。代行会社に正しい額を確かめてください。",
    "amount_corrected": "収納した額は変えていません。訂正の額との差を、還付か追徴として処理してください。",
    "late": "代行会社に、確報が出ない理由を確かめてください。届けば自動で片付きます。",
    "after_pay_by": "収納しています。延滞金は払った日までで計算します。",
    "foreign": "収納していません。代行会社に、ほかの団体のものが混ざった理由を確かめてください。",
    "unknown": "どの納付か、控えや問い合わせから調べてください。",
    "settled_unknown": "決済会社に、どの取引かを確かめてください。額は仮受金に入れています。",
    "settled_amount": "明細の額で記帳しました。差は収納受託者への未収に残っています。決済会社に確かめてください。",
    "settled_twice": "2回目の額は仮受金に入れています。決済会社に、取り消しの明細を求めてください。",
    "settled_fee": "明細の手数料で記帳しました。取り決めと見比べ、決済会社に確かめてください。",
    "settled_missing": "決済会社に、精算されない理由を確かめてください。後の明細にあれば、自動で片付きます。",
    "credit_unknown": "精算の明細や確報が届いていないか確かめてください。届けば自動で片付きます。",
    "credit_amount": "「入金との照合」で、どの予定の入金かを理由とともに結び付けられます。",
    "credit_back": "保存した入金も帳簿も変えていません。銀行と送金元に確かめてください。",
    "credit_missing": "送金元か銀行に確かめてください。入金があれば自動で片付きます。",
    "old_flag": "収納しています。新しい納付書でも払われていないか確かめてください。",
}
DAYS_BACK: Final = 60
_COLUMNS: Final = (
    Column(key="kind", title="差異", head=True), Column(key="weight", title="扱い"),
    Column(key="paid", title="払った日"), Column(key="yen", title="金額(円)", number=True),
    Column(key="shop", title="店舗"), Column(key="partner", title="相手方", name=True),
    Column(key="since", title="いつから"),
)  # fmt: skip


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: what waits for a person, oldest first."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in ENTRIES else ""
    is_open = request.GET.get("state", "") != "closed"
    page = queries.differences(kind=kind, is_open=is_open, after=request.GET.get("after", "")[:100])
    counts = queries.open_counts()
    kinds = [(key, f"{words}({counts.get(key, 0):,})") for key, words in ENTRIES.items()]
    filters = [
        filter_choice("kind", "差異", kind, kinds),
        filter_choice(
            "state", "状態", "" if is_open else "closed", [("closed", "片付いたもの")], every="片付いていないもの"
        ),
    ]
    shown = {"kind": kind, "state": "" if is_open else "closed"}
    table = Listing(
        caption="差異", columns=_COLUMNS, rows=[_row(one) for one in page.rows], url=request.path, total=page.total,
        params={name: value for name, value in shown.items() if value}, after=page.next_after, filters=filters,
        html_id="differences", empty="差異はありません。",
    )  # fmt: skip
    context = {"title": "収納の差異", "uses_htmx": True, "tabs": tabs("differences")}
    return listing_response(request, "eng_bankfiles/differences.html", context, table)


def _row(one: DifferenceView) -> Row:
    informs = one.kind in INFORMING
    return Row(
        url=reverse("eng_bankfiles:difference", args=[one.id]),
        cells=(
            format_html('{}<span class="sr">({} {})</span>', ENTRIES[one.kind], one.partner, one.barcode or one.id),
            tag("お知らせ" if informs else "確認が要る", tone="info" if informs else "todo"),
            format_date(one.paid_on) if one.paid_on else "", _yen(one),
            one.shop, one.partner, format_datetime(one.opened_at, "ja", "staff"),
        ),
    )  # fmt: skip


def _yen(one: DifferenceView) -> str:
    told = one.detail
    yen = next((y for y in (one.amount_yen, told.get("said"), told.get("after"), told.get("ours"), told.get("before"))
                if y is not None), None)  # fmt: skip
    return "" if yen is None else f"{yen:,}"


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def one(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one difference, its receipt, and how it was settled."""
    problem, note = "", request.POST.get("note", "")
    wrong: dict[str, FieldError] = {}
    if request.method == "POST":
        try:
            actions.close_difference(actor=request.actor, id=id, note=note)
            return redirect("eng_bankfiles:differences")
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem = catalogue.message(error.code, "ja")
    found = queries.difference(id)
    if found is None:
        raise NotFound
    may = request.actor.may(TAKE) and found.closed_at is None
    fields = [
        FormField(
            name="note", label="どう片付けましたか", noun="片付け方", kind="textarea", value=note,
            error=wrong.get("note"),
        )
    ] if may else []  # fmt: skip
    context = {
        "title": ENTRIES[found.kind], "breadcrumb": [("差異の一覧", reverse("eng_bankfiles:differences"))],
        "problem": problem, "next": NEXT.get(found.kind, ""), "facts": _facts(found), "fields": fields,
        "errors": errors_for(fields), "closed": found.closed_at is not None,
        "file_url": reverse("eng_bankfiles:file", args=[found.file]) if found.file else "", "number": found.file_number,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "eng_bankfiles/difference.html", context, status=status)


def _facts(found: DifferenceView) -> list[Fact]:
    paid = f"{format_date(found.paid_on)} {found.paid_at[:2]}:{found.paid_at[2:]}" if found.paid_on else ""
    rows = [
        ("相手方", found.partner), ("払った日時", paid), ("店舗", found.shop),
        ("金額", f"{found.amount_yen:,}円" if found.amount_yen is not None else ""),
        ("届いた別の額", _other_yen(found)),
        ("今の状態", RECEIPT_STATES.get(found.state, "")), ("バーコード", found.barcode),
        *_settled_facts(found),
        ("差異になった日時", format_datetime(found.opened_at, "ja", "staff")),
        ("片付いた日時", format_datetime(found.closed_at, "ja", "staff") if found.closed_at else ""),
        ("片付けた人", found.closed_by or ("後から届いた明細で自動" if found.closed_at else "")),
        ("片付け方", found.note),
    ]  # fmt: skip
    return [Fact(label=label, value=value) for label, value in rows if value]


def _other_yen(found: DifferenceView) -> str:
    before, after = found.detail.get("before"), found.detail.get("after")
    is_receipt = not found.kind.startswith("credit_")
    return f"{after:,}円" if is_receipt and before is not None and after is not None else ""


def _settled_facts(found: DifferenceView) -> list[tuple[str, str]]:
    """What is known of a settlement or credit."""
    told = found.detail
    rows = [
        ("決済番号", told.get("reference", "")),
        ("日", format_date(date.fromisoformat(told["day"])) if told.get("day") else ""),
        ("こちらの額", f"{told['ours']:,}円" if told.get("ours") is not None else ""),
        ("明細の額", f"{told['said']:,}円" if told.get("said") is not None else ""),
    ]  # fmt: skip
    if found.kind.startswith("credit_"):
        rows += [
            ("予定の額", f"{told['before']:,}円" if told.get("before") is not None else ""),
            ("入金の額", f"{told['after']:,}円" if told.get("after") is not None else ""),
        ]  # fmt: skip
    return [(label, str(value)) for label, value in rows]


@access(audience="staff", permission=VIEW)
def remittances(request: SignedInRequest) -> HttpResponse:
    """A10: what agents send for a day and a chain, beside the sum of the final reports."""
    since = clock.today() - timedelta(days=DAYS_BACK)
    rows = queries.remittances(since=since)
    context = {
        "title": "送金との照合", "tabs": tabs("remittances"), "since": format_date(since), "rows": [
            (
                format_date(row.remit_on), row.partner, row.chain, f"{row.counted:,}",
                "通知はまだ" if row.said is None else f"{row.said:,}",
                "" if row.said is None else f"{row.difference:,}", row.said is not None and row.difference != 0,
            )
            for row in rows
        ],
    }  # fmt: skip
    return render(request, "eng_bankfiles/remittances.html", context)
