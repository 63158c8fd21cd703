"""A division with officials, an instructor, two residents, and classes, for the tests of this room."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, system_actor
from jichi.engines.booking.actions import Entered
from jichi.kernel import clock
from jichi.services.welfare.digital_inclusion import actions
from jichi.services.welfare.digital_inclusion.actions import Application
from jichi.services.welfare.digital_inclusion.rules import Plan

SYSTEM = system_actor("test")
ROOM = "welfare_digital_inclusion"
MAY = frozenset({f"{ROOM}.view", f"{ROOM}.edit", f"{ROOM}.teach", "eng_booking.manage"})


@dataclass(frozen=True)
class Office:
    """Who there is."""

    division: int
    clerk: Actor
    stranger: Actor
    teacher: Actor
    hanako: Actor
    taro: Actor


def build() -> Office:
    """Make them in the open transaction."""
    division = accounts.create_division(actor=SYSTEM, code="DIGITAL", names={"ja": "高齢者支援課"})
    other = accounts.create_division(actor=SYSTEM, code="DIGITAL-B", names={"ja": "別の課"})
    residents = [
        accounts.create_resident_account(actor=SYSTEM, email=f"{name}@example.jp", name=name)
        for name in ("hanako", "taro")
    ]
    teacher = accounts.create_staff_account(
        actor=SYSTEM, login="sensei", name="講師 一子", password=f"{uuid.uuid4()}", title="講師",
        roles=("digital_supporter",), division_codes=("DIGITAL-B",), starts_on=clock.today(),
    )  # fmt: skip
    hanako, taro = (Actor(kind="resident", account_id=one.pk, level="email") for one in residents)
    return Office(
        division=division.pk,
        clerk=Actor(kind="staff", divisions=frozenset({division.pk}), permissions=MAY),
        stranger=Actor(kind="staff", divisions=frozenset({other.pk}), permissions=MAY),
        teacher=Actor(kind="staff", account_id=teacher.pk, permissions=frozenset({f"{ROOM}.teach"})),
        hanako=hanako,
        taro=taro,
    )


def plan(**more: Any) -> Plan:
    """What may be published: three sessions from three weeks on, two places, first come."""
    now = clock.now()
    given: dict[str, Any] = {
        "title": {"ja": "はじめてのスマホ教室", "en": "Beginners"}, "text": {"ja": "ゆっくり教えます。"},
        "place_name": "みどりいきいきプラザ", "teacher": "sensei", "first": (now + timedelta(days=21)).date(),
        "starts": time(13, 30), "ends": time(15, 30), "times": 3, "capacity": 2,
        "opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=14),
    }  # fmt: skip
    return Plan(**{**given, **more})


def published(division: int, **more: Any) -> str:
    """A published class; its code."""
    code = actions.create_course(actor=SYSTEM, division_id=division, plan=plan(**more))
    actions.publish_course(actor=SYSTEM, code=code)
    return code


def enter(code: str, actor: Actor, *, key: str = "", **more: Any) -> Entered:
    """An entry on the web, or by telephone where an official enters."""
    given = {"name": "教室 花子", "kana": "キョウシツ ハナコ", "phone": "03-1234-5678", **more}
    return actions.enter_course(
        actor=actor, code=code, application=Application(**given), dedupe_key=key or str(uuid.uuid4()),
        channel="telephone" if actor.kind == "staff" else "web",
    )  # fmt: skip


def owner(actor: Actor) -> UUID:
    """The account of an actor that has one."""
    if actor.account_id is None:
        raise ValueError("nobody is signed in")
    return actor.account_id
