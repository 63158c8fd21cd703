"""Bills of the person who looks: read as the platform after it is settled whose they are. Slips and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.design.html import written
from jichi.design.parts import Card, Link
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.files.documents import render_pdf
from jichi.engines.payments.queries import MoreBills
from jichi.engines.registry import queries as registry
from jichi.engines.slips import actions as slips
from jichi.engines.slips import queries as issued
from jichi.engines.slips.rules import Addressee, SlipOrder
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_days_left
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.money import Yen, format_yen

from . import queries
from .queries import Bill, PaidView

SYSTEM: Final = system_actor("collection.resident", purpose="a payer's own bills")
STORE_DAYS: Final = 30
"""Days from today for which a slip that a payer makes is taken at stores."""
CERTIFICATE: Final = Path(__file__).resolve().parent / "templates" / "eng_collection" / "pdf" / "certificate.typ"


def own_bills(payer_no: str) -> list[Bill]:
    """All of this person, by due day."""
    if not payer_no:
        return []
    with unit(SYSTEM):
        return queries.bills_of_payer(payer_no=payer_no, today=clock.today())


def own_bill(payer_no: str, key: str) -> Bill:
    """One of this person. Raises NotFound: not there, or somebody else's."""
    with unit(SYSTEM):
        found = queries.bills_by_key(keys=[key], today=clock.today())
    if not payer_no or not found or found[0].payer_no != payer_no:
        raise NotFound
    return found[0]


def state_of(bill: Bill, *, is_going: bool = False) -> str:
    """As the chips of residents call it. `is_going`: it is being paid online."""
    view = bill.view
    if view.owed and (view.announced or is_going):
        return "payment_confirming"
    return "unpaid" if view.owed else "paid"


def bills_for(payer_no: str, language: str) -> MoreBills:
    """For the page 支払い: what is owed first, by due day; then the last settled ones."""
    bills = own_bills(payer_no)
    if not bills:
        return MoreBills()
    with unit(SYSTEM):
        going = queries.being_paid(ids=[bill.view.id for bill in bills if bill.view.owed])
    due = [_card(bill, language, is_going=bill.view.id in going) for bill in bills if bill.view.owed]
    settled = [_card(bill, language) for bill in reversed(bills) if not bill.view.owed][:24]
    links = [Link(_("支払いの証明書"), reverse("eng_collection_own:certificates"))]
    if due:
        links.insert(0, Link(_("まとめてインターネットで支払う"), reverse("eng_collection_own:choose")))
    return MoreBills(due, settled, links)


def title_shown(bill: Bill, language: str) -> SafeString:
    """What a page calls it: the kind in its division's words, year or month in ours."""
    term = queries.term_words(bill.levy_year, bill.term, language)
    return format_html("{} {}", written(pick(bill.kind_titles, language)), term)


def _card(bill: Bill, language: str, *, is_going: bool = False) -> Card:
    view, today = bill.view, clock.today()
    facts = [(_("金額"), format_yen(Yen(view.owed or view.tax), language))]
    if view.owed:
        facts.append((_("支払いの期限"), format_days_left(view.due_on, language, today=today)))
    return Card(
        title=format_html("{} ({})", title_shown(bill, language), view.key),
        url=reverse("eng_collection_own:bill", args=[view.key]),
        status=state_of(bill, is_going=is_going), facts=facts,
    )  # fmt: skip


def own_slip(bill: Bill, *, large: bool = False) -> bytes:
    """The slip of what is owed today as PDF; the one that is there where it still fits, else the next reissue.

    Raises:
        Conflict: "collection.nothing_owed"; "collection.slip_at_office": nobody's address that may be printed is known.
    """
    view, today = bill.view, clock.today()
    if not view.owed:
        raise Conflict("collection.nothing_owed")
    with unit(SYSTEM):
        person = registry.resident(bill.payer_no)
        if person is None or person.is_protected or not person.address:
            raise Conflict("collection.slip_at_office")
        there = [one for one in issued.slips_named(view.key) if one.replaced_at is None]
        if there and there[0].amount == view.owed and (there[0].pay_by is None or there[0].pay_by >= today):
            return slips.slip_pdf(actor=SYSTEM, slip_id=there[0].id, large=large)
        if issued.terms_on(today) is None:
            raise Conflict("collection.slip_at_office")
        to = Addressee(postcode=person.postcode, address=person.address, name=person.display_name)
        slips.issue_slips(
            actor=SYSTEM, run_key=f"collection:own:{view.key}:{today}:{view.owed}", division_id=bill.division_id,
            title=f"本人による発行 {view.key}",
            orders=[slip_order(bill, to, pay_by=today + timedelta(days=STORE_DAYS))],
        )  # fmt: skip
        made = next(one for one in issued.slips_named(view.key) if one.replaced_at is None)
        return slips.slip_pdf(actor=SYSTEM, slip_id=made.id, large=large)


def slip_order(bill: Bill, to: Addressee, *, pay_by: date) -> SlipOrder:
    """The order of a slip over what is owed today."""
    view = bill.view
    rows = (("本体", f"{view.tax - view.paid:,}円"), ("延滞金", f"{view.late - view.late_paid:,}円"))
    return SlipOrder(
        number=view.key, subject=f"collection:{view.key}", amount=view.owed, due=view.due_on, pay_by=pay_by, to=to,
        title=bill.title[:30], rows=rows if view.late else (),
    )  # fmt: skip


def years_paid(payer_no: str) -> list[int]:
    """Calendar years in which this person paid something, newest first."""
    with unit(SYSTEM):
        found = queries.paid_by(payer_no=payer_no, first=date(2000, 1, 1), last=clock.today())
    return sorted({one.paid_on.year for one in found}, reverse=True)


def certificate_pdf(payer_no: str, year: int) -> bytes:
    """納付証明: what this person paid from January to December, as PDF.

    Raises:
        NotFound: "collection.nothing_paid".
    """
    with unit(SYSTEM):
        rows = queries.paid_by(payer_no=payer_no, first=date(year, 1, 1), last=date(year, 12, 31))
        person = registry.resident(payer_no)
        divisions = accounts.divisions()
        kinds = {kind.title: kind.division_id for kind in queries.kinds()}
    if not rows or person is None:
        raise NotFound("collection.nothing_paid")
    names = {one.id: one.names["ja"] for one in divisions}
    offices = sorted({names[kinds[row.kind_title]] for row in rows if row.kind_title in kinds})
    data = {
        "ward": settings.JICHI_WARD, "title": f"納付証明書({year}年分)", "name": person.display_name,
        "total": format_yen(Yen(sum(row.principal + row.late for row in rows))), "rows": _printed(rows),
        "day": format_date(clock.today(), "ja", "long"), "offices": "、".join(offices),
        "sums": [[title, format_yen(Yen(yen))] for title, yen in _sums(rows)],
    }  # fmt: skip
    return render_pdf(
        template=CERTIFICATE, data=data, title=f"納付証明書({year}年分)", language="ja", author=settings.JICHI_WARD,
        made_at=clock.now(),
    )  # fmt: skip


def _printed(rows: Sequence[PaidView]) -> list[list[str]]:
    return [
        [
            format_date(row.paid_on), f"{row.kind_title} {queries.term_words(row.levy_year, row.term)}", row.key,
            f"{row.principal + row.late:,}円" + (f"(うち延滞金{row.late:,}円)" if row.late else ""),
        ]
        for row in rows
    ]  # fmt: skip


def _sums(rows: Sequence[PaidView]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.kind_title] = sums.get(row.kind_title, 0) + row.principal + row.late
    return sorted(sums.items())
