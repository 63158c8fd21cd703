"""督促: who is late by 20 days, the press, letters of a day as PDF."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.collection import queries as books
from jichi.engines.files.documents import render_pdf
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import JichiError, NotFound
from jichi.kernel.money import Yen

from .. import actions, queries
from ..permissions import EDIT, VIEW
from .words import CONFLICT, error_notice, tabs, told

LETTER: Final = Path(__file__).resolve().parent.parent / "templates" / "family_after_school" / "pdf" / "reminder.typ"
SHOWN: Final = 300


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def reminders(request: SignedInRequest) -> HttpResponse:
    """A8: the list of today, with one press for all of it; days on which letters went out."""
    problem = ""
    if request.method == "POST":
        try:
            actions.send_reminders(actor=request.actor, expected=request.POST.get("fingerprint", ""))
            return redirect("family_after_school:reminders")
        except JichiError as refused:
            problem = told(refused)
    bills = queries.to_remind()
    names = registry.residents(sorted({bill.payer_no for bill in bills[:SHOWN]}))
    context = {
        "title": "督促", "tabs": tabs("reminders"), "notices": error_notice(problem), "count": len(bills),
        "most": SHOWN,
        "payers": len({bill.payer_no for bill in bills}), "days": queries.LATE_DAYS,
        "yen": Yen(sum(bill.view.owed for bill in bills)).plain(),
        "rows": [
            (
                bill.payer_no, names[bill.payer_no].display_name if bill.payer_no in names else "", bill.view.key,
                bill.title, format_date(bill.view.due_on), Yen(bill.view.owed).plain(),
            )
            for bill in bills[:SHOWN]
        ],
        "fingerprint": queries.reminded_fingerprint(bills), "may_send": bool(bills) and request.actor.may(EDIT),
        "sent": [
            (format_date(one.sent_on), one.sent_on.isoformat(), f"{one.count:,}", f"{one.payers:,}")
            for one in queries.reminder_days()
        ],
        "cut_off": format_date(clock.today()),
    }  # fmt: skip
    return render(request, "family_after_school/reminders.html", context, status=CONFLICT if problem else 200)


@access(audience="staff", permission=EDIT)
def letters(request: SignedInRequest, day: str) -> HttpResponse:
    """督促状 of a day as one PDF; that it was taken is recorded. Protected persons are left out and named by number."""
    try:
        sent_on = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    found = queries.reminders_of(day=sent_on)
    if not found:
        raise NotFound
    people = registry.residents(list(found))
    sent = {payer: rows for payer, rows in found.items() if payer in people and not people[payer].is_protected}
    bills = {
        bill.view.key: bill
        for bill in books.bills_by_key(keys=[key for rows in sent.values() for key, _ in rows], today=clock.today())
    }
    pages = [
        {
            "code": f"〒{people[payer].postcode[:3]}-{people[payer].postcode[3:]}", "address": people[payer].address,
            "name": f"{people[payer].display_name} 様", "total": f"{sum(yen for _, yen in rows):,}円",
            "rows": [
                [bills[key].title, key, format_date(bills[key].view.due_on), f"{yen:,}円"] for key, yen in rows
                if key in bills
            ],
        }
        for payer, rows in sent.items()
    ]  # fmt: skip
    office = accounts.divisions([min(request.actor.divisions)])[0]
    pdf = render_pdf(
        template=LETTER, language="ja", author=settings.JICHI_WARD, made_at=clock.now(), title="督促状",
        data={
            "ward": settings.JICHI_WARD, "day": format_date(sent_on, "ja", "long"), "pages": pages,
            "left_out": [payer for payer in found if payer not in sent], "office": office.names["ja"],
            "phone": office.phone,
        },
    )  # fmt: skip
    audit.record(
        actor=request.actor, action="download", table="family_after_school_reminder", object_id=sent_on.isoformat(),
        detail={"letters": len(pages)},
    )  # fmt: skip
    return _pdf(pdf, f"tokusoku_{sent_on:%Y%m%d}.pdf")


def _pdf(data: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-store"
    return response
