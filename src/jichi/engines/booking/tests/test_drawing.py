"""Draws of an offering: frozen before the randomness, drawn once, never changed, chained, public."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from conftest import shared_world
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import unit
from jichi.engines.booking import actions, queries
from jichi.engines.booking.models import Draw, Entry, Item, Offering
from jichi.engines.booking.rules import draw as rules
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from . import hall as place
from .hall import SYSTEM, Hall, counted, enter, offer, state

hall = shared_world(place.build)
pytestmark = pytest.mark.django_db
LINE = "closing index 35624.48"
R = hashlib.sha256(LINE.encode()).hexdigest()
SEED = "11" * 32


def closed(hall: Hall, people: int = 6, **more: Any) -> tuple[UUID, list[Any]]:
    """A lottery for 3 places with entries, closed."""
    offering = offer(hall, 3, mode="lottery", **more)
    entries = [enter(offering, f"p{n}") for n in range(people)]
    actions.close_offering(actor=SYSTEM, offering_id=offering)
    return offering, entries


def freeze(offering: UUID, draw_id: str = "draw-1", minutes: int = 15, **more: Any) -> int:
    return actions.freeze_draw(
        actor=more.pop("actor", SYSTEM), offering_id=offering, draw_id=draw_id,
        beacon={"kind": "text", "sources": "index"}, randomness_due_at=clock.now() + timedelta(minutes=minutes), **more,
    )  # fmt: skip


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Move the house's clock."""
    real = clock.now

    def move(minutes: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=minutes))

    return move


def follows(draw: int) -> list[dict[str, str]]:
    """The changes of the published record, which verifies with them."""
    text = queries.record_of(draw)
    assert text is not None
    record = json.loads(text)
    verdict = rules.verify_record(record)
    assert verdict.passed, verdict.difference
    return list(record["changes"])


def test_a_draw_from_the_freeze_to_the_record(hall: Hall, later: Any) -> None:
    offering, entries = closed(hall, waiting_list=True)
    draw = freeze(offering, commitment=rules.commitment_of(bytes.fromhex(SEED)).hex())
    later(16)
    found = actions.perform_draw(actor=hall.clerk, draw_pk=draw, randomness=R, line=LINE, operator_seed=SEED)
    record = json.loads(Draw.objects.get(pk=draw).record)
    assert rules.record_sha256(record) == found
    verdict = rules.verify_record(record)
    assert verdict.passed, verdict.difference
    assert record["beacon"]["verified"] is True
    assert record["entries_count"] == 6
    won = sorted(state(entry.entry_id) for entry in entries)
    assert won == ["placed"] * 3 + ["waiting"] * 3
    assert counted(offering) == {"A": (3, 3)}
    with unit(SYSTEM):
        line = list(Entry.objects.filter(offering_id=offering, state="waiting").order_by("sequence"))
    assert [entry.number for entry in line] == record["waitlists"]["A"]
    winner = next(entry for entry in entries if state(entry.entry_id) == "placed")
    actions.withdraw(actor=SYSTEM, entry_id=winner.entry_id)
    assert state(line[0].pk) == "placed"
    actions.withdraw(actor=SYSTEM, entry_id=line[1].pk)
    actions.withdraw(actor=SYSTEM, entry_id=line[0].pk)
    assert [change["kind"] for change in follows(draw)] == ["release", "promote", "decline", "release", "promote"]
    assert state(line[2].pk) == "placed"
    for change in ([], [{"kind": "release"}]):
        unchanged(draw, {"changes": change})
    assert "hanako" not in json.dumps(record)


def test_a_late_entry_into_a_frozen_list_is_refused_and_logged(hall: Hall) -> None:
    offering, _ = closed(hall)
    freeze(offering)
    with unit(SYSTEM), transaction.atomic():
        Offering.objects.filter(pk=offering).update(state="open")  # opened by mistake
    assert enter(offering, "late").outcome == "closed"
    trail = audit.events_of(table="eng_booking_entry", object_id=str(offering))
    assert [(event.action, event.detail) for event in trail] == [("denied", {"reason": "closed"})]
    with unit(SYSTEM):
        assert Entry.objects.filter(offering_id=offering).count() == 6


def test_who_withdraws_during_the_draw_gives_the_place_to_the_next(hall: Hall, later: Any) -> None:
    offering, entries = closed(hall, people=4, waiting_list=True)
    draw = freeze(offering)
    later(16)
    actions.withdraw(actor=SYSTEM, entry_id=entries[0].entry_id)
    actions.perform_draw(actor=SYSTEM, draw_pk=draw, randomness=R, line=LINE)
    assert json.loads(Draw.objects.get(pk=draw).record)["entries_count"] == 4
    assert state(entries[0].entry_id) == "withdrawn"
    assert [state(entry.entry_id) for entry in entries[1:]] == ["placed"] * 3
    assert counted(offering) == {"A": (3, 3)}
    follows(draw)


def test_a_rule_is_not_changed_after_the_freeze_nor_for_a_draw_that_was_held(hall: Hall, later: Any) -> None:
    offering, _ = closed(hall, waiting_list=True)
    rules_now: tuple[tuple[Any, dict[str, Any]], ...] = (
        (Offering, {"strict": True}), (Offering, {"mode": "lottery_then_first_come"}), (Offering, {"tiers": [[]]}),
        (Offering, {"weights": [{"when": [], "weight": 2}]}), (Offering, {"conditions": [{"kind": "resident"}]}),
        (Offering, {"most_people": 9}), (Item, {"capacity": 99}), (Item, {"code": "Z"}),
    )  # fmt: skip

    def change(model: Any, given: dict[str, Any]) -> None:
        which = {"pk": offering} if model is Offering else {"offering_id": offering}
        with unit(SYSTEM), transaction.atomic():
            model.objects.filter(**which).update(**given)

    change(Item, {"capacity": 4})  # before the freeze it may be
    change(Item, {"capacity": 3})
    draw = freeze(offering)
    for model, given in rules_now:
        with pytest.raises(IntegrityError, match="frozen"):
            change(model, given)
    with pytest.raises(IntegrityError, match="frozen"), unit(SYSTEM), transaction.atomic():
        Item.objects.create(offering_id=offering, code="B", title={"ja": "追加"}, capacity=9)
    later(16)
    actions.perform_draw(actor=SYSTEM, draw_pk=draw, randomness=R, line=LINE)
    assert json.loads(Draw.objects.get(pk=draw).record)["params"]["items"] == [{"capacity": 3, "id": "A"}]
    with pytest.raises(IntegrityError, match="frozen"):
        change(Offering, {"strict": True})
    change(Item, {"capacity": 4})  # another place, for who waits
    assert follows(draw) == []


def test_after_a_void_draw_rules_may_change_again(hall: Hall) -> None:
    offering, _ = closed(hall)
    draw = freeze(offering)
    actions.void_draw(actor=SYSTEM, draw_pk=draw, reason="規則の誤り")
    with unit(SYSTEM):
        Offering.objects.filter(pk=offering).update(strict=True)
    again = freeze(offering, "draw-2", reason="規則の誤り")
    assert json.loads(Draw.objects.get(pk=again).params)["fill"] == "strict"


def unchanged(draw: int, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), unit(SYSTEM), transaction.atomic():
        Draw.objects.filter(pk=draw).update(**change)


def test_what_is_frozen_stays_whatever_the_code_does(hall: Hall) -> None:
    offering, entries = closed(hall)
    draw = freeze(offering)
    for change in ({"params": "{}"}, {"entries": ""}, {"entries_sha256": "0"}, {"draw_id": "x"},
                   {"frozen_at": clock.now()},
                   {"randomness_due_at": clock.now()}, {"commitment": "x"}, {"state": "drawn"}):  # fmt: skip
        unchanged(draw, change)
    with pytest.raises(IntegrityError), unit(SYSTEM), transaction.atomic():
        Draw.objects.filter(pk=draw).delete()
    with pytest.raises(IntegrityError), unit(SYSTEM), transaction.atomic():
        Entry.objects.filter(pk=entries[0].entry_id).update(weight=5)


def test_a_drawn_record_is_not_changed_nor_drawn_again(hall: Hall, later: Any) -> None:
    offering, _ = closed(hall)
    draw = freeze(offering)
    later(16)
    actions.perform_draw(actor=SYSTEM, draw_pk=draw, randomness=R, line=LINE)
    for change in ({"record": "{}"}, {"record_sha256": "0"}, {"drawn_at": clock.now()}, {"state": "frozen"}):
        unchanged(draw, change)
    with pytest.raises(Conflict):
        actions.perform_draw(actor=SYSTEM, draw_pk=draw, randomness="00" * 32)
    with pytest.raises(Conflict):
        freeze(offering, "draw-2", reason="another wish")
    with pytest.raises(Conflict):
        actions.void_draw(actor=SYSTEM, draw_pk=draw, reason="another wish")


def test_a_second_draw_needs_a_published_reason_and_a_new_name(hall: Hall, later: Any) -> None:
    offering, _ = closed(hall)
    first = freeze(offering)
    with pytest.raises(Invalid):
        actions.void_draw(actor=SYSTEM, draw_pk=first, reason=" ")
    actions.void_draw(actor=SYSTEM, draw_pk=first, reason="種が公表されなかった")
    with pytest.raises(Conflict):
        freeze(offering, "draw-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        freeze(offering, "draw-1", reason="種が公表されなかった")
    second = freeze(offering, "draw-2", reason="種が公表されなかった")
    later(16)
    actions.perform_draw(actor=SYSTEM, draw_pk=second, randomness=R, line=LINE)
    assert json.loads(Draw.objects.get(pk=second).record)["reason"] == "種が公表されなかった"


@pytest.mark.parametrize("minutes", [0, 9])
def test_the_list_is_frozen_ten_minutes_before_the_randomness(hall: Hall, minutes: int) -> None:
    offering, _ = closed(hall)
    with pytest.raises(Invalid):
        freeze(offering, minutes=minutes)
    assert not Draw.objects.exists()


def test_nothing_is_frozen_while_entries_come_in_or_without_a_lottery(hall: Hall) -> None:
    with pytest.raises(Conflict):
        freeze(offer(hall, 3, mode="lottery"))
    first_come = offer(hall, 3)
    actions.close_offering(actor=SYSTEM, offering_id=first_come)
    with pytest.raises(Conflict):
        freeze(first_come)
    offering, _ = closed(hall)
    with pytest.raises(Forbidden):
        freeze(offering, actor=hall.stranger)
    assert not Draw.objects.exists()


@pytest.mark.parametrize(
    ("minutes", "given", "refusal"),
    [
        (5, {"randomness": R, "line": LINE, "operator_seed": SEED}, Conflict),
        (16, {"randomness": "00", "operator_seed": SEED}, Invalid),
        (16, {"randomness": "00" * 32, "line": LINE, "operator_seed": SEED}, Invalid),
        (16, {"randomness": "zz" * 32, "operator_seed": SEED}, Invalid),
        (16, {"randomness": R, "line": LINE}, Invalid),
        (16, {"randomness": R, "line": LINE, "operator_seed": "22" * 32}, Invalid),
    ],
    ids=["too early", "short", "of another line", "no hex", "seed withheld", "another seed"],
)
def test_wrong_or_early_randomness_draws_nothing(
    hall: Hall, later: Any, minutes: int, given: dict[str, str], refusal: type[Exception]
) -> None:
    offering, _ = closed(hall)
    draw = freeze(offering, commitment=rules.commitment_of(bytes.fromhex(SEED)).hex())
    later(minutes)
    with pytest.raises(refusal):
        actions.perform_draw(actor=SYSTEM, draw_pk=draw, **given)
    assert (Draw.objects.get(pk=draw).state, counted(offering)) == ("frozen", {"A": (0, 0)})


def test_records_are_one_chain_over_all_offerings(hall: Hall, later: Any) -> None:
    draws = [freeze(closed(hall)[0], f"draw-{n}") for n in range(3)]
    later(16)
    hashes = [actions.perform_draw(actor=SYSTEM, draw_pk=draw, randomness=R, line=LINE) for draw in draws]
    assert [Draw.objects.get(pk=draw).previous_sha256 for draw in draws] == ["", *hashes[:2]]


def test_after_the_lottery_first_come(hall: Hall, later: Any) -> None:
    offering = offer(hall, 3, mode="lottery_then_first_come", closes_at=clock.now() + timedelta(days=30))
    enter(offering, "early")
    with unit(SYSTEM):
        Offering.objects.filter(pk=offering).update(state="closed")
    draw = freeze(offering)
    later(16)
    actions.perform_draw(actor=SYSTEM, draw_pk=draw, randomness=R, line=LINE)
    with unit(SYSTEM):
        Offering.objects.filter(pk=offering).update(state="open")
    assert [enter(offering).outcome for _ in range(3)] == ["taken", "taken", "full"]
    assert counted(offering) == {"A": (3, 3)}
