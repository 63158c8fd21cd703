"""Events of the sample ward, one in every state: what is on is invented, and so are its places and people."""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.booking.rules.paying import CancelStep
from jichi.engines.payments import actions as payments
from jichi.engines.registry import queries as registry
from jichi.engines.surveys import actions as surveys
from jichi.engines.surveys.rules import STANDARD
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.sampling import SampleContext

from . import actions, queries
from .actions import Application
from .rules import Content, Price, survey_code, survey_times

SYSTEM: Final = system_actor("sample", purpose="sample")
DIVISION: Final = "community"
LINE: Final = "みどり市場指数 終値 1234.56"
FILE: Final = Path(__file__).parent / "sample_events.toml"
SAID: Final = 7
WORDS: Final = ("古い地図が見られてよかったです。", "声が少し聞こえにくかったです。")
OWN: Final = frozenset({"becomes", "entries", "back", "day", "until"})
MOMENTS: Final = ("opens_at", "closes_at", "withdraw_until", "draw_at")
GIVEN: Final[Mapping[str, Any]] = {
    "organiser": "みどり区",
    "contact_name": "地域振興課",
    "contact_phone": "03-0000-0000",
    "place_name": "みどり区民センター",
    "address": "東京都みどり区みどり町1-1",
    "access": "みどり駅から歩いて5分",
    "accessibility": ("wheelchair", "toilet"),
}


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), TOKYO)


def content_of(row: Mapping[str, Any], today: date) -> Content:
    """An event of the file, as of a day."""

    def soon(days: int) -> date:
        return today + timedelta(days=days)

    given: dict[str, Any] = {**GIVEN, **{key: value for key, value in row.items() if key not in OWN}}
    given |= {name: _at(soon(row[name][0]), row[name][1]) for name in MOMENTS if name in row}
    given |= {"first": soon(row["day"]), "until": soon(row["until"]) if "until" in row else None}
    given |= {"starts": time(row.get("starts", 10)), "ends": time(row.get("ends", 12))}
    given |= {name: tuple(row[name]) for name in ("languages", "accessibility") if name in row}
    given["prices"] = tuple(Price(**one) for one in row.get("prices", ()))
    given["cancel_steps"] = tuple(CancelStep(*one) for one in row.get("cancel_steps", ()))
    return Content(**given)


def fill(context: SampleContext) -> None:
    """A dozen events, entered by some residents. What is there already stays."""
    division = accounts.division(DIVISION)
    if division is None or queries.events_of_divisions([division.id], limit=1):
        return
    rng = context.rng_for("events")
    year = context.today.year
    people = registry.residents_born_between(date(year - 60, 1, 1), date(year - 25, 1, 1), limit=400)
    others = [one for one in people if one not in context.played]
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["event"]
    for row in rows:
        content = content_of(row, context.today)
        with clock.standing_at(_at(context.today - timedelta(days=row.get("back", 0)), 12)):
            code = actions.create_event(actor=SYSTEM, division_id=division.id, content=content)
            if row["becomes"] != "draft":
                actions.publish_event(actor=SYSTEM, code=code)
            guests = sorted(context.played) if row["becomes"] == "over" else []
            _enter(rng, code, content, [*guests, *rng.sample(others, min(row.get("entries", 0), len(others)))])
            _pay(code)
        _finish(row["becomes"], code, context.today)
        if row["becomes"] == "over":
            _say(rng, code, context.today)
    actions.leave_search(actor=SYSTEM)


def _enter(rng: random.Random, code: str, content: Content, people: Sequence[str]) -> None:
    found = queries.event(code)
    codes = list(dict.fromkeys(item for item, _slot in found.slots)) if found else []
    for place, number in enumerate(people):
        actions.enter_event(
            actor=SYSTEM, code=code, addressee_no=number, dedupe_key=f"sample:{code}:{place}",
            channel="telephone" if place % 3 == 2 else "web",
            application=Application(
                choices=[rng.choice(codes)], phone="03-0000-0001",
                companions=["同伴 一郎"] if content.most_people > 1 and place % 2 else [],
                counts=_counts(content, 2 if content.most_people > 1 and place % 2 else 1),
            ),
        )  # fmt: skip


def _counts(content: Content, people: int) -> Mapping[str, int]:
    keys = [one.key for one in content.prices]
    return {keys[0]: 1, keys[1]: people - 1} if len(keys) > 1 else {}


def _pay(code: str) -> None:
    """Who entered on the web has paid; who telephoned pays until the day."""
    found = queries.event(code)
    if found is None or found.offering_id is None or not found.content.pay_first:
        return
    with unit(SYSTEM):
        for one in booking.entries_of(found.offering_id):
            charge = booking.charge_of(one.id) if one.channel == "web" else None
            if charge is not None and charge.state == "due":
                payments.record_counter_payment(
                    actor=SYSTEM, charge_id=charge.id, method="counter_card", slip=f"S-{one.number}"
                )


def _finish(what: str, code: str, today: date) -> None:
    found = queries.event(code)
    if found is None or found.offering_id is None:
        return
    if what == "cancelled":
        actions.cancel_event(actor=SYSTEM, code=code, reason="台風が近づいているため")
    if what == "over":
        with unit(SYSTEM):
            here = [one for one in booking.entries_of(found.offering_id) if one.state == "taken"]
        taken = [one.id for one in sorted(here, key=lambda one: one.account_id is None)]
        with clock.standing_at(_at(today - timedelta(days=4), 10)):
            for entry_id in taken[:-1]:
                booking_actions.check_in(actor=SYSTEM, entry_id=entry_id)
        booking_actions.mark_no_shows(actor=SYSTEM, offering_id=found.offering_id)
    if what == "drawn" and found.content.draw_at is not None:
        with clock.standing_at(found.content.draw_at - timedelta(minutes=30)):
            draw = booking_actions.freeze_draw(
                actor=SYSTEM,
                offering_id=found.offering_id,
                draw_id=f"{code}-1",
                randomness_due_at=found.content.draw_at,
                beacon={"kind": "text", "sources": found.content.text_source},
            )
        with clock.standing_at(found.content.draw_at + timedelta(minutes=5)):
            randomness = hashlib.sha256(LINE.encode()).hexdigest()
            booking_actions.perform_draw(actor=SYSTEM, draw_pk=draw, randomness=randomness, line=LINE)


def _say(rng: random.Random, code: str, today: date) -> None:
    """The division asked who took part, and some have answered."""
    found = queries.event(code)
    if found is None:
        return
    name, questions = survey_code(found.id), STANDARD
    opens_at, closes_at = survey_times([slot for _code, slot in found.slots])
    surveys.set_survey(
        actor=SYSTEM, code=name, division_id=found.division_id, questions=questions, opens_at=opens_at,
        closes_at=closes_at,
    )  # fmt: skip
    with clock.standing_at(_at(today - timedelta(days=3), 12)):
        for number in range(SAID):
            said = {one.key: rng.choice(one.options[:3])[0] for one in questions if one.options}
            if number < len(WORDS):
                said["remarks"] = WORDS[number]
            surveys.reply(actor=SYSTEM, code=name, respondent=f"sample:{number}", answers=said)
