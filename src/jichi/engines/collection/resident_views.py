"""Pages of the payer: one bill as of today, ways to pay it, its slip, certificates of a year."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import unit
from jichi.engines.inbox import actions as inbox
from jichi.engines.slips import queries as slips
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_days_left
from jichi.kernel.errors import Conflict
from jichi.kernel.money import Yen, format_yen

from . import queries, resident
from .queries import Bill
from .resident import SYSTEM, own_bill, state_of, title_shown

CONFLICT = 409


def _crumbs() -> list[tuple[str, str]]:
    return [(_("支払い"), reverse("eng_payments:overview"))]


@access(audience="resident")
def bill(request: SignedInRequest, key: str) -> HttpResponse:
    """A7: one bill: what is owed as of today, how to pay it, what was paid and goes back."""
    found = own_bill(request.addressee_no or "", key)
    inbox.mark_read(actor=request.actor, subject_key=f"eng_collection:{key}")
    return _page(request, found, "")


def _page(request: SignedInRequest, found: Bill, problem: str) -> HttpResponse:
    language, view, today = request.LANGUAGE_CODE, found.view, clock.today()
    with unit(SYSTEM):
        terms = slips.terms_on(today)
        receipts = [one for one in queries.receipts_of(ids=[view.id]) if not one.is_reversed]
        refunds = queries.refunds_of_receipts(ids=[one.id for one in receipts])
        going = queries.being_paid(ids=[view.id]).get(view.id)
    state = state_of(found, is_going=going is not None)
    limit = terms.limit_yen if terms else 0
    context = {
        "title": found.title_in(language), "heading": title_shown(found, language),
        "key": key_words(view.key), "state": state, "address_key": view.key,
        "due": format_days_left(view.due_on, language, today=today) if view.owed else "",
        "next_step": _next_step(found, state, is_going=going is not None),
        "going_url": reverse("eng_payments:charge", args=[going]) if going else "",
        "may_online": bool(view.owed) and going is None and not view.announced,
        "facts": _facts(found, language), "owed": view.owed,
        "over_limit": view.owed > limit > 0, "limit": format_yen(Yen(limit), language),
        "apps": terms.apps if terms else "",
        "may_slip": bool(view.owed) and terms is not None,
        "paid": [(format_date(one.paid_on, language), format_yen(Yen(one.amount_yen), language)) for one in receipts],
        "left": format_yen(Yen(sum(one.left for one in receipts)), language) if any(o.left for o in receipts) else "",
        "back": [
            (format_yen(Yen(one.amount_yen + one.interest_yen), language), _("お返ししました") if one.paid_on else
             _("お返しの手続をしています"))
            for one in refunds
        ],
        "notices": [{"tone": "error", "title": "", "text": problem}] if problem else [], "breadcrumb": _crumbs(),
        "help": accounts.office_contact(found.division_id, language),
    }  # fmt: skip
    return render(request, "eng_collection/own_bill.html", context, status=CONFLICT if problem else 200)


def key_words(key: str) -> str:
    """納付番号 in groups, as it stands on the slip."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def _facts(found: Bill, language: str) -> list[Fact]:
    view = found.view

    def money(amount: int) -> str:
        return format_yen(Yen(amount), language)

    rows = [
        Fact(label=_("納付番号"), value=key_words(view.key), name=True),
        Fact(label=_("金額"), value=money(view.tax)),
        Fact(label=_("支払った金額"), value=money(view.paid + view.late_paid)),
    ]  # fmt: skip
    if view.late:
        rows.append(Fact(label=_("今日までの延滞金"), value=money(view.late)))
    return [*rows, Fact(label=_("これから支払う金額"), value=money(view.owed))]


def _next_step(found: Bill, state: str, *, is_going: bool) -> str:
    if is_going and not found.view.announced:
        return _("インターネットで支払う手続き中です。ほかの方法で支払わないでください。")
    if state == "payment_confirming":
        return _("支払われたと連絡がありました。確定まで2週間ほどかかります。もう支払う必要はありません。")
    if state == "paid":
        return _("支払いは終わりました。これ以上することはありません。")
    if found.view.due_on < clock.today():
        return _("支払いの期限を過ぎました。すぐに支払うか、担当課に連絡してください。")
    return _("期限までに支払ってください。")


@access(audience="resident", methods=("POST",))
def slip(request: SignedInRequest, key: str) -> HttpResponse:
    """The slip of what is owed today, as PDF."""
    found = own_bill(request.addressee_no or "", key)
    try:
        pdf = resident.own_slip(found, large=request.POST.get("large") == "1")
    except Conflict as problem:
        return _page(request, found, message(problem.code))
    return _pdf(pdf, f"nofusho-{key}.pdf")


def _pdf(data: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="resident")
def certificates(request: SignedInRequest) -> HttpResponse:
    """A6: years for which there is a certificate."""
    years = resident.years_paid(request.addressee_no or "")
    context = {"title": _("支払いの証明書"), "years": years, "breadcrumb": _crumbs()}
    return render(request, "eng_collection/certificates.html", context)


@access(audience="resident", methods=("POST",))
def certificate(request: SignedInRequest) -> HttpResponse:
    """納付証明書 of a calendar year, as PDF."""
    year = request.POST.get("year", "")
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        return redirect("eng_collection_own:certificates")
    return _pdf(resident.certificate_pdf(request.addressee_no or "", int(year)), f"nofu-shomei-{year}.pdf")
