"""A division with its official, two residents, and events, for the tests of this room."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, system_actor
from jichi.engines.booking.actions import Entered
from jichi.kernel import clock
from jichi.services.front.events import actions
from jichi.services.front.events.actions import Application
from jichi.services.front.events.rules import Content

SYSTEM = system_actor("test")
MAY = frozenset({"front_events.view", "front_events.edit", "eng_booking.manage"})


@dataclass(frozen=True)
class Office:
    """Who there is."""

    division: int
    clerk: Actor
    stranger: Actor
    hanako: Actor
    taro: Actor


def build() -> Office:
    """Make them in the open transaction."""
    division = accounts.create_division(actor=SYSTEM, code="EVENTS", names={"ja": "地域活動課"})
    other = accounts.create_division(actor=SYSTEM, code="EVENTS-B", names={"ja": "別の課"})
    residents = [
        accounts.create_resident_account(actor=SYSTEM, email=f"{name}@example.jp", name=name)
        for name in ("hanako", "taro")
    ]
    hanako, taro = (Actor(kind="resident", account_id=one.pk, level="email") for one in residents)
    return Office(
        division=division.pk,
        clerk=Actor(kind="staff", divisions=frozenset({division.pk}), permissions=MAY),
        stranger=Actor(kind="staff", divisions=frozenset({other.pk}), permissions=MAY),
        hanako=hanako,
        taro=taro,
    )


def content(**more: Any) -> Content:
    """What may be published: one date in three weeks, two places, first come."""
    now = clock.now()
    return Content(
        **{
            "title": {"ja": "親子工作教室", "en": "Crafts"},
            "description": {"ja": "木の実で額を作ります。"},
            "place_name": "みどり区民センター",
            "first": (now + timedelta(days=21)).date(),
            "starts": now.time().replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=None),
            "ends": now.time().replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None),
            "mode": "first_come",
            "capacity": 2,
            "most_people": 3,
            "opens_at": now - timedelta(days=1),
            "closes_at": now + timedelta(days=14),
            **more,
        }
    )


def published(division: int, **more: Any) -> str:
    """A published event; its code."""
    code = actions.create_event(actor=SYSTEM, division_id=division, content=content(**more))
    actions.publish_event(actor=SYSTEM, code=code)
    return code


def enter(code: str, actor: Actor, *, key: str = "", choices: tuple[str, ...] = ("001",), **more: Any) -> Entered:
    """An entry on the web, or by telephone where an official enters."""
    given = {"name": "予約 花子", "kana": "ヨヤク ハナコ", "phone": "03-1234-5678", **more}
    return actions.enter_event(
        actor=actor, code=code, application=Application(choices=choices, **given), dedupe_key=key or str(uuid.uuid4()),
        channel="telephone" if actor.kind == "staff" else "web",
    )  # fmt: skip


def owner(actor: Actor) -> UUID:
    """The account of an actor that has one."""
    if actor.account_id is None:
        raise ValueError("nobody is signed in")
    return actor.account_id
