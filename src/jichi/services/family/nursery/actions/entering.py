"""Applying online: a family writes step by step and sends; an official takes it over or asks for corrections."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.localized import LocalizedText
from jichi.kernel.receipt_number import new_number

from ..models import Application, Entry, Round
from ..permissions import EDIT, require
from ..queries.ages import least_ages
from ..rules.entering import Content, begun, content_mark, family_of, is_open, steps_open
from ..rules.intake import class_on
from ..rules.least_age import too_young
from .applying import withdraw
from .intake import keep, rules_of
from .rounds import locked_round

ACCEPTED: Final[LocalizedText] = {
    "ja": "保育園の申込みを受け付けました", "easy": "保育園の申し込みを受け付けました",
    "en": "Your nursery application was accepted for selection", "zh-hans": "已受理您的保育园申请",
    "ko": "어린이집 신청을 접수했습니다",
}  # fmt: skip
RETURNED: Final[LocalizedText] = {
    "ja": "保育園の申込みに直してほしいところがあります", "easy": "保育園の申し込みを直してください",
    "en": "Please correct your nursery application", "zh-hans": "您的保育园申请有需要修改的地方",
    "ko": "어린이집 신청에 고칠 곳이 있습니다",
}  # fmt: skip
MOST_INCOME: Final = 99


def begin_entry(*, actor: Actor, round_id: UUID) -> UUID:
    """The resident's application in a round that is open; the same one when it was begun before.

    Raises:
        Forbidden: not a signed-in resident. NotFound. Conflict: "nursery.not_open".
    """
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    with unit(actor):
        row = Round.objects.filter(pk=round_id).first()
        if row is None:
            raise NotFound
        known = Entry.objects.filter(round=row, account_id=actor.account_id).first()
        if known is not None:
            return known.pk
        _require_open(row)
        made, _ = Entry.objects.get_or_create(
            round=row, account_id=actor.account_id,
            defaults={
                "content": begun(), "addressee_no": accounts.linked_person(actor.account_id) or "",
                "changed_at": clock.now(),
            },
        )  # fmt: skip
        return made.pk


def save_entry(*, actor: Actor, entry_id: UUID, content: Content) -> None:
    """Keep what the family has written so far; the office sees it when it is sent.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.not_open", "nursery.withdrawn". Invalid: field "children", a child
            that the office has taken over already is left out.
    """
    with unit(actor):
        row = _own_open(actor, entry_id)
        if row.application_id and not _keys(row.sent or {}) <= _keys(content):
            raise Invalid(fields={"children": FieldError("nursery.child_stays")})
        row.content, row.changed_at = content, clock.now()
        row.save(update_fields=["content", "changed_at"])


def send_entry(*, actor: Actor, entry_id: UUID, expected: str) -> str:
    """Send what is written, for the first time or again as a correction: the receipt number, the same each time.

    Args:
        expected: `content_mark` of what was on the page.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.not_open", "nursery.withdrawn", "nursery.incomplete",
            "nursery.own_changed" when something else was written meanwhile, "nursery.too_young_wish".
    """
    with unit(actor):
        row = _own_open(actor, entry_id)
        if content_mark(row.content) != expected:
            raise Conflict("nursery.own_changed")
        if steps_open(row.content):
            raise Conflict("nursery.incomplete")
        _require_age(row.content, row.round)
        if row.state in {"sent", "accepted"} and row.sent == row.content:
            return row.number
        row.number = row.number or new_number(secrets.token_bytes(5))
        row.sent, row.sent_at, row.state, row.remark = row.content, clock.now(), "sent", ""
        row.save()
        inbox.close_items(actor=actor, subject_key=_subject(row))
        return row.number


def withdraw_entry(*, actor: Actor, entry_id: UUID) -> bool:
    """Take an online application back; a draft is deleted and leaves nothing. Answers whether anything is left to see.

    Raises:
        Forbidden; NotFound.
    """
    with unit(actor):
        row = own_entry(actor, entry_id)
        if row.state == "draft":
            row.delete()
            return False
        if row.state != "withdrawn":
            row.state, row.changed_at = "withdrawn", clock.now()
            row.save(update_fields=["state", "changed_at"])
    if row.application_id:
        withdraw(actor=actor, application_id=row.application_id)
    return True


def accept_entry(*, actor: Actor, entry_id: UUID, expected: str, income: int, missing: Sequence[str]) -> UUID:
    """Take what was sent into the round, with the income class from the tax records and the papers still missing.

    A correction changes the application that is there; a different score is confirmed by nobody yet.

    Args:
        expected: `content_mark` of what was on the page.
        income: 所得階層, 0 to 99.

    Raises:
        Forbidden; NotFound. Invalid: field "income". Conflict: "nursery.published", "nursery.no_table",
            "nursery.changed_since", "nursery.not_sent", "nursery.already_there", "nursery.too_young_wish".
    """
    require(actor, EDIT)
    if not 0 <= income <= MOST_INCOME:
        raise Invalid(fields={"income": FieldError("nursery.income")})
    with unit(actor):
        row, round_ = _for_office(actor, entry_id, expected)
        family = family_of(
            row.sent or {}, number=row.number, addressee_no=row.addressee_no, income=income,
            missing=[word.strip()[:60] for word in missing if word.strip()][:20], entry=round_.entry_on,
        )  # fmt: skip
        others = Application.objects.filter(round=round_, account_id=row.account_id, withdrawn_at__isnull=True)
        if others.exclude(code=row.number).exists():
            raise Conflict("nursery.already_there")
        known = Application.objects.filter(round=round_, code=row.number).prefetch_related("children").first()
        _require_age(row.sent or {}, round_)
        keep(round_, known, family, rules_of(round_))
        made = Application.objects.get(round=round_, code=row.number)
        if made.account_id != row.account_id:
            made.account_id = row.account_id
            made.save(update_fields=["account"])
        row.application, row.state, row.accepted = made, "accepted", row.sent
        row.save(update_fields=["application", "state", "accepted"])
        _tell(actor, row, "notice", ACCEPTED)
        return made.pk


def return_entry(*, actor: Actor, entry_id: UUID, expected: str, remark: str) -> None:
    """Ask the family to put something right; what was sent stays as it was.

    Raises:
        Forbidden; NotFound. Invalid: field "remark". Conflict: "nursery.published", "nursery.changed_since",
            "nursery.not_sent".
    """
    require(actor, EDIT)
    if not remark.strip():
        raise Invalid(fields={"remark": FieldError("field.required")})
    with unit(actor):
        row, _ = _for_office(actor, entry_id, expected)
        row.state, row.remark = "returned", remark.strip()[:500]
        row.save(update_fields=["state", "remark"])
        _tell(actor, row, "todo", RETURNED)


def _for_office(actor: Actor, entry_id: UUID, expected: str) -> tuple[Entry, Round]:
    row = Entry.objects.select_for_update().filter(pk=entry_id).exclude(state="draft").first()
    if row is None:
        raise NotFound
    round_ = locked_round(actor, row.round_id)
    if row.state != "sent":
        raise Conflict("nursery.not_sent")
    if content_mark(row.sent or {}) != expected:
        raise Conflict("nursery.changed_since")
    return row, round_


def own_entry(actor: Actor, entry_id: UUID) -> Entry:
    """The resident's own online application, locked until the unit ends."""
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    row = Entry.objects.select_for_update(of=("self",)).select_related("round").filter(pk=entry_id).first()
    if row is None or row.account_id != actor.account_id:
        raise NotFound
    return row


def _own_open(actor: Actor, entry_id: UUID) -> Entry:
    row = own_entry(actor, entry_id)
    if row.state == "withdrawn":
        raise Conflict("nursery.withdrawn")
    _require_open(row.round)
    return row


def _require_open(row: Round) -> None:
    if row.published_run_id or not is_open(row.opens_at, row.closes_at, clock.now()):
        raise Conflict("nursery.not_open")


def _require_age(content: Content, round_: Round) -> None:
    """Every child is old enough, at entry, for the facilities it wishes for."""
    entry = round_.entry_on
    rules = least_ages(entry)
    for one in content["children"] if rules else ():
        birth = date.fromisoformat(one["birth"])
        if too_young(rules, one["wishes"], class_on(birth, entry) or 0, birth, entry):
            raise Conflict("nursery.too_young_wish")


def _keys(content: Content) -> set[str]:
    return {one["key"] for one in content.get("children", ())}


def _subject(row: Entry) -> str:
    return f"family_nursery:entry:{row.pk}"


def _tell(actor: Actor, row: Entry, kind: str, title: LocalizedText) -> None:
    inbox.put_item(
        actor=actor, kind=kind, title=title, url_path=f"/nursery/apply/{row.pk}/", account_id=row.account_id,
        subject_key=_subject(row), about=row.number,
    )  # fmt: skip
