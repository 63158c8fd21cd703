"""The page of one case: application beside register, checks, timeline, and what can be done now (J9.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.labels import label
from jichi.design.parts import Difference, Event, Fact
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit.context import Actor
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import answer_lines
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, format_days_left
from jichi.kernel.localized import NATIVE_NAME
from jichi.kernel.receipt_number import format_number

from .. import permissions
from ..money import facts_of_money
from ..presentation import (
    CHANNEL_WORDS,
    LINK_WORDS,
    POST_WORDS,
    RESIDENT_STATUS,
    STAFF_STATUS,
    check_lines,
    event_for_staff,
    next_for_staff,
    staff_chip,
)
from ..protection import masked_answer
from ..queries import CaseRecord
from ..queries import Event as CaseEvent
from ..rules import Status, Step
from .applying import facts_of_applying
from .panels import facts_of_receipt, panels
from .sight import Sight, answer_facts, answer_lines_of, look, register_rows

UNDO_FOR: Final = timedelta(seconds=60)
_MISSING: Final = {
    "unlinked": "このログインは住民記録と結び付いていません。本人を確かめてください。",
    "unknown": "住民記録にありません。宛名番号を確かめてください。",
    "unknown_body": "団体の記録がないか、見る権限がありません。",
    "forbidden": "住民記録を見る権限がありません。",
}  # fmt: skip
_MAIL: Final = {
    "pending": "送信待ち", "sending": "送信中", "sent": "送信済", "uncertain": "届いたか不明", "failed": "届けられない",
    "suppressed": "希望により送らない",
}  # fmt: skip


@access(audience="staff", permission=permissions.VIEW)
def show(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: the case."""
    return case_page(request, look(request.actor, number))


@access(audience="staff", permission=permissions.VIEW, methods=("POST",))
def reveal(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: the case with the protected address, for those who may; logged."""
    return case_page(request, look(request.actor, number, reveal=True), revealed=True)


def case_page(
    request: SignedInRequest,
    sight: Sight,
    *,
    trouble: str = "",
    kept: Sequence[tuple[str, str]] = (),
    revealed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page; with `trouble` (why nothing was done) on top and the input that was not used (`kept`)."""
    actor = request.actor
    record = sight.record
    answers = answer_lines_of(sight)
    different = frozenset(f for _, lines in answers for line in lines for f in line.facts)
    context = {
        "title": f"{record.title['ja']} {record.written_number}",
        "breadcrumb": [("案件の一覧", reverse("eng_cases_staff:list"))],
        "record": record, "trouble": trouble, "kept": kept, "revealed": revealed,
        "head": _head(sight), "summary": _facts(actor, sight),
        "answers": [(title, answer_facts(sight, lines)) for title, lines in answers],
        "people": [(p, register_rows(p, different), _MISSING.get(p.missing, "")) for p in sight.people],
        "may_reveal": any(p.may_reveal for p in sight.people), "number": record.written_number,
        "checks": check_lines(record.checks, sight.sent.definition), "changes": _changes(sight),
        "correction": _correction(sight), "decision": record.decision, "documents": record.documents,
        "mails": [
            (format_datetime(m.created_at, "ja", "staff"), _MAIL[m.state], m.state in {"failed", "uncertain"})
            for m in sight.mails
        ],
        "timeline": [_event(sight, event) for event in record.events],
        "related": [(c, STAFF_STATUS[c.status]) for c in sight.related],
        **panels(actor, record),
        "bar": _bar(actor, record), "undo": _undo(actor, record), "done": _done(actor, record),
    }  # fmt: skip
    return render(request, "eng_cases/staff_case.html", context, status=status)


def _head(sight: Sight) -> dict[str, str]:
    record, today = sight.record, clock.today()
    status, due = staff_chip(record.status, stage=record.stage, payment=record.payment), ""
    if record.status is Status.CORRECTION and record.correction_due_on:
        due = format_days_left(record.correction_due_on, "ja", today=today) + " 補正の期限"
    elif record.is_open:
        due = format_days_left(record.due_on, "ja", today=today)
    step = next_for_staff(record.status, correction_due_on=record.correction_due_on, today=today)
    if record.stage == "on_route" and record.status is Status.REVIEWING:
        step = "「決裁経路」の順番の人が処理する"
    resident = label(RESIDENT_STATUS[record.status], "ja")
    return {"status": status, "next": step, "due": due, "resident": resident}


def _facts(actor: Actor, sight: Sight) -> list[Fact]:
    record = sight.record
    assignee = sight.names.get(record.assignee_id, "") if record.assignee_id else ""
    return [
        Fact(
            label="氏名" if record.subject_no == record.applicant_no else "対象",
            value=f"{record.name}({record.kana})" if record.kana else record.name,
            name=True,
        ),
        Fact(label="担当", value=assignee or "未定", name=True),
        Fact(label="受付", value=format_datetime(record.received_at, "ja", "staff")),
        *facts_of_applying(sight),
        *facts_of_receipt(record),
        *facts_of_money(actor, record),
        Fact(label="申請した人の言語", value=NATIVE_NAME.get(record.language, record.language)),
    ]


def _event(sight: Sight, event: CaseEvent) -> Event:
    who = event.actor_name or {"resident": "申請した人"}.get(event.actor_kind, "")
    if event.actor_kind == "system":
        # The act of an official on a route is written down by the platform: who it was stands in the line.
        by = event.detail.get("by") if event.kind in {"proposal_sent_back", "sent_back_on_route"} else None
        who = sight.names.get(UUID(str(by)), "") if by else "自動処理"
    return Event(at=event.at, what=event_for_staff(event.kind), who=who, detail=_detail(sight, event))


def _detail(sight: Sight, event: CaseEvent) -> str:
    detail: Mapping[str, Any] = event.detail
    labels = sight.sent.definition.fields

    def asked(name: str) -> str:
        return labels[name].name["ja"] if name in labels else name

    if event.kind == "taken" and detail.get("from"):
        return f"{sight.names.get(UUID(str(detail['from'])), '前の担当')}さんから代わりました"
    if event.kind == "correction_requested":
        points = "、".join(f"{asked(p['field'])}: {p['sentence']}" for p in detail.get("points", ()))
        return f"{points}(期限 {detail.get('due_on', '')})"
    if event.kind == "correction_received":
        return "、".join(asked(name) for name in detail.get("fields", ()))
    if event.kind in {"approved", "refused"}:
        return _decided(sight, detail)
    if event.kind == "received" and detail.get("channel"):
        return CHANNEL_WORDS.get(str(detail["channel"]), "")
    if event.kind in _TOLD:
        return _TOLD[event.kind](detail)
    if event.kind == "document_issued":
        return str(detail.get("title", {}).get("ja", ""))
    return ""


_TOLD: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "proposal_changed": lambda d: f"{'軽微な修正: ' if d.get('minor') else ''}{d.get('why', '')}",
    "proposal_sent_back": lambda d: str(d.get("reason", "")),
    "sent_back_on_route": lambda d: str(d.get("reason", "")),
    "paid": lambda d: f"{d.get('amount_yen', 0):,}円",
    "part_refunded": lambda d: f"{d.get('amount_yen', 0):,}円",
    "payment_reopened": lambda d: f"{d.get('amount_yen', 0):,}円",
    "fee_changed": lambda d: f"{d.get('before_yen', 0):,}円 → {d.get('after_yen', 0):,}円",
    "refunded": lambda d: f"{d.get('amount_yen', 0):,}円",
    "dispatched": lambda d: f"{POST_WORDS.get(str(d.get('way')), '')} {d.get('tracking_number', '')}".strip(),
    "returned": lambda d: str(d.get("because", "")),
    "linked": lambda d: f"{format_number(str(d.get('number', '')))} {LINK_WORDS.get(str(d.get('kind')), '')}",
    "register_changed": lambda d: str(d.get("what", "")),
}


def _decided(sight: Sight, detail: Mapping[str, Any]) -> str:
    """文書番号, and on a route who decided; of a 代決 both names."""
    by, instead = (sight.names.get(UUID(str(detail[k])), "") if detail.get(k) else "" for k in ("by", "for"))
    who = f" 決裁 {by}{f'({instead}の代決)' if instead else ''}" if by else ""
    return f"{detail.get('document_number', '')}{who}"


def _changes(sight: Sight) -> list[Difference]:
    """What the last correction changed: before and after. One statement when there was one."""
    last = next((c for c in sight.record.corrections if c.state == "answered"), None)
    if last is None:
        return []
    before = forms.submissions([last.before_id]).get(last.before_id)
    if before is None:
        return []
    rows = []
    for name, field in sight.sent.definition.fields.items():
        was, is_ = before.answers.get(name), sight.sent.answers.get(name)
        if was == is_:
            continue
        if sight.hides_places:
            was, is_ = masked_answer(field, was), masked_answer(field, is_)
        rows.append(
            Difference(
                label=field.name["ja"], before="、".join(answer_lines(field, was, "ja")),
                after="、".join(answer_lines(field, is_, "ja")), name=True,
                change="added" if was is None else "removed" if is_ is None else "changed",
            )
        )  # fmt: skip
    return rows


def _correction(sight: Sight) -> list[Fact]:
    """What the applicant is asked now."""
    asked = sight.record.open_correction
    if asked is None:
        return []
    fields = sight.sent.definition.fields
    rows = [
        Fact(label=fields[p["field"]].name["ja"] if p["field"] in fields else p["field"], value=p["sentence"])
        for p in asked.points
    ]
    return [*rows, Fact(label="期限", value=format_date(asked.due_on, "ja", "long"))]


def _bar(actor: Actor, record: CaseRecord) -> dict[str, bool]:
    """What this official can do now."""
    possible = set(record.steps_for("staff"))
    handles, decides = actor.may(permissions.HANDLE), actor.may(permissions.DECIDE)
    mine = record.assignee_id == actor.account_id
    late = record.correction_due_on is not None and record.correction_due_on < clock.today()
    found = {
        "take": handles and record.status is Status.RECEIVED,
        "take_over": handles and record.status is Status.REVIEWING and not mine,
        "release": handles and Step.RELEASE in possible and mine and record.stage != "on_route",
        "correction": handles and Step.REQUEST_CORRECTION in possible,
        "decide": decides and Step.APPROVE in possible and record.stage != "on_route",
        "cancel": handles and Step.CANCEL_CORRECTION in possible,
        "expire": decides and Step.EXPIRE in possible and late,
    }
    return {**found, "any": any(found.values())}


def _latest_own(actor: Actor, record: CaseRecord) -> CaseEvent | None:
    """The newest line of the timeline, if it is this official's and fresh."""
    newest = next((e for e in record.events if e.kind != "document_issued"), None)
    if newest is None or newest.actor_id != actor.account_id or clock.now() - newest.at > UNDO_FOR:
        return None
    return newest


def _undo(actor: Actor, record: CaseRecord) -> dict[str, str] | None:
    """The step just taken that can be taken back at once: sentence and address."""
    newest = _latest_own(actor, record)
    number = record.written_number
    if newest and newest.kind == "taken" and not newest.detail.get("from") and record.status is Status.REVIEWING:
        return {"text": "担当になりました。", "url": reverse("eng_cases_staff:release", args=[number])}
    if newest and newest.kind == "released" and record.status is Status.RECEIVED:
        return {"text": "担当を外れました。", "url": reverse("eng_cases_staff:take", args=[number])}
    return None


_DONE: Final = {
    "approved": "承認しました。申請した人のお知らせ箱とメールで知らせます。",
    "refused": "不承認にしました。申請した人のお知らせ箱とメールで知らせます。",
    "proposed": "起案しました。決裁する人の「自分の番」に入りました。",
    "proposal_taken_back": "起案を取り下げました。審査を続けてください。",
    "dispatched": "発送を記録しました。",
    "returned": "戻ったことを記録しました。",
    "linked": "関連する案件を加えました。",
    "correction_requested": "補正を依頼しました。申請した人のお知らせ箱とメールで知らせます。",
    "correction_cancelled": "補正依頼を取り消しました。審査を続けてください。",
    "expired": "失効にしました。申請した人のお知らせ箱とメールで知らせます。",
}  # fmt: skip


def _done(actor: Actor, record: CaseRecord) -> str:
    newest = _latest_own(actor, record)
    return _DONE.get(newest.kind, "") if newest else ""
