"""Any mixture of faults, for a day: everything ends, everybody is reached once, or an official is told."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import unit
from jichi.engines.messages.backends.line import LineLine, line_settings
from jichi.engines.messages.backends.sms import SmsLine, sms_settings
from jichi.engines.messages.models import ContactPoint, ContactPreference, Delivery
from jichi.engines.messages.pump import pump
from jichi.engines.messages.routing import route
from jichi.engines.messages.rules import Answer
from jichi.engines.messages.tests.gateways import USER, Gateway, Listener
from jichi.engines.messages.tests.post import ACTOR, Post, a_division, send
from jichi.engines.messages.upkeep import ask_for_receipts
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 10, 12, 0, tzinfo=TOKYO)
SMS_FAULTS = ("", "", "503", "429", "drop", "undelivered", "twice", "silent", "expired")
LINE_FAULTS = ("", "", "500", "429", "drop", "400")
MAIL_FAULTS = ("", "451", "drop")
PEOPLE = 8


def people() -> list[UUID]:
    """Each with a telephone and a chat of their own, wanting one or both."""
    found = []
    with unit(ACTOR):
        for number in range(PEOPLE):
            account = accounts.create_resident_account(actor=ACTOR, email=f"p{number}@example.jp", language="ja")
            for channel, address in (("sms", f"+8190000000{number:02}"), ("line", f"U{number:032x}")):
                if number % 3 == ("sms", "line").index(channel):
                    continue
                ContactPoint.objects.create(
                    account_id=account.pk, channel=channel, address=address, linked_at=clock.now()
                )
                ContactPreference.objects.create(
                    account_id=account.pk, topic="cases", channel=channel, wanted=True, changed_at=clock.now()
                )
            found.append(account.pk)
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_weather_everybody_is_told_once(
    sms: Gateway, line: Gateway, post: Post, listener: Listener, seed: int
) -> None:
    chance = random.Random(seed)
    division = a_division()
    with clock.standing_at(NOON):
        accounts_there = people()
        for number in range(PEOPLE):
            user = f"U{number:032x}"
            line.box.put("friends", user, {"id": user, "name": "x", "blocked": False, "at": 1})
        for account_id in accounts_there:
            send(Someone(account_id), division_id=division.pk, alert_url_path="/staff/cases/1/")
    moment = NOON
    for step in range(14):
        calm = step >= 8
        sms.box.set_fault("" if calm else chance.choice(SMS_FAULTS))
        line.box.set_fault("" if calm else chance.choice(LINE_FAULTS))
        post.fault("" if calm else chance.choice(MAIL_FAULTS))
        with clock.standing_at(moment):
            route()
            for channel in ("line", "sms", "mail"):
                pump(channel)
            if listener.heard:
                listener.hand_on(len(listener.heard))
        moment += timedelta(hours=2)
    with clock.standing_at(moment + timedelta(days=2)):
        ask_for_receipts()
    with unit(ACTOR):
        rows = list(Delivery.objects.values_list("message_id", "channel", "state", "passed_on"))
    assert {state for _, _, state, _ in rows} <= {"sent", "failed"}
    ends = Counter(message for message, _, state, passed_on in rows if state == "sent" or not passed_on)
    assert len(ends) == PEOPLE
    assert all(state == "sent" for _, _, state, passed_on in rows if not passed_on)
    # Nobody's telephone or chat got anything twice, whatever was cut off in the middle.
    assert max(Counter(one["id"] for one in sms.came()).values(), default=1) == 1
    assert max(Counter(one["to"] for one in sms.came()).values(), default=1) == 1
    assert max(Counter(one["user"] for one in line.came()).values(), default=1) == 1


class Someone:
    """An account as far as `send` cares."""

    def __init__(self, pk: UUID) -> None:
        self.pk = pk


def test_a_gateway_that_takes_and_never_answers_leaves_it_uncertain(sms: Gateway, line: Gateway) -> None:
    from jichi.engines.messages.backends.base import Outgoing

    key = UUID(int=7)
    sms.fault("stall", times=1)
    line.fault("stall", times=1)
    text = f'{{"id":"{key}","to":"+819012345678","from":"0","text":"x"}}'.encode()
    with SmsLine(sms_settings(sms.peer), at_step=lambda _step: None, timeout=0.3) as wire:
        assert wire.send(Outgoing("+819012345678", key, text)) == Answer("unknown", "sms.broken_off")
        assert wire.ask(key) == Answer("taken")
        assert wire.ask(UUID(int=8)) is None
    push = f'{{"to":"{USER}","messages":[{{"type":"text","text":"x"}}]}}'.encode()
    with LineLine(line_settings(line.peer), at_step=lambda _step: None, timeout=0.3) as chat:
        assert chat.send(Outgoing(USER, key, push)) == Answer("unknown", "line.broken_off")
        assert chat.send(Outgoing(USER, key, push)) == Answer("taken")
    assert len(sms.came()) == len(line.came()) == 1
