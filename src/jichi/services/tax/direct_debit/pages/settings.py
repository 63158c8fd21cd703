"""Administrators' pages: which banks take part and when they are open, which 費目 can be paid from an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for, with_values
from jichi.design.parts import Column, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.bankfiles import queries as bankfiles
from jichi.kernel.errors import Invalid, NotFound
from jichi.kernel.localized import LANGUAGES

from .. import actions, queries
from ..permissions import MANAGE
from ..queries import SetBank, SetOffer
from .office import UNPROCESSABLE

SYSTEM: Final = system_actor("direct_debit")
TITLE: Final = "口座振替の金融機関と費目"
DAYS: Final = "月火水木金土日"
_NAMES: Final = {
    "ja": "日本語", "easy": "やさしい日本語", "en": "English", "zh-hans": "简体中文", "ko": "한국어",
}  # fmt: skip
_BANKS: Final = (
    Column(key="code", title="金融機関コード", head=True), Column(key="title", title="名前", name=True),
    Column(key="hours", title="受付"), Column(key="closed", title="休みの曜日"),
    Column(key="partner", title="依頼の送り先", name=True), Column(key="state", title="受付の状態"),
)  # fmt: skip
_OFFERS: Final = (
    Column(key="title", title="費目", head=True, name=True), Column(key="lead", title="始まりまでの日数", number=True),
    Column(key="retries", title="再振替(回)", number=True), Column(key="stop", title="終了までの失敗(回)", number=True),
    Column(key="goal", title="利用率の目標(%)", number=True), Column(key="state", title="口座振替"),
)  # fmt: skip


@access(audience="staff", permission=MANAGE)
def settings(request: SignedInRequest) -> HttpResponse:
    """A6: banks and 費目 as they are set."""
    with unit(SYSTEM):
        partners = {one.code: one.title for one in bankfiles.partners("bank")}
    banks = Listing(
        caption="金融機関", columns=_BANKS, url=request.path, html_id="banks", empty="金融機関はまだありません。",
        rows=[_bank_row(one, partners) for one in queries.set_banks()],
    )  # fmt: skip
    offers = Listing(
        caption="費目", columns=_OFFERS, url=request.path, html_id="offers", empty="費目はまだありません。",
        rows=[_offer_row(one) for one in queries.set_offers()],
    )  # fmt: skip
    context = {"title": TITLE, "banks": banks, "offers": offers, "has_partners": bool(partners)}
    return render(request, "tax_direct_debit/staff_settings.html", context)


def _bank_row(one: SetBank, partners: dict[str, str]) -> Row:
    is_always = one.opens == one.closes
    return Row(
        url=reverse("tax_direct_debit_staff:bank", args=[one.code]),
        cells=(
            one.code, one.title, "24時間" if is_always else f"{one.opens:%H:%M}–{one.closes:%H:%M}",
            "".join(DAYS[day] for day in one.closed_weekdays) or "なし", partners.get(one.partner, one.partner),
            tag("受付中", tone="done") if one.is_offered else tag("停止中", tone="neutral"),
        ),
    )  # fmt: skip


def _offer_row(one: SetOffer) -> Row:
    numbers = (
        str(one.lead_days), str(one.retries), str(one.stop_after), f"{one.goal_permille / 10:.1f}"
    ) if one.names else ("", "", "", "")  # fmt: skip
    state = tag("できる", tone="done") if one.names else tag("できない", tone="neutral")
    return Row(
        url=reverse("tax_direct_debit_staff:offer", args=[one.kind]), cells=(one.title, *numbers, state)
    )  # fmt: skip


def _bank_fields(is_new: bool) -> list[FormField]:
    with unit(SYSTEM):
        partners = tuple(Option(one.code, one.title, noruby=True) for one in bankfiles.partners("bank"))
    code = [FormField(name="code", label="金融機関コード", size=4, hint="4けた。ゆうちょ銀行は9900")] if is_new else []
    return [
        *code,
        FormField(name="title", label="名前", size=30),
        FormField(name="partner", label="依頼の送り先", kind="radio", options=partners),
        FormField(name="opens", label="受付の始まり", size=6, hint="例: 08:30。24時間なら始まりと終わりを同じに"),
        FormField(name="closes", label="受付の終わり", size=6),
        FormField(name="closed", label="休みの曜日", kind="checkboxes", required=False,
                  options=tuple(Option(str(place), f"{day}曜日") for place, day in enumerate(DAYS))),
        FormField(name="is_offered", label="Webの申込みを受け付ける", kind="consent", required=False),
    ]  # fmt: skip


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def new_bank(request: SignedInRequest) -> HttpResponse:
    """A2: a bank that takes part from now on."""
    start = {"opens": "00:00", "closes": "00:00", "is_offered": "1"}
    return _bank_page(request, "金融機関を加える", start, (), "")


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def bank(request: SignedInRequest, code: str) -> HttpResponse:
    """A2: one bank's hours, and whether it takes part."""
    found = next((one for one in queries.set_banks() if one.code == code), None)
    if found is None:
        raise NotFound
    values = {
        "title": found.title, "partner": found.partner, "opens": f"{found.opens:%H:%M}",
        "closes": f"{found.closes:%H:%M}", "is_offered": "1" if found.is_offered else "",
    }  # fmt: skip
    days = tuple(str(day) for day in found.closed_weekdays)
    return _bank_page(request, f"金融機関 {found.code} {found.title}", values, days, code)


def _bank_page(
    request: SignedInRequest, title: str, values: dict[str, str], days: Sequence[str], code: str
) -> HttpResponse:
    fields, wrong = _bank_fields(is_new=not code), None
    if request.method == "POST":
        names = [field.name for field in fields if field.name != "closed"]
        values = {name: request.POST.get(name, "").strip()[:60] for name in names}
        days = request.POST.getlist("closed")
        try:
            actions.change_bank(actor=request.actor, values={"code": code, **values}, closed_weekdays=days)
            return redirect("tax_direct_debit_staff:settings")
        except Invalid as error:
            wrong = error.fields
    shown = with_values(fields, {**values, "closed": list(days)}, wrong or {})
    return _form_page(request, title, shown)


@access(audience="staff", permission=MANAGE, methods=("GET", "POST"))
def offer(request: SignedInRequest, kind: str) -> HttpResponse:
    """A2: how a 費目 is paid from accounts; saved the first time it can be."""
    found = next((one for one in queries.set_offers() if one.kind == kind), None)
    if found is None:
        raise NotFound
    values = {
        **{f"name_{language}": found.names.get(language, "") for language in LANGUAGES},
        "lead_days": str(found.lead_days), "retries": str(found.retries), "stop_after": str(found.stop_after),
        "goal": f"{found.goal_permille / 10:.1f}",
    }  # fmt: skip
    if not found.names:
        values["name_ja"] = found.title
    wrong = None
    if request.method == "POST":
        values = {name: request.POST.get(name, "").strip()[:60] for name in values}
        try:
            actions.change_offer(actor=request.actor, kind=kind, values=values)
            return redirect("tax_direct_debit_staff:settings")
        except Invalid as error:
            wrong = error.fields
    fields = [
        *(FormField(name=f"name_{language}", label=f"住民に見せる名前({_NAMES[language]})", size=30)
          for language in LANGUAGES),
        FormField(name="lead_days", label="登録から引き落としの始まりまでの日数", size=3, unit="日"),
        FormField(name="retries", label="引き落とせないときに、もう一度依頼する回数", size=2, unit="回"),
        FormField(name="stop_after", label="契約を終わらせるまでの、続けて引き落とせない回数", size=2, unit="回"),
        FormField(name="goal", label="利用率の目標", size=5, unit="%"),
    ]  # fmt: skip
    return _form_page(request, f"口座振替の費目 {found.title}", with_values(fields, values, wrong or {}))


def _form_page(request: SignedInRequest, title: str, fields: Sequence[FormField]) -> HttpResponse:
    context = {
        "title": title, "fields": fields, "errors": errors_for(fields), "narrow": True,
        "breadcrumb": [(TITLE, reverse("tax_direct_debit_staff:settings"))],
    }  # fmt: skip
    status = UNPROCESSABLE if context["errors"] else 200
    return render(request, "tax_direct_debit/staff_setting.html", context, status=status)
