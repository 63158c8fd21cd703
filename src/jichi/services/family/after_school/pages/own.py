"""Parents' pages: their children in clubs, each month with its fee, how it came about, and how it is paid."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.design.html import written
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.collection.queries import Bill, term_words
from jichi.engines.inbox import actions as inbox
from jichi.engines.mandates.queries import bank_name
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import path_in
from jichi.kernel.money import Yen, format_yen

from .. import resident, rules
from ..queries import EnrolmentView
from ..resident import OwnChild

_CHIPS: Final = {
    "applied": "in_review", "approved": "approved", "refused": "not_approved", "withdrawn": "withdrawn",
}  # fmt: skip


def _months(one: EnrolmentView, language: str) -> str:
    first = term_words(one.first_month.year, rules.month_text(one.first_month), language)
    if one.last_month is None:
        return _("%(month)sから") % {"month": first}
    last = term_words(one.last_month.year, rules.month_text(one.last_month), language)
    return _("%(first)sから%(last)sまで") % {"first": first, "last": last}


@access(audience="resident")
def mine(request: SignedInRequest) -> HttpResponse:
    """A6: the parent's children and where each of them goes."""
    language = request.LANGUAGE_CODE
    found = [_card(one, name, language) for one, name in resident.own_children(request.addressee_no or "")]
    context = {
        "title": _("学童クラブ"), "cards": found, "is_linked": bool(request.addressee_no),
        "apply_url": path_in(language, f"/procedures/{rules.PROCEDURE}/") if resident.may_apply() else "",
    }  # fmt: skip
    return _private(render(request, "resident_after_school/mine.html", context))


def _card(one: EnrolmentView, name: str, language: str) -> Card:
    return Card(
        title=name or _("お子さん"), url=reverse("family_after_school_own:child", args=[one.id]), name=bool(name),
        status=_CHIPS[one.state],
        facts=[(_("クラブ"), written(one.club)), (_("利用する月"), _months(one, language))],
    )  # fmt: skip


def cards(request: SignedInRequest) -> tuple[list[Card], list[Card]]:
    """The parent's children in clubs: (still there, or asked for; those that left or were refused)."""
    month = clock.today().replace(day=1)
    now: list[Card] = []
    over: list[Card] = []
    for one, name in resident.own_children(request.addressee_no or ""):
        left = one.last_month is not None and one.last_month < month
        gone = left or one.state in {"refused", "withdrawn"}
        (over if gone else now).append(_card(one, name, request.LANGUAGE_CODE))
    return now, over


@access(audience="resident")
def child(request: SignedInRequest, enrolment_id: UUID) -> HttpResponse:
    """A7: one child: months, fees, why, what was paid, and how it is paid."""
    found, name = resident.own_child(request.addressee_no or "", enrolment_id)
    one, language = found.view, request.LANGUAGE_CODE
    inbox.mark_read(actor=request.actor, subject_key=f"after_school:enrolment:{one.id}")
    audit.record_look(
        actor=request.actor, table="family_after_school_enrolment", object_id=str(one.id), subject=one.child_no
    )
    context = {
        "title": _("お子さんの学童クラブ"), "name": name, "state": _CHIPS[one.state], "view": one,
        "facts": [
            Fact(label=_("クラブ"), value=written(one.club), name=True),
            Fact(label=_("学年"), value=str(one.grade)),
            Fact(label=_("利用する月"), value=_months(one, language)),
            Fact(label=_("支払い方法"), value=_way(found, language)),
        ],
        "months": [_month(bill, found, language) for bill in reversed(found.bills)],
        "owed": format_yen(Yen(sum(bill.view.owed for bill in found.bills)), language),
        "debit_url": path_in(language, "/debit/") if found.mandate is None else "",
        "help": accounts.office_contact(one.division_id, language),
        "breadcrumb": [(_("学童クラブ"), reverse("family_after_school_own:mine"))],
    }  # fmt: skip
    return _private(render(request, "resident_after_school/child.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _way(found: OwnChild, language: str) -> SafeString | str:
    if found.mandate is None:
        return _("納付書で支払う")
    account = f"{bank_name(found.mandate.bank)} {found.mandate.account}"
    return format_html("{} {}", _("口座から引き落とす"), written(account))


def _month(bill: Bill, found: OwnChild, language: str) -> tuple[str, str, str, str, str, str]:
    """(month, fee, why, paid, due day, address of the bill)."""
    view = bill.view
    reason = found.reasons.get(rules.month_of(bill.term), "")
    return (
        term_words(bill.levy_year, bill.term, language), format_yen(Yen(view.tax), language), why(reason),
        format_yen(Yen(view.paid), language), _until(found.planned.get(view.key), view.due_on, language),
        reverse("eng_collection_own:bill", args=[view.key]),
    )  # fmt: skip


def _until(agreed: date | None, due: date, language: str) -> str:
    """The day until which it is to be paid: the agreed one where there is a plan."""
    if agreed is None:
        return format_date(due, language)
    return _("%(day)s(分納の約束)") % {"day": format_date(agreed, language)}


def why(reason: str) -> str:
    """How a fee came about, in the reader's language."""
    told = rules.because(reason)
    what = {
        ("class", "A"): _("生活保護"), ("class", "B"): _("住民税が非課税"), ("class", "C"): _("住民税が均等割だけ"),
        ("class", "D"): _("世帯の区分"), ("ground", "single_parent"): _("ひとり親"), ("ground", "disaster"): _("災害"),
        ("ground", "school_aid"): _("就学援助"),
    }.get((told.why, told.word), "")  # fmt: skip
    if told.why == "full":
        return _("基本の額")
    if told.why == "unused":
        return _("利用していない月")
    if told.why == "sibling":
        what = _("きょうだい%(place)s人目") % {"place": told.word}
    if not what:
        return written(told.word) if told.word else ""
    if told.percent >= 100:
        return _("%(what)s: 免除") % {"what": what}
    return _("%(what)s: %(percent)s%%引き") % {"what": what, "percent": told.percent}
