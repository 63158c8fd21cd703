"""One instalment (期別) with its receipts, history and postings; the look is logged."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.parts import Event, Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound

from .. import queries
from ..permissions import ASSESS, COLLECT, VIEW
from ..queries import Bill
from .accounts import crumbs, receipt_rows
from .words import happening_words, state_of_bill, yen


def found_bill(key: str) -> Bill:
    """The instalment of a 納付番号 that the actor sees. Raises NotFound."""
    found = queries.bills_by_key(keys=[key], today=clock.today())
    if not found:
        raise NotFound
    return found[0]


def bill_facts(bill: Bill) -> list[Fact]:
    """What an official needs to know of it."""
    view = bill.view
    late = f"{yen(view.late)}円({'確定' if view.is_fixed else '今日まで'})" if bill.is_charged_late else "かからない"
    return [
        Fact(label="内容", value=bill.title), Fact(label="納付番号", value=view.key, name=True),
        Fact(label="宛名番号", value=bill.payer_no or "なし", name=True),
        Fact(label="納期限", value=format_date(view.due_on)),
        Fact(label="調定した額", value=f"{yen(bill.assessed_yen)}円"),
        Fact(label="今の調定", value=f"{yen(view.tax)}円"),
        Fact(label="収納", value=f"{yen(view.paid + view.late_paid)}円"),
        Fact(label="延滞金", value=late), Fact(label="未納", value=f"{yen(view.owed)}円"),
        Fact(label="速報", value=f"{yen(view.announced)}円の入金の連絡" if view.announced else "なし"),
        Fact(label="決裁", value=bill.decision_ref, name=True),
    ]  # fmt: skip


@access(audience="staff", permission=VIEW)
def bill(request: SignedInRequest, key: str) -> HttpResponse:
    """A7: one instalment with its receipts, history and postings; the look is logged."""
    found = found_bill(key)
    audit.record_look(
        actor=request.actor, table="eng_collection_instalment", object_id=str(found.view.id), subject=found.payer_no
    )
    words, tone = state_of_bill(found, clock.today())
    ids = [found.view.id]
    events = []
    for one in queries.happenings(ids=ids):
        what, grounds = happening_words(one)
        events.append(Event(at=one.on, what=what, detail=grounds))
    books = [
        (format_date(line.booked_on), line.title, yen(line.yen) if line.yen > 0 else "", yen(-line.yen) if line.yen < 0
         else "", "あとから" if line.is_late else "")
        for line in ledger.lines_of_item(item=found.view.key)
    ]  # fmt: skip
    claims = ledger.item_balances(items=[found.view.key]).get((found.view.key, "claims"), 0)
    actor, open_tax = request.actor, found.view.tax - found.view.paid
    context = {
        "title": f"期別 {found.view.key}", "state": words, "tone": tone, "facts": bill_facts(found), "key": key,
        "receipts": receipt_rows(ids), "events": events, "books": books, "differs": claims != open_tax,
        "may_assess": actor.may(ASSESS), "may_collect": actor.may(COLLECT),
        "breadcrumb": crumbs(*_payer_crumb(found)),
    }  # fmt: skip
    return render(request, "eng_collection/bill.html", context)


def _payer_crumb(found: Bill) -> tuple[tuple[str, str], ...]:
    if not found.payer_no:
        return ()
    return ((f"宛名番号 {found.payer_no}", reverse("eng_collection:payer", args=[found.payer_no])),)
