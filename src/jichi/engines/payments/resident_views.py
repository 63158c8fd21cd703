"""A charge as its payer sees it: what is owed, how it stands, paying, coming back, the receipt."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.design.html import written
from jichi.design.labels import label
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import joining
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, format_days_left
from jichi.kernel.errors import Conflict, NotFound, Unavailable
from jichi.kernel.localized import path_in, pick
from jichi.kernel.money import Yen, format_yen
from jichi.kernel.receipt_number import format_number

from . import actions, queries, rules
from .backends import pages_of, peer
from .presentation import CHIPS, method_word, shown_state, state_word
from .queries import ChargeView, Record
from .receipts import receipt_pdf, receipt_response

LOOKS: Final = 20
"""So often the page after paying looks again by itself, three seconds apart."""
AWAY: Final = 503


@lru_cache(maxsize=4)
def _origin(url: str) -> str:
    at = urlsplit(url)
    return f"{at.scheme}://{at.netloc}"


def _to_firm(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The same answer, whose form may lead on to the payment firm's page."""
    told = pages_of()
    if not told:
        return response
    return csp_update({"form-action": [_origin(told)]})(lambda _request: response)(request)


def own_record(request: SignedInRequest, charge_id: UUID) -> Record:
    """The payer's own charge. Raises NotFound."""
    with joining(request.actor):
        found = queries.record(charge_id)
    if found.view.account_id != request.actor.account_id:
        raise NotFound
    return found


@access(audience="resident")
def overview(request: SignedInRequest) -> HttpResponse:
    """A6: what the person has to pay, and what was paid."""
    language = request.LANGUAGE_CODE
    with joining(request.actor):
        found = queries.own_charges(actor=request.actor)
    more = queries.more_bills(request.addressee_no or "", language)
    context = {
        "title": _("支払い"),
        "due": [*(card for one in more for card in one.due), *(_card(o, language) for o in found if o.state == "due")],
        "others": [
            *(card for one in more for card in one.settled), *(_card(o, language) for o in found if o.state != "due"),
        ],
        "links": [link for one in more for link in one.links],
    }  # fmt: skip
    return render(request, "eng_payments/overview.html", context)


def _card(one: ChargeView, language: str) -> Card:
    facts = [(_("金額"), format_yen(Yen(one.total_yen), language))]
    if one.due_on and one.state == "due":
        facts.append((_("支払いの期限"), format_days_left(one.due_on, language, today=clock.today())))
    is_going = one.is_carried and one.state == "due"
    chip = "status.payment_confirming" if is_going else CHIPS[one.state]
    return Card(
        title=format_html("{} ({})", written(pick(one.title, language)), _called(one, language)),
        url=reverse("eng_payments:charge", args=[one.id]),
        status=chip.removeprefix("status."), facts=facts,
        status_text=label(chip, language) if is_going else state_word(one.state, language),
    )  # fmt: skip


def _called(one: ChargeView, language: str) -> str:
    """What tells one charge from another of the same name."""
    return format_number(one.about) if one.about else format_datetime(one.opened_at, language)


@access(audience="resident", guests=True)
def charge(request: SignedInRequest, charge_id: UUID) -> HttpResponseBase:
    """A7: one charge. Opening it marks what the inbox said about it as read."""
    found = own_record(request, charge_id)
    inbox.mark_read(actor=request.actor, subject_key=rules.subject_key(charge_id))
    return _to_firm(request, _charge_page(request, found))


def _charge_page(request: SignedInRequest, found: Record, *, trouble: str = "", status: int = 200) -> HttpResponse:
    language, view = request.LANGUAGE_CODE, found.view
    state = shown_state(found)
    about = queries.pages_of(view)
    last = found.last_try
    notices = [{"tone": "error", "title": "", "text": trouble}] if trouble else _ended_notice(request, found, state)
    context = {
        "title": pick(view.title, language).text, "heading": written(pick(view.title, language)),
        "state": state, "notices": notices,
        "chip": CHIPS[state].removeprefix("status."), "state_text": state_word(state, language),
        "number": format_number(view.about) if view.about else "", "next_step": _next_step(found, state, language),
        "due": format_days_left(view.due_on, language, today=clock.today()) if view.due_on and state == "due" else "",
        "about_url": path_in(language, about.resident) if about else "",
        "about_label": pick(about.label, language).text if about else "",
        "lines": _lines(view, language), "total": format_yen(Yen(view.total_yen), language),
        "paid": _paid_facts(found, language), "returned": _refund_facts(found, language),
        "may_pay": state == "due" and bool(peer()),
        "may_give_up": view.state == "due" and view.is_carried, "is_off": state == "due" and not peer(),
        "resume_url": last.url if last and last.state == "open" and state == "checking" else "",
        "charge_id": view.id, "help": accounts.office_contact(view.division_id, language),
        "breadcrumb": [(_("支払い"), reverse("eng_payments:overview"))] if request.actor.level != "none" else [],
    }  # fmt: skip
    return render(request, "eng_payments/charge.html", context, status=status)


def _ended_notice(request: SignedInRequest, found: Record, state: str) -> list[dict[str, str]]:
    """Back from the firm's page without having paid."""
    last = found.last_try
    if (
        state != "due"
        or "back" not in request.GET
        or last is None
        or last.state not in ("failed", "cancelled", "expired")
    ):
        return []
    if found.view.due_on is None:
        return [{"tone": "info", "title": "", "text": _("支払いは終わっていません。お金は引き落とされていません。")}]
    day = format_date(found.view.due_on, request.LANGUAGE_CODE)
    return [{"tone": "info", "title": "", "text": message("payment.not_finished", date=day)}]


def _lines(view: ChargeView, language: str) -> list[Fact]:
    """Each line with how it comes about, and the sum."""

    def yen(amount: int) -> str:
        return format_yen(Yen(amount), language)

    rows = []
    for line in view.lines:
        how = (
            f"{yen(line.unit_yen)} × {line.count} = {yen(line.amount_yen)}" if line.count > 1 else yen(line.amount_yen)
        )
        rows.append(Fact(label=written(pick(line.title, language)), value=how))
    if len(view.lines) > 1:
        rows.append(Fact(label=_("合計"), value=yen(view.total_yen)))
    return rows


def _next_step(found: Record, state: str, language: str) -> str:
    if found.view.is_carried and state == "due":
        return _("30分のうちに支払ってください。ほかの方法で支払うときは、先にこの支払いをやめてください。")
    if found.view.is_carried and state == "cancelled":
        return _("この支払いは行われませんでした。支払うときは、もう一度選んでください。")
    words = {
        "due": _("支払うと、手続が進みます。"),
        "checking": message("payment.unknown", language),
        "overdue": _("支払いの期限を過ぎました。すぐに支払うか、担当課に連絡してください。"),
        "paid": _("支払いは終わりました。これ以上することはありません。"),
        "zero": _("支払うものはありません。"),
        "cancelled": _("支払う必要はなくなりました。支払わないでください。"),
        "refunding": _("支払ったお金をお返しします。届くまで数日かかることがあります。"),
        "refunded": _("支払ったお金をお返ししました。"),
    }
    late = rules.is_overdue(state, found.view.due_on, clock.today())
    return str(words["overdue" if late else state])


def _paid_facts(found: Record, language: str) -> list[Fact]:
    view, paid = found.view, found.settling
    if paid is None:
        return []
    return [
        Fact(label=_("支払った日"), value=format_date(paid.accepted_on, language, "long")),
        Fact(label=_("支払い方"), value=method_word(paid.method, language)),
        Fact(label=_("領収番号"), value=view.receipt_number),
    ]


def _refund_facts(found: Record, language: str) -> list[Fact]:
    """Every payment that goes back; why is the officials' word and stays with them."""
    rows = []
    for payment, refund in [(one, refund) for one in found.payments for refund in one.refunds]:
        what = _("2回目の支払い") if payment.kind == "surplus" else _("お返しする金額")
        words = state_word("refunded" if refund.state == "done" else "refunding", language)
        day = f" {format_date(refund.done_at.astimezone(clock.TOKYO).date(), language)}" if refund.done_at else ""
        rows.append(Fact(label=what, value=f"{format_yen(Yen(refund.amount_yen), language)} ({words}{day})"))
    return rows


@access(audience="resident", methods=("POST",), guests=True)
def start(request: SignedInRequest, charge_id: UUID) -> HttpResponseBase:
    """To the payment firm's page; what hinders it is said on the charge's own page."""
    try:
        page = actions.start_checkout(actor=request.actor, charge_id=charge_id, language=request.LANGUAGE_CODE)
    except (Conflict, Unavailable) as problem:
        found = own_record(request, charge_id)
        if shown_state(found) != "due" and problem.code != "payment.checking":
            return redirect("eng_payments:charge", charge_id=charge_id)
        status = AWAY if problem.code == "payment.away" else 409
        answer = _charge_page(request, found, trouble=message(problem.code), status=status)
        return _to_firm(request, answer)
    return _to_firm(request, redirect(page.url))


@access(audience="resident", methods=("POST",))
def give_up(request: SignedInRequest, charge_id: UUID) -> HttpResponseBase:
    """The person wants to pay another way: the firm's page is closed, or what was paid there is shown."""
    try:
        is_over = actions.give_up(actor=request.actor, charge_id=charge_id)
    except Conflict as problem:
        return _charge_page(request, own_record(request, charge_id), trouble=message(problem.code), status=409)
    return redirect("eng_payments:overview") if is_over else redirect("eng_payments:charge", charge_id=charge_id)


@access(audience="resident", guests=True)
def returned(request: SignedInRequest, charge_id: UUID) -> HttpResponseBase:
    """A9: back from the firm's page. What the address says counts for nothing; the page looks until it is known."""
    actions.note_return(actor=request.actor, charge_id=charge_id)
    found = own_record(request, charge_id)
    here = reverse("eng_payments:charge", args=[charge_id])
    last = found.last_try
    if found.view.state != "due" or last is None or last.state != "open":
        return redirect(f"{here}?back=1")
    looked = request.GET.get("look", "")
    count = int(looked) if looked.isdecimal() and len(looked) < 4 else 0
    again = f"{reverse('eng_payments:returned', args=[charge_id])}?look={count + 1}"
    context = {
        "title": _("支払いの結果を確認しています"), "text": message("payment.unknown"), "again": again,
        "charge_url": here, "resume_url": last.url, "is_looking": count < LOOKS,
        "help": accounts.office_contact(found.view.division_id, request.LANGUAGE_CODE),
    }  # fmt: skip
    response = render(request, "eng_payments/returned.html", context)
    if count < LOOKS:
        response["Refresh"] = f"3; url={again}"
    return response


@access(audience="resident", methods=("POST",), guests=True)
def receipt(request: SignedInRequest, charge_id: UUID) -> HttpResponse:
    """領収証 as PDF; each one after the first says 再発行 and which."""
    found = own_record(request, charge_id)
    copy = actions.note_printing(actor=request.actor, charge_id=charge_id)
    return receipt_response(receipt_pdf(found, copy=copy, language=request.LANGUAGE_CODE), found)
