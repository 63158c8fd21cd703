"""分納: plans there are, one with its months and slips, a new one for a parent's open months."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for, filter_choice, with_values
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.registry import queries as registry
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError, Invalid, JichiError, NotFound
from jichi.kernel.money import Yen

from .. import actions, planned
from ..permissions import EDIT, VIEW
from ..planned import PlanView
from .words import CONFLICT, PLAN_STATES, UNPROCESSABLE, error_notice, tabs, told

_COLUMNS: Final = (
    Column(key="number", title="分納", head=True), Column(key="payer", title="保護者の宛名番号"),
    Column(key="months", title="月", number=True), Column(key="first", title="初めの日"),
    Column(key="last", title="終わりの日"), Column(key="state", title="状態"),
)  # fmt: skip


@access(audience="staff", permission=VIEW)
def plans(request: SignedInRequest) -> HttpResponse:
    """A6: plans, newest first."""
    state = request.GET.get("state", "") if request.GET.get("state", "") in PLAN_STATES else ""
    found = planned.plans(state=state)
    shown = Listing(
        caption="分納の約束", columns=_COLUMNS, url=request.path, params={"state": state}, html_id="plans",
        total=len(found), empty="分納の約束はありません。児童のページの「分納を決める」から始めます。",
        rows=[_row(one) for one in found],
        filters=(filter_choice("state", "状態", state, [(key, words) for key, (words, _) in PLAN_STATES.items()]),),
    )  # fmt: skip
    context = {"title": "分納", "uses_htmx": True, "tabs": tabs("plans")}
    return listing_response(request, "family_after_school/plans.html", context, shown)


def _row(one: PlanView) -> Row:
    words, tone = PLAN_STATES[one.state]
    return Row(
        url=reverse("family_after_school:plan", args=[one.id]),
        cells=(
            f"分納{one.number}", one.payer_no, str(len(one.days)), format_date(one.days[0][1]),
            format_date(one.days[-1][1]), tag(words, tone=tone),
        ),
    )  # fmt: skip


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def plan(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """A7: one plan: each month with its agreed day and how it stands; slips, taking it back."""
    found = planned.plan(plan_id=plan_id)
    if found is None:
        raise NotFound
    problem = ""
    field = FormField(name="reason", label="取りやめる理由", size=30)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "slips":
                return redirect("eng_slips:run", run_id=actions.send_plan_slips(actor=request.actor, plan_id=plan_id))
            actions.cancel_plan(actor=request.actor, plan_id=plan_id, reason=request.POST.get("reason", ""))
            return redirect("family_after_school:plan", plan_id=plan_id)
        except Invalid as refused:
            field = field.with_error(refused.fields.get("reason"))
            problem = "" if refused.fields else told(refused)
        except JichiError as refused:
            problem = told(refused)
    return _plan_page(request, found, field, problem)


def _plan_page(request: SignedInRequest, found: PlanView, field: FormField, problem: str) -> HttpResponse:
    audit.record_look(
        actor=request.actor, table="family_after_school_plan", object_id=str(found.id), subject=found.payer_no
    )
    bills, names = planned.bills_under(found), registry.residents([found.payer_no])
    words, tone = PLAN_STATES[found.state]
    facts = [
        ("保護者", names[found.payer_no].display_name if found.payer_no in names else ""),
        ("保護者の宛名番号", found.payer_no), ("約束した日", format_date(found.agreed_on)),
        ("決裁", found.decision_ref), ("決めた人", found.made_by),
        ("終わった日", format_date(found.ended_on) if found.ended_on else ""), ("理由", found.reason),
        ("残り", f"{Yen(sum(bill.view.owed for bill in bills.values())).plain()}円"),
    ]  # fmt: skip
    context = {
        "title": f"分納{found.number}", "state": words, "tone": tone, "found": found, "fields": [field],
        "facts": [Fact(label=label, value=value, name=True) for label, value in facts if value],
        "rows": [
            (
                reverse("eng_collection:bill", args=[key]), key, bills[key].title.split()[-1], format_date(day),
                Yen(bills[key].view.tax).plain(), Yen(bills[key].view.owed).plain(),
            )
            for key, day in found.days if key in bills
        ],
        "again_url": _again(request, found),
        "may_edit": request.actor.may(EDIT) and found.state == "live", "errors": errors_for([field]),
        "notices": error_notice(problem), "breadcrumb": [("分納", reverse("family_after_school:plans"))],
    }  # fmt: skip
    status = UNPROCESSABLE if field.error else CONFLICT if problem else 200
    return render(request, "family_after_school/plan.html", context, status=status)


def _again(request: SignedInRequest, found: PlanView) -> str:
    """Where a new plan is made for what is still owed after this one ended; "" where there is nothing to agree on."""
    if found.state == "live" or not request.actor.may(EDIT) or not planned.open_bills(payer_no=found.payer_no):
        return ""
    return reverse("family_after_school:agree", args=[found.payer_no])


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def agree(request: SignedInRequest, payer_no: str) -> HttpResponse:
    """A2: which open months, from which day, how many a month."""
    bills = planned.open_bills(payer_no=payer_no)
    if not bills:
        raise NotFound
    keys = [bill.view.key for bill in bills]
    options = tuple(
        Option(bill.view.key, f"{bill.title} {Yen(bill.view.owed).plain()}円(納期限 {format_date(bill.view.due_on)})")
        for bill in bills
    )
    fields: list[FormField] = [
        FormField(name="keys", label="分納にする月", kind="checkboxes", options=options),
        FormField(name="first_day", label="初めに支払う日", size=12, hint="例 R8.12.25。次からは毎月、同じ日です。"),
        FormField(name="each", label="1回に支払う月の数", size=3, unit="か月分"),
        FormField(name="decision_ref", label="決裁の番号", size=20, hint="例: 8子若第123号"),
    ]
    values: dict[str, object] = {"keys": keys, "each": "1"}
    errors: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        chosen = [key for key in request.POST.getlist("keys") if key in keys]
        values = {name: request.POST.get(name, "").strip()[:60] for name in ("first_day", "each", "decision_ref")}
        try:
            made = _agreed(request, payer_no, chosen, values)
            return redirect("family_after_school:plan", plan_id=made)
        except Invalid as refused:
            errors = dict(refused.fields)
        except JichiError as refused:
            problem = told(refused)
        values["keys"] = chosen
    shown = with_values(fields, values, errors)
    context = {
        "title": f"分納を決める {payer_no}", "fields": shown, "errors": errors_for(shown), "narrow": True,
        "notices": error_notice(problem), "breadcrumb": [("分納", reverse("family_after_school:plans"))],
    }  # fmt: skip
    status = UNPROCESSABLE if errors else CONFLICT if problem else 200
    return render(request, "family_after_school/plan_new.html", context, status=status)


def _agreed(request: SignedInRequest, payer_no: str, keys: list[str], values: dict[str, object]) -> UUID:
    each, text = str(values["each"]), str(values["first_day"])
    try:
        first_day = parse_date(text)
    except ValueError:
        code = "field.unreadable_date" if text else "field.required"
        raise Invalid(fields={"first_day": FieldError(code)}) from None
    return actions.agree_plan(
        actor=request.actor, payer_no=payer_no, keys=keys, first_day=first_day,
        each=int(each) if each.isascii() and each.isdecimal() else 0, decision_ref=str(values["decision_ref"]),
    )  # fmt: skip
