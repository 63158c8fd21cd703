"""Online applications for officials: what was sent and waits, one of them beside what was accepted before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for, filter_choice
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Difference, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel.calendar import format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.receipt_number import format_number

from .. import actions, queries
from ..permissions import EDIT, VIEW
from ..queries import CertificateView, EntryView
from ..queries.entries import STATES
from ..rules.certificate_form import CertificateForm
from ..rules.certificate_items import answers_from, shown_items, words_of
from ..rules.certificates import contradictions
from ..rules.entering import CERTIFICATE, paper_name, papers_of
from ..rules.intake import class_on
from .applying import sections
from .words import CONFLICT, UNPROCESSABLE, class_name, crumbs_of, refusal, round_or_404

TONES: Final = {"sent": "todo", "returned": "info", "accepted": "done", "withdrawn": "neutral"}


@access(audience="staff", permission=VIEW)
def listing(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A6: online applications of a round, the longest waiting first."""
    round_ = round_or_404(request, id)
    state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else ""
    page = queries.entries(id, state=state, after=request.GET.get("after", "")[:40])
    rows = [
        Row(
            url=reverse("family_nursery:entry", args=[one.id]),
            cells=(
                format_number(one.number), one.sent["guardians"][0]["name"],
                "、".join(
                    class_name(class_on(date.fromisoformat(child["birth"]), round_.entry_on) or 0)
                    for child in one.sent["children"]
                ),
                format_datetime(one.sent_at, "ja", "staff") if one.sent_at else "",
                "修正" if one.application_id and one.state == "sent" else "新規" if one.state == "sent" else "",
                tag(STATES[one.state], tone=TONES[one.state]),
            ),
        )
        for one in page.rows
    ]  # fmt: skip
    columns = (
        Column(key="number", title="受付番号", head=True, name=True),
        Column(key="guardian", title="保護者", name=True), Column(key="classes", title="クラス"),
        Column(key="sent", title="送った日時"), Column(key="kind", title="種類"), Column(key="state", title="状態"),
    )  # fmt: skip
    table = Listing(
        caption="オンラインの申込み", columns=columns, rows=rows, url=request.path,
        params={"state": state} if state else {}, total=page.total, after=page.after,
        filters=[filter_choice("state", "状態", state, STATES.items())], html_id="entries",
        empty="オンラインの申込みは、まだ届いていません。",
    )  # fmt: skip
    context = {"title": f"{round_.name}のオンラインの申込み", "breadcrumb": crumbs_of(round_), "round": round_}
    return listing_response(request, "family_nursery/entries.html", context, table)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def one(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: what a family sent, what is new since it was accepted, and taking it over. The look is recorded."""
    found = queries.entry(id)
    if found is None or found.state == "draft":
        raise NotFound
    round_ = round_or_404(request, found.round_id)
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            return _act(request, found)
        except Conflict as error:
            problem = refusal(error.code)
        except Invalid as error:
            wrong = dict(error.fields)
    audit.record_look(actor=request.actor, table="family_nursery_entry", object_id=str(id), subject=found.addressee_no)
    fields = _fields(request, found, wrong)
    context = {
        "title": f"申込み {format_number(found.number)}", "found": found, "problem": problem, "round": round_,
        "breadcrumb": [
            *crumbs_of(round_), ("オンラインの申込み", reverse("family_nursery:entries", args=[round_.id])),
        ],
        "state": tag(STATES[found.state], tone=TONES[found.state]), "facts": _facts(found),
        "certificates": certificate_rows(found, round_.division_id),
        "sections": sections(found.sent, round_.entry_on, "ja"),
        "differences": _differences(found, round_.entry_on) if found.accepted and found.state == "sent" else [],
        "accept_fields": fields[:2], "return_fields": fields[2:], "errors": errors_for(fields),
        "may": request.actor.may(EDIT) and found.state == "sent" and round_.published_run is None,
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "family_nursery/entry.html", context, status=status)


def _act(request: SignedInRequest, found: EntryView) -> HttpResponse:
    post, actor = request.POST, request.actor
    expected = post.get("mark", "")
    if post.get("act") == "return":
        actions.return_entry(actor=actor, entry_id=found.id, expected=expected, remark=post.get("remark", ""))
        return redirect("family_nursery:entry", id=found.id)
    income = post.get("income", "").strip()
    made = actions.accept_entry(
        actor=actor, entry_id=found.id, expected=expected, missing=post.get("missing", "").split("、"),
        income=int(income) if income.isascii() and income.isdigit() and len(income) < 4 else -1,
    )  # fmt: skip
    return redirect("family_nursery:application", id=made)


def _fields(request: SignedInRequest, found: EntryView, wrong: dict[str, FieldError]) -> list[FormField]:
    post = request.POST if request.method == "POST" else None
    known = queries.family(found.application_id) if found.application_id else None
    income = str(known.answers.get("所得階層", "")) if known else ""
    came = {paper_name(CERTIFICATE, one.place) for one in queries.certificates(found.id) if one.arrived_at}
    needed = known.missing if known else papers_of(found.sent)
    missing = "、".join(paper for paper in needed if paper not in came)
    fields = [
        FormField(
            name="income", label="所得階層", kind="number", hint="税の資料から、0から99までの整数で。",
            value=post.get("income", "") if post else income,
        ),
        FormField(
            name="missing", label="足りない書類", required=False, hint="「、」で区切ります。そろっていれば空にします。",
            value=post.get("missing", "") if post else missing,
        ),
        FormField(
            name="remark", label="直してほしいこと", kind="textarea", rows=3, hint="保護者のお知らせ箱に届きます。",
            value=post.get("remark", "") if post else "",
        ),
    ]  # fmt: skip
    return [field.with_error(wrong[field.name]) if field.name in wrong else field for field in fields]


def _facts(found: EntryView) -> list[Fact]:
    chosen = sum(1 for child in found.sent["children"] if child["number"])
    rows = [
        Fact(label="送った日時", value=format_datetime(found.sent_at, "ja", "staff") if found.sent_at else ""),
        Fact(label="住民の記録", value="ログインと結び付いている" if found.addressee_no else "結び付いていない"),
        Fact(label="世帯から選んだ児童", value=f"{len(found.sent['children'])}人のうち{chosen}人"),
        Fact(label="依頼した修正", value=found.remark, name=True),
    ]
    return [row for row in rows if row.value]


def certificate_rows(
    found: EntryView, division_id: int
) -> list[tuple[CertificateView, list[Fact], list[str], dict[str, Any]]]:
    """What employers certified: (certificate, its facts, what differs from the guardian's answers, its Excel file)."""
    rows = []
    for one in queries.certificates(found.id):
        if one.arrived_at is None:
            continue
        said, form = one.content, queries.form_on(division_id, queries.day_of(one.arrived_at))
        term = "期間の定めなし" if said["term"] == "open" else f"{said['until']}まで"
        facts = [
            ("保護者", f"保護者{one.place} {said['worker']}"),
            ("届いた日時", format_datetime(one.arrived_at, "ja", "staff")),
            ("事業所", said["employer"]), ("法人番号", said["number"]), ("所在地", said["address"]),
            ("電話番号", said["phone"]), ("記入した人", said["writer"]), ("雇用の期間", term),
            ("週の日数", str(said.get("days", ""))), ("週の時間", str(said.get("hours", ""))),
            ("育児休業の終わりの日", said["leave_until"]), *shown_items(form, said.get("items", {})),
            ("備考", said["note"]), ("指紋", one.sha256),
        ]  # fmt: skip
        answers = found.sent["guardians"][one.place - 1].get("answers", {})
        differs = [
            f"{title}: 申込みは{wrote}、証明は{certified}"
            for title, wrote, certified in contradictions(form, answers, said)
        ]
        shown = [Fact(label=label, value=value, name=True) for label, value in facts if value]
        rows.append((one, shown, differs, read_rows(form, said)))
    return rows


PROBLEMS: Final = {
    "unreadable": "Excelのファイルとして読めませんでした。ファイルは保存してあります。",
    "no_layout": "様式にセルの位置が登録されていないので、読んでいません。ファイルは保存してあります。",
    "moved": "様式が違うか、変えられているので、読んでいません。ファイルは保存してあります。ない見出し: ",
}  # fmt: skip


def read_rows(form: CertificateForm, said: Mapping[str, Any]) -> dict[str, Any]:
    """What was read from an employer's Excel file for the template: rows (item, answer, cell, what was typed instead).

    {} where none came; "problem" where it was not read.
    """
    read = said.get("read")
    if not read:
        return {}
    if read.get("problem"):
        return {"problem": PROBLEMS[read["problem"]] + "、".join(read.get("moved", ()))}
    typed = {**said, **said.get("items", {})}
    rows = []
    for one in form.items:
        if one.key in read["values"]:
            value, wrote = read["values"][one.key], typed.get(one.key)
            other = words_of(one, wrote) if wrote and wrote != value else ""
            rows.append((one.heading, words_of(one, value), read["origins"][one.key], other))
        elif one.key in read["unread"]:
            rows.append((one.heading, "読めませんでした", read["unread"][one.key], ""))
    return {"rows": rows, "feeds": bool(answers_from(form, {"items": read["values"]}))}


def _flat(content: object, entry_on: date) -> dict[str, str]:
    rows = {}
    for title, facts in sections(content, entry_on, "ja"):  # type: ignore[arg-type] # JSON of the entry
        for fact in facts:
            value = "、".join(fact.value) if isinstance(fact.value, list) else str(fact.value)
            rows[f"{title} {fact.label}"] = value
    return rows


def _differences(found: EntryView, entry_on: date) -> list[Difference]:
    before, after = _flat(found.accepted, entry_on), _flat(found.sent, entry_on)
    keys = dict.fromkeys([*before, *after])
    return [
        Difference(
            label=key, before=before.get(key, ""), after=after.get(key, ""), name=True,
            change="same" if before.get(key) == after.get(key) else "changed",
        )
        for key in keys
    ]  # fmt: skip
