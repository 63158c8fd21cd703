"""児童: the list with its clubs, one child with months and fees, decisions, leaving, what holds when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for, filter_choice, filter_field, with_values
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.mandates import queries as mandates
from jichi.engines.mandates.queries import bank_name
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError, Invalid, JichiError, NotFound
from jichi.kernel.money import Yen

from .. import actions, planned, queries, rules
from ..permissions import EDIT, VIEW
from ..queries import EnrolmentView
from .words import (
    CONFLICT,
    STATES,
    TERMS,
    UNPROCESSABLE,
    error_notice,
    month_given,
    month_words,
    span_words,
    tabs,
    this_month,
    told,
)

_COLUMNS: Final = (
    Column(key="no", title="児童の宛名番号", head=True), Column(key="name", title="氏名", name=True),
    Column(key="club", title="クラブ", name=True), Column(key="grade", title="学年", number=True),
    Column(key="months", title="利用する月"), Column(key="state", title="状態"),
)  # fmt: skip


@access(audience="staff", permission=VIEW)
def children(request: SignedInRequest) -> HttpResponse:
    """A6: children by number, with club, state, and a search by 宛名番号."""
    given = {name: request.GET.get(name, "")[:60].strip() for name in ("q", "state", "club")}
    clubs = queries.clubs(month=this_month())
    state = given["state"] if given["state"] in STATES else ""
    club = given["club"] if given["club"] in {one.code for one in clubs} else ""
    numbers = [given["q"]] if given["q"] else None
    rows, total, after = queries.enrolments(
        state=state, club=club, numbers=numbers, after=request.GET.get("after", "")[:80]
    )
    names = registry.residents([row.child_no for row in rows])
    shown = Listing(
        caption="児童", columns=_COLUMNS, url=request.path, params=given, total=total, after=after, html_id="children",
        rows=[_row(row, names[row.child_no].display_name if row.child_no in names else "") for row in rows],
        search=filter_field("q", "児童か保護者の宛名番号", given["q"], size=16),
        filters=(
            filter_choice("state", "状態", state, [(key, words) for key, (words, _) in STATES.items()]),
            filter_choice("club", "クラブ", club, [(one.code, one.name) for one in clubs], noruby=True),
        ),
        empty="児童はまだいません。「申込みの取込み」から始めます。",
        bulk=(("act", "decide", "選んだ申込みを決定する"),) if state == "applied" and request.actor.may(EDIT) else (),
        bulk_url=reverse("family_after_school:decide"),
    )  # fmt: skip
    context = {
        "title": "学童クラブ",
        "uses_htmx": True,
        "tabs": tabs("children"),
        "clubs": clubs,
        "month": this_month(),
    }
    return listing_response(request, "family_after_school/children.html", context, shown)


def _row(one: EnrolmentView, name: str) -> Row:
    words, tone = STATES[one.state]
    return Row(
        url=reverse("family_after_school:child", args=[one.id]), key=str(one.id),
        cells=(
            one.child_no, name, one.club, str(one.grade), span_words(one.first_month, one.last_month),
            tag(words, tone=tone),
        ),
    )  # fmt: skip


def found_child(enrolment_id: UUID) -> EnrolmentView:
    """A child of the official's divisions. Raises NotFound."""
    found = queries.enrolment(enrolment_id=enrolment_id)
    if found is None:
        raise NotFound
    return found


def child_facts(one: EnrolmentView) -> list[Fact]:
    """What an official needs to know of it; the child's and the parent's names from the register."""
    people = registry.residents([one.child_no, one.payer_no])
    rows = [
        ("児童", people[one.child_no].display_name if one.child_no in people else ""), ("児童の宛名番号", one.child_no),
        ("保護者", people[one.payer_no].display_name if one.payer_no in people else ""),
        ("保護者の宛名番号", one.payer_no),
        ("クラブ", one.club), ("学年", f"{one.grade}年"), ("利用する月", span_words(one.first_month, one.last_month)),
        ("申込日", format_date(one.applied_on)), ("決定日", format_date(one.decided_on) if one.decided_on else ""),
        ("決裁", one.decision_ref), ("理由", one.reason),
    ]  # fmt: skip
    return [Fact(label=label, value=value, name=True) for label, value in rows if value]


@access(audience="staff", permission=VIEW)
def child(request: SignedInRequest, enrolment_id: UUID) -> HttpResponse:
    """A7: one child: what holds when, and the months with their fees; the look is logged."""
    one = found_child(enrolment_id)
    audit.record_look(
        actor=request.actor, table="family_after_school_enrolment", object_id=str(one.id), subject=one.child_no
    )
    words, tone = STATES[one.state]
    bills = queries.bills_of_child(enrolment_id=enrolment_id)
    context = {
        "title": f"児童 {one.child_no}", "facts": [*child_facts(one), _way(one)], "child": one,
        "state": words, "tone": tone,
        "terms": [
            (TERMS[kind], _word(kind, word), span_words(first, last), ref)
            for kind, word, first, last, ref in queries.terms_of(enrolment_id=enrolment_id)
        ],
        "bills": [
            (
                reverse("eng_collection:bill", args=[bill.view.key]), bill.view.key, bill.title.split()[-1],
                Yen(bill.view.tax).plain(), Yen(bill.view.paid).plain(), format_date(bill.view.due_on),
            )
            for bill in bills
        ],
        "left": [
            (reverse("eng_collection:surplus", args=[one.id]), one.key, format_date(one.paid_on),
             Yen(one.left).plain())
            for one in queries.left_over(bills)
        ],
        "owed": sum(bill.view.owed for bill in bills), "may_edit": request.actor.may(EDIT),
        "plan_url": reverse("family_after_school:agree", args=[one.payer_no]) if planned.open_bills(
            payer_no=one.payer_no
        ) else "",
        "decide_url": f"{reverse('family_after_school:decide')}?row={one.id}",
        "breadcrumb": [("学童クラブ", reverse("family_after_school:children"))],
    }  # fmt: skip
    return render(request, "family_after_school/child.html", context)


def _way(one: EnrolmentView) -> Fact:
    """How the payer pays from today on."""
    account = mandates.live_mandate(payer_no=one.payer_no, kind=queries.KIND, on=clock.today())
    words = f"口座振替 {bank_name(account.bank, account.branch)} {account.account}" if account else "納付書"
    return Fact(label="納付方法", value=words, name=True)


def _word(kind: str, word: str) -> str:
    return {"class": rules.CLASSES, "ground": rules.GROUNDS}.get(kind, {}).get(word, "")


def _crumbs(one: EnrolmentView) -> list[tuple[str, str]]:
    return [
        ("学童クラブ", reverse("family_after_school:children")),
        (f"児童 {one.child_no}", reverse("family_after_school:child", args=[one.id])),
    ]


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def decide(request: SignedInRequest) -> HttpResponse:
    """A3: applications that were chosen in the list are approved or refused, all or none."""
    given = request.POST.getlist("row") or request.GET.getlist("row")
    ids = []
    for text in given[:500]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    rows = [one for one in (queries.enrolment(enrolment_id=pk) for pk in ids) if one is not None]
    if not rows:
        return redirect(f"{reverse('family_after_school:children')}?state=applied")
    fields: Sequence[FormField] = (
        FormField(name="decision_ref", label="決裁の番号", size=20, hint="例: 8子若第123号"),
        FormField(name="reason", label="理由", size=40, required=False, hint="不承認のときは必ず書いてください。"),
    )
    errors: dict[str, FieldError] = {}
    problem, act = "", request.POST.get("act", "")
    if act in ("approve", "refuse"):
        if act == "refuse" and not request.POST.get("reason", "").strip():
            errors["reason"] = FieldError("field.required")
        try:
            if not errors:
                actions.decide(
                    actor=request.actor, ids=[row.id for row in rows], approve=act == "approve",
                    decision_ref=request.POST.get("decision_ref", "")[:60], decided_on=clock.today(),
                    reason=request.POST.get("reason", "")[:200],
                )  # fmt: skip
                return redirect("family_after_school:children")
        except Invalid as refused:
            errors = dict(refused.fields)
        except JichiError as refused:
            problem = told(refused)
        fields = with_values(fields, {field.name: request.POST.get(field.name, "") for field in fields}, errors)
    context = {
        "title": "申込みを決定する", "rows": rows, "fields": fields, "errors": errors_for(fields), "narrow": True,
        "notices": error_notice(problem), "breadcrumb": [("学童クラブ", reverse("family_after_school:children"))],
    }  # fmt: skip
    status = UNPROCESSABLE if errors else CONFLICT if problem else 200
    return render(request, "family_after_school/decide.html", context, status=status)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def leave(request: SignedInRequest, enrolment_id: UUID) -> HttpResponse:
    """A2: 退会: the last month. What was charged beyond it the next run lowers, what was paid is left over."""
    one = found_child(enrolment_id)
    fields: Sequence[FormField] = (
        FormField(name="last_month", label="最後に利用する月", size=10, hint="例: 2026-09"),
        FormField(name="reason", label="理由", size=40, required=False),
        FormField(name="decision_ref", label="決裁の番号", size=20, hint="例: 8子若第123号"),
    )
    errors: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        month = month_given(request.POST.get("last_month", ""), "last_month", errors)
        try:
            if month is not None:
                actions.leave(
                    actor=request.actor, enrolment_id=one.id, last_month=month,
                    reason=request.POST.get("reason", "")[:200], decision_ref=request.POST.get("decision_ref", "")[:60],
                )  # fmt: skip
                return redirect("family_after_school:child", enrolment_id=one.id)
        except Invalid as refused:
            errors = dict(refused.fields)
        except JichiError as refused:
            problem = told(refused)
        fields = with_values(fields, {field.name: request.POST.get(field.name, "") for field in fields}, errors)
    lead = f"{month_words(this_month())}より前の月なら、調定した分は次の計算で減額し、納めた分は未充当になります。"
    return _act_page(request, one, "退会", lead, "退会を記録する", fields, errors, problem)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def term(request: SignedInRequest, enrolment_id: UUID) -> HttpResponse:
    """A2: 階層, 減免, 休止 in some months."""
    one = found_child(enrolment_id)
    options = (
        *(Option(f"class:{key}", f"階層 {words}") for key, words in rules.CLASSES.items()),
        *(Option(f"ground:{key}", f"減免: {words}") for key, words in rules.GROUNDS.items() if key),
        Option("pause:", "休止(育成料がかからない)"),
    )
    fields: Sequence[FormField] = (
        FormField(name="word", label="内容", kind="radio", options=options),
        FormField(name="first_month", label="初めの月", size=10, hint="例: 2026-09"),
        FormField(name="last_month", label="終わりの月", size=10, required=False, hint="決まっていなければ空のまま"),
        FormField(name="decision_ref", label="決裁の番号", size=20, hint="例: 8子若第123号"),
    )
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        first = month_given(request.POST.get("first_month", ""), "first_month", errors)
        last = month_given(request.POST.get("last_month", ""), "last_month", errors, needed=False)
        kind, _, word = request.POST.get("word", "").partition(":")
        try:
            if first is not None and not errors:
                actions.set_term(
                    actor=request.actor, enrolment_id=one.id, kind=kind, word=word, first_month=first, last_month=last,
                    decision_ref=request.POST.get("decision_ref", "")[:60],
                )  # fmt: skip
                return redirect("family_after_school:child", enrolment_id=one.id)
        except Invalid as refused:
            errors.update(refused.fields)
        fields = with_values(fields, {field.name: request.POST.get(field.name, "") for field in fields}, errors)
    lead = (
        "あとから記録したもののうち、初めの月が遅いものが使われます。調定した月が変わるときは、次の月次の計算に出ます。"
    )
    return _act_page(request, one, "階層・減免・休止", lead, "この内容を記録する", fields, errors, "")


def _act_page(
    request: SignedInRequest, one: EnrolmentView, title: str, lead: str, verb: str, fields: Sequence[FormField],
    errors: dict[str, FieldError], problem: str,
) -> HttpResponse:  # fmt: skip
    context = {
        "title": title, "lead": lead, "verb": verb, "facts": child_facts(one)[:6], "fields": fields,
        "errors": errors_for(fields), "notices": error_notice(problem), "narrow": True, "breadcrumb": _crumbs(one),
    }  # fmt: skip
    status = UNPROCESSABLE if errors else CONFLICT if problem else 200
    return render(request, "family_after_school/act.html", context, status=status)
