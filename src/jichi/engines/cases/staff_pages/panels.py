"""What stands on the case page beside application and register: proposal and route, money, papers, related cases."""

from __future__ import annotations

from typing import Final

from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor
from jichi.engines.routes import queries as routes
from jichi.kernel.calendar import format_date
from jichi.kernel.money import Yen, format_yen

from .. import permissions, queries
from ..afterwards import facts_of_following
from ..presentation import (
    CHANNEL_WORDS,
    DISPATCH_WORDS,
    LINK_WORDS,
    POST_WORDS,
    SEAL_WORDS,
    STAFF_STATUS,
    WAITING_WORDS,
)
from ..queries import CaseRecord
from ..routing import subject_of
from ..rules import DECIDED, waits_for

_WHY: Final = {
    **LINK_WORDS, "followed_by": "続き(この案件の後)", "same_matter": "重複かもしれません", "household": "同じ世帯",
}  # fmt: skip
_PROPOSAL: Final = {
    "on_route": "決裁待ち", "sent_back": "差し戻されました", "decided": "決裁済み", "ended": "取り下げました",
}  # fmt: skip


def panels(actor: Actor, record: CaseRecord) -> dict[str, object]:
    """The template's words for all of it; a constant number of statements."""
    waiting = waits_for(record.status, payment=record.payment, second_person=record.second_person, stage=record.stage)
    related = queries.related_cases(
        actor=actor, case_id=record.id, subject_no=record.subject_no, procedure=record.procedure
    )
    return {
        "proposal": _proposal(record), "route_panel": routes.panel_of(actor=actor, subject=subject_of(record.id)),
        "route_may_change": record.stage == "on_route" and actor.may(permissions.HANDLE),
        "waiting": WAITING_WORDS.get(waiting, ""),
        "unread": queries.unread_messages(record.id, reader="staff"),
        "sent_papers": _papers(record), "scans": queries.scans_of(record.id),
        "may_dispatch": actor.may(permissions.HANDLE) and record.status in DECIDED,
        "belonging": [(one, _WHY[one.why], STAFF_STATUS[one.status]) for one in related],
        "may_link": actor.may(permissions.HANDLE), "following": facts_of_following(record),
    }  # fmt: skip


def facts_of_receipt(record: CaseRecord) -> list[Fact]:
    """How it came in, and under which number."""
    rows = []
    if record.channel != "web":
        names = accounts.account_names([record.entered_by_id]) if record.entered_by_id else {}
        who = "、".join(names.values())
        rows.append(Fact(label="受付の方法", value=f"{CHANNEL_WORDS[record.channel]}(入力 {who})", name=True))
    if record.receipt_number:
        rows.append(Fact(label="収受番号", value=record.receipt_number))
    if record.second_person:
        rows.append(Fact(label="もう1人の確認", value="済み" if record.second_person == "confirmed" else "まだ"))
    return rows


def _proposal(record: CaseRecord) -> list[Fact]:
    """The newest proposal, while the case is open or when the decision came of it. One statement."""
    found = queries.newest_proposal(record.id)
    if found is None:
        return []
    draft = found.draft
    names = accounts.account_names([found.drafted_by])
    rows = [
        Fact(label="起案", value=f"{names.get(found.drafted_by, '')}({_PROPOSAL[found.state]})", name=True),
        Fact(label="決定の案", value="承認" if draft.outcome == "approved" else "不承認"),
    ]
    if draft.granted_yen is not None:
        rows.append(Fact(label="交付決定額", value=format_yen(Yen(draft.granted_yen))))
    for label, text in (("理由", draft.reason), ("伺い文", draft.question), ("戻った理由", found.ended_because)):
        if text and not (label == "戻った理由" and found.state != "sent_back"):
            rows.append(Fact(label=label, value=text.split("\n"), name=True))
    rows.append(Fact(label="公印と施行", value=f"{SEAL_WORDS[draft.seal]}、{DISPATCH_WORDS[draft.dispatch]}"))
    if draft.dispatch_because:
        rows.append(Fact(label="施行の方法を変える理由", value=draft.dispatch_because, name=True))
    return rows


def _papers(record: CaseRecord) -> list[Fact]:
    rows = []
    for sent in queries.dispatches_of(record.id):
        text = f"{POST_WORDS[sent.way]} {sent.tracking_number}".strip()
        if sent.because:
            text += f"(理由 {sent.because})"
        if sent.returned_on:
            text += f"(戻り {format_date(sent.returned_on)} {sent.returned_because})"
        rows.append(Fact(label=format_date(sent.sent_on), value=text, name=True))
    return rows
