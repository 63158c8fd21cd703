"""支払い online: choose among what is open, then to the page of the charge that carries it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel import clock
from jichi.kernel.calendar import format_days_left
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.money import Yen, format_yen

from . import online
from .actions import MOST_BILLS
from .online import Payable
from .resident import title_shown

CONFLICT = 409
UNUSABLE = 422


def _field(office: int) -> str:
    return f"bills-{office}"


@access(audience="resident", methods=("GET", "POST"))
def choose(request: SignedInRequest) -> HttpResponse:
    """A2: which bills to pay; those of one office go together. Nothing is taken here."""
    payer = request.addressee_no or ""
    if request.method != "POST":
        return _page(request, ticked={request.GET.get("bill", "")})
    office = request.POST.get("office", "")
    keys = request.POST.getlist(f"bills-{office}") if office.isascii() and office.isdecimal() else []
    if not keys:
        return _page(request, wrong={office: FieldError("field.required")}, status=UNUSABLE)
    try:
        charge_id = online.begin(request.actor, payer, keys)
    except Conflict as problem:
        return _page(request, ticked=keys, trouble=message(problem.code), status=CONFLICT)
    except Invalid:
        many = FieldError("collection.choose_bills", {"most": MOST_BILLS})
        return _page(request, ticked=keys, wrong={office: many}, status=UNUSABLE)
    return redirect("eng_payments:charge", charge_id=charge_id)


def _page(
    request: SignedInRequest, *, ticked: Collection[str] = (), wrong: Mapping[str, FieldError] | None = None,
    trouble: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    language = request.LANGUAGE_CODE
    found = online.payable(request.actor, request.addressee_no or "")
    offices: dict[int, list[Payable]] = {}
    for one in found:
        if one.charge_id is None:
            offices.setdefault(one.bill.division_id, []).append(one)
    names = {one.id: one.names for one in accounts.divisions()}
    chosen = set(ticked) & {one.bill.view.key for one in found}
    fields = [
        FormField(
            name=_field(office), kind="checkboxes", label=names[office].get(language, names[office]["ja"]),
            noun=_("支払うもの"), show_mark=False, options=tuple(_option(one, language) for one in rows),
            value=[one.bill.view.key for one in rows if not chosen or one.bill.view.key in chosen],
            error=(wrong or {}).get(str(office)),
        )
        for office, rows in sorted(offices.items())
    ]  # fmt: skip
    context = {
        "title": _("まとめてインターネットで支払う"), "forms": list(zip(sorted(offices), fields, strict=True)),
        "errors": errors_for(fields), "several": len(fields) > 1,
        "going": [
            (format_html("{} ({})", title_shown(one.bill, language), one.bill.view.key),
             reverse("eng_payments:charge", args=[one.charge_id]) if not one.of_other else "")
            for one in found if one.charge_id is not None
        ],
        "notices": [{"tone": "error", "title": "", "text": trouble}] if trouble else [],
        "breadcrumb": [(_("支払い"), reverse("eng_payments:overview"))],
    }  # fmt: skip
    response = render(request, "eng_collection/choose.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _option(one: Payable, language: str) -> Option:
    """Title, what is owed today with what of it is 延滞金, until when, and that it is of the household."""
    view, today = one.bill.view, clock.today()
    money = format_yen(Yen(view.owed), language)
    late = view.late - view.late_paid
    words = [money] if not late else [money, _("うち延滞金 %(late)s") % {"late": format_yen(Yen(late), language)}]
    words.append(format_days_left(view.due_on, language, today=today))
    if one.of_other:
        words.append(_("同じ世帯の人の分"))
    title = format_html("{} ({})", title_shown(one.bill, language), view.key)
    return Option(value=view.key, label=title, hint=" / ".join(words))
