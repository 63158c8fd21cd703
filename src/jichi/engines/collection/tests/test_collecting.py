"""What is levied, paid, left over and given back: figures equal the ledger after every act."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, models

from conftest import shared_world
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.collection import actions, queries
from jichi.engines.collection.actions import NewAssessment
from jichi.engines.collection.models import Allocation, Assessment, Instalment, Receipt
from jichi.engines.collection.queries import InstalmentView
from jichi.engines.collection.rules.keys import is_payment_key, payment_key
from jichi.engines.ledger import queries as ledger
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from . import town as desk
from .town import PAYER, SYSTEM, Town, assessment, levy, pay

pytestmark = pytest.mark.django_db

town = shared_world(desk.build)
IN_TIME, LATE = date(2026, 6, 15), date(2026, 11, 20)


def right() -> None:
    """Figures equal the ledger, and the ledger balances."""
    assert queries.wrong() == ()
    assert ledger.wrong() == ()


def accounts(on: date = date(2027, 3, 31)) -> dict[str, int]:
    with unit(SYSTEM):
        return {account: yen for account, yen in ledger.balances(on=on).items() if yen}


def view(instalment: Instalment, today: date = LATE) -> InstalmentView:
    with unit(SYSTEM):
        (found,) = queries.standings(ids=[instalment.pk], today=today)
    return found


def left() -> list[tuple[str, int]]:
    with unit(SYSTEM):
        return [(str(Receipt.objects.get(pk=row.receipt_id).dedupe_key), row.left_yen) for row in queries.unallocated()]


# -- levying ----------------------------------------------------------------------------------------


def test_an_assessment_opens_instalments_with_keys_and_posts(db: None, town: Town) -> None:
    first, second = levy(33_400, 30_000)
    assert (first.due_on, first.amount_yen, second.amount_yen) == (date(2026, 6, 30), 33_400, 30_000)
    assert is_payment_key(first.key)
    assert first.key != second.key
    assert accounts() == {"claims": 63_400, "revenue": -63_400}
    assert (view(first).state, view(first).owed) == ("open", 33_400 + view(first).late)
    right()
    (event,) = audit.events_of(table="eng_collection_assessment", object_id=str(first.assessment_id))
    assert (event.action, event.subject) == ("insert", PAYER)


@pytest.mark.parametrize("serial", [1, 9, 10, 123_456, 9_999_999_999_999])
def test_the_database_makes_the_same_keys(db: None, serial: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT collection_key(%s)", (serial,))
        assert cursor.fetchone()[0] == payment_key(serial)


def test_a_run_pressed_twice_is_one_run(db: None, town: Town) -> None:
    run = [assessment(f"run:{number}", 1_000 + number, payer=str(number)) for number in range(30)]
    with unit(SYSTEM):
        assert queries.preview_assessments(assessments=run).yen == 30_435
    assert actions.open_assessments(actor=town.clerk, assessments=run) == 30
    assert actions.open_assessments(actor=town.clerk, assessments=run) == 0
    assert accounts()["claims"] == 30_435
    changed = [*run[:10], assessment("run:10", 5), assessment("run:30", 7), assessment("run:30", 7), assessment("e", 0)]
    with unit(town.clerk):
        found = queries.preview_assessments(assessments=changed)
    assert (found.count, found.yen, found.there, found.differs, found.twice, found.empty) == (
        2, 14, 10, ("run:10",), ("run:30",), 1,
    )  # fmt: skip
    right()


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (assessment("x", 5, kind="after-school"), "collection.unknown_kind"),
        (assessment("x", 5, kind="nothing"), "collection.unknown_kind"),
        (NewAssessment(dedupe_key="x", kind="resident-tax", levy_year=2026, fiscal_year=2026, assessed_on=IN_TIME,
                            decision_ref="1", lines=(("a", "a", 5),), instalments=((IN_TIME, 4),)), "collection.total"),
    ],
)  # fmt: skip
def test_what_can_not_be_levied_changes_nothing(db: None, town: Town, one: NewAssessment, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.open_assessments(actor=town.clerk, assessments=[assessment("y", 5), one])
    assert refused.value.code == code
    with unit(SYSTEM):
        assert Assessment.objects.count() == 0


# -- paying -----------------------------------------------------------------------------------------


def test_paid_in_time(db: None, town: Town) -> None:
    first, _ = levy(33_400, 30_000)
    assert pay("r1", first.key.ljust(21, "0"), 33_400, IN_TIME) == 1
    assert pay("r1", first.key.ljust(21, "0"), 33_400, IN_TIME) == 0
    found = view(first)
    assert (found.state, found.paid, found.late, found.owed) == ("paid", 33_400, 0, 0)
    assert accounts() == {"agents": 33_400, "claims": 30_000, "revenue": -63_400}
    assert left() == []
    right()


def test_paid_late_fixes_the_charge(db: None, town: Town) -> None:
    """65,000 due 30 June, paid 20 November: 31 days at 2.8 %, 112 at 9.1 %: 154 + 1,815 = 1,969 → 1,900."""
    (first,) = levy(65_000)
    assert (view(first).late, view(first).is_fixed) == (1_900, False)
    pay("r1", first.key, 65_000, LATE)
    found = view(first, date(2026, 12, 31))
    assert (found.state, found.late, found.is_fixed, found.owed) == ("late_open", 1_900, True, 1_900)
    assert accounts() == {"agents": 65_000, "claims_late": 1_900, "revenue": -65_000, "revenue_late": -1_900}
    pay("r2", first.key, 1_900, date(2026, 12, 1))
    assert view(first).state == "paid"
    right()


def test_too_much_too_often_and_nobodys_is_left_over(db: None, town: Town) -> None:
    (first,) = levy(10_000)
    pay("later", first.key, 10_000, date(2026, 6, 20))
    pay("first", first.key, 10_500, IN_TIME)
    pay("nobody", "12345", 700, IN_TIME)
    assert left() == [("first", 500), ("nobody", 700), ("later", 10_000)]
    assert view(first).state == "paid"
    assert accounts()["unallocated"] == -11_200
    right()


def test_a_part_is_paid(db: None, town: Town) -> None:
    (first,) = levy(10_000)
    pay("r1", first.key, 4_000, IN_TIME)
    assert (view(first, IN_TIME).state, view(first, IN_TIME).owed) == ("part", 6_000)
    right()


def test_a_receipt_recorded_by_mistake_is_taken_back(db: None, town: Town) -> None:
    (first,) = levy(65_000)
    pay("r1", first.key, 65_000, LATE)
    with unit(SYSTEM):
        receipt = Receipt.objects.get().pk
    assert actions.reverse_receipt(actor=town.clerk, receipt_id=receipt, reason="入力誤り", decision_ref="8納税第2号")
    assert not actions.reverse_receipt(actor=town.clerk, receipt_id=receipt, reason="同上", decision_ref="8納税第2号")
    assert (view(first).state, view(first).is_fixed) == ("open", False)
    assert accounts() == {"claims": 65_000, "revenue": -65_000}
    right()


# -- changing ---------------------------------------------------------------------------------------


def change(actor: Actor, instalment: Instalment, kind: str, yen: int, key: str = "c1") -> bool:
    return actions.change_instalment(
        actor=actor, instalment_id=instalment.pk, kind=kind, amount_yen=yen, reason="所得の更正",  # type: ignore[arg-type] # wrong ones are tried too
        decision_ref="8納税第3号", decided_on=date(2026, 7, 1), dedupe_key=key,
    )  # fmt: skip


def test_a_reduction_after_payment_leaves_money_over(db: None, town: Town) -> None:
    (first,) = levy(10_000)
    pay("r1", first.key, 10_000, IN_TIME)
    assert change(town.clerk, first, "reduced", 3_000)
    assert not change(town.clerk, first, "reduced", 3_000)
    assert left() == [("r1", 3_000)]
    assert (view(first).tax, view(first).paid) == (7_000, 7_000)
    right()
    assert change(town.clerk, first, "cancelled", 0, "c2")
    assert (left(), view(first).state) == ([("r1", 10_000)], "none")
    assert change(town.clerk, first, "increased", 4_000, "c3")
    assert (left(), view(first).state) == ([("r1", 6_000)], "paid")
    right()


def test_written_off(db: None, town: Town) -> None:
    (first,) = levy(10_000)
    change(town.clerk, first, "written_off", 10_000)
    assert accounts() == {"revenue": -10_000, "written_off": 10_000}
    right()


@pytest.mark.parametrize(("kind", "yen"), [("reduced", 10_001), ("reduced", 0), ("exempted", -1)])
def test_a_change_that_can_not_be_changes_nothing(db: None, town: Town, kind: str, yen: int) -> None:
    (first,) = levy(10_000)
    with pytest.raises(Invalid) as refused:
        change(town.clerk, first, kind, yen)
    assert refused.value.code == "collection.amount"
    assert view(first).tax == 10_000
    assert accounts() == {"claims": 10_000, "revenue": -10_000}


def test_lateness_is_waived_by_amount_and_by_period(db: None, town: Town) -> None:
    """Both 1,900; from 1 October on exempt: 31 days at 2.8 %, 61 at 9.1 %: 154 + 988 = 1,142 → 1,100."""
    (first,), (second,) = levy(65_000), levy(65_000, key="b")
    pay("r1", first.key, 65_000, LATE)
    pay("r2", second.key, 65_000, LATE)
    change(town.clerk, first, "late_waived", 1_000)
    assert (view(first).late, view(second).late) == (900, 1_900)
    assert actions.grant_relief(
        actor=town.clerk, instalment_id=second.pk, kind="all", first_day=date(2026, 10, 1),
        last_day=date(2026, 12, 31), reason="災害", decision_ref="8納税第4号",
    )  # fmt: skip
    assert view(second).late == 1_100
    assert accounts()["claims_late"] == 2_000
    right()


# -- putting elsewhere, giving back ---------------------------------------------------------------------


def twice(town: Town) -> tuple[Instalment, Instalment, int]:
    """Two instalments; the first is paid twice; the receipt that is left over."""
    first, second = levy(10_000, 8_000)
    pay("r1", first.key, 10_000, IN_TIME)
    pay("r2", first.key, 10_000, date(2026, 6, 20))
    with unit(SYSTEM):
        (over,) = queries.unallocated()
    return first, second, over.receipt_id


def put(town: Town, receipt: int, instalment: Instalment, yen: int, key: str = "p1") -> bool:
    return actions.apply_surplus(
        actor=town.clerk, receipt_id=receipt, instalment_id=instalment.pk, amount_yen=yen, counts_on=date(2026, 7, 10),
        decision_ref="8納税第5号", dedupe_key=key,
    )  # fmt: skip


def test_what_is_left_over_is_put_to_another_instalment(db: None, town: Town) -> None:
    first, second, receipt = twice(town)
    assert put(town, receipt, second, 8_000)
    assert not put(town, receipt, second, 8_000)
    assert (view(first).state, view(second).state, left()) == ("paid", "paid", [("r2", 2_000)])
    right()
    with pytest.raises(Invalid):
        put(town, receipt, second, 2_001, "p2")
    with pytest.raises(Conflict) as refused:
        actions.reverse_receipt(actor=town.clerk, receipt_id=receipt, reason="誤り", decision_ref="1")
    assert refused.value.code == "collection.in_use"
    with unit(SYSTEM):
        child = Receipt.objects.get(channel="applied").pk
    actions.reverse_receipt(actor=town.clerk, receipt_id=child, reason="充当誤り", decision_ref="8納税第6号")
    assert (view(second).state, left()) == ("open", [("r2", 10_000)])
    right()


def test_a_refund_with_interest(db: None, town: Town) -> None:
    """Paid by mistake on 20 June 2026: interest from 21 July; decided on 31 March 2027 it needs the rates of 2027."""
    first, _, receipt = twice(town)
    decide = {"actor": town.clerk, "receipt_id": receipt, "reason": "mistaken", "decision_ref": "8納税第7号"}
    with pytest.raises(Invalid) as refused:
        actions.decide_refund(**decide, amount_yen=10_000, decided_on=date(2027, 3, 31), dedupe_key="f")  # type: ignore[arg-type] # shared arguments
    assert refused.value.code == "collection.rate_missing"
    with pytest.raises(Invalid):
        actions.decide_refund(**decide, amount_yen=10_001, decided_on=LATE, dedupe_key="f")  # type: ignore[arg-type] # shared arguments
    refund = actions.decide_refund(**decide, amount_yen=10_000, decided_on=LATE, dedupe_key="f")  # type: ignore[arg-type] # shared arguments
    assert actions.decide_refund(**decide, amount_yen=10_000, decided_on=LATE, dedupe_key="f") == refund  # type: ignore[arg-type] # shared arguments
    assert (accounts()["refunds_due"], left()) == (-10_000, [])
    right()
    assert actions.record_refund_paid(actor=town.clerk, refund_id=refund, paid_on=LATE)
    assert not actions.record_refund_paid(actor=town.clerk, refund_id=refund, paid_on=LATE)
    assert accounts() == {"agents": 20_000, "cash": -10_000, "claims": 8_000, "revenue": -18_000}
    assert view(first).state == "paid"
    right()


def test_large_refunds_bear_interest(db: None, town: Town) -> None:
    """1,000,000 × 1.3 % × 123 days (21 July to 20 November) ÷ 365 = 4,380 → 4,300."""
    (first,) = levy(1_000_000)
    pay("r1", first.key, 1_000_000, IN_TIME)
    pay("r2", first.key, 1_000_000, date(2026, 6, 20))
    with unit(SYSTEM):
        (over,) = queries.unallocated()
    actions.decide_refund(
        actor=town.clerk, receipt_id=over.receipt_id, amount_yen=1_000_000, reason="mistaken", decided_on=LATE,
        decision_ref="8納税第8号", dedupe_key="f",
    )  # fmt: skip
    assert (accounts()["refund_interest"], accounts()["refunds_due"]) == (4_300, -1_004_300)
    right()


# -- who may, and what the database refuses -------------------------------------------------------------


def test_other_divisions_and_readers_change_nothing(db: None, town: Town) -> None:
    (first,) = levy(10_000)
    with pytest.raises(NotFound):
        change(town.stranger, first, "reduced", 1)
    with pytest.raises(Forbidden):
        change(town.reader, first, "reduced", 1)
    with pytest.raises(Forbidden):
        actions.open_assessments(actor=Actor(kind="resident"), assessments=[assessment("z", 1)])
    with unit(town.stranger):
        assert queries.of_payer(payer_no=PAYER, today=LATE) == []
        assert queries.unallocated() == []
    with unit(town.reader):
        assert [found.tax for found in queries.of_payer(payer_no=PAYER, today=LATE)] == [10_000]
    assert accounts() == {"claims": 10_000, "revenue": -10_000}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE eng_collection_assessment SET total_yen = 1",
        "DELETE FROM eng_collection_assessment",
        "UPDATE eng_collection_instalment SET due_on = '2030-01-01'",
        "UPDATE eng_collection_receipt SET amount_yen = 1",
        "DELETE FROM eng_collection_allocation",
        ("INSERT INTO eng_collection_allocation (instalment_id, receipt_id, step, principal_yen, late_yen, "
        "recorded_at) SELECT instalment_id, id, 9, 1, 0, now() FROM eng_collection_receipt"),
        ("INSERT INTO eng_collection_change (dedupe_key, instalment_id, kind, amount_yen, reason, decision_ref, "
        "decided_on, recorded_at) SELECT 'x', id, 'reduced', -10001, 'x', 'x', now(), now() "
        "FROM eng_collection_instalment"),
        ("INSERT INTO eng_collection_refund (id, dedupe_key, receipt_id, reason, amount_yen, interest_yen, "
        "interest_from, decided_on, decision_ref, recorded_at) SELECT gen_random_uuid(), 'x', id, 'mistaken', 1, 0, "
        "now(), now(), 'x', now() FROM eng_collection_receipt"),
    ],
)  # fmt: skip
def test_the_database_keeps_what_was_written(db: None, town: Town, statement: str) -> None:
    (first,) = levy(10_000)
    pay("r1", first.key, 10_000, IN_TIME)
    with pytest.raises(IntegrityError), unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement)
    right()


def test_limitation_from_stored_events(db: None, town: Town) -> None:
    """Due 30 June 2026, a demand on 20 July: to 30 July 2031, then a seizure that lasts, and ends."""
    (first,) = levy(10_000)
    actions.note_event(actor=town.clerk, instalment_id=first.pk, kind="demand", on=date(2026, 7, 20), reference="督1")
    with unit(SYSTEM):
        assert queries.lapsing(today=date(2031, 7, 1)) == [(first.pk, date(2031, 7, 30))]
        assert queries.lapsing(today=date(2031, 1, 1)) == []
    seized = {"actor": town.clerk, "instalment_id": first.pk, "kind": "seizure", "on": date(2027, 1, 5)}
    assert actions.note_event(**seized, reference="差1")  # type: ignore[arg-type] # shared arguments
    with unit(SYSTEM):
        assert queries.lapsing(today=date(2031, 7, 1)) == []
    assert actions.note_event(**seized, until=date(2027, 2, 1), reference="差1")  # type: ignore[arg-type] # shared arguments
    assert not actions.note_event(**seized, until=date(2027, 2, 1), reference="差1")  # type: ignore[arg-type] # shared arguments
    with unit(SYSTEM):
        assert queries.lapsing(today=date(2032, 1, 1)) == [(first.pk, date(2032, 2, 1))]


def test_lateness_of_all_at_once_is_that_of_each(db: None, town: Town) -> None:
    first, second = levy(65_000, 45_900)
    (third,) = levy(123_456, key="b")
    pay("r1", second.key, 20_000, date(2026, 10, 2))
    actions.grant_relief(actor=town.clerk, instalment_id=third.pk, kind="half", first_day=date(2026, 9, 1),
                         last_day=date(2026, 9, 30), reason="病気", decision_ref="1")  # fmt: skip
    with unit(SYSTEM):
        found = queries.late_as_of(day=LATE)
    expected = {one.pk: view(one).late for one in (first, second, third)}
    assert found == {pk: yen for pk, yen in expected.items() if yen}
    assert found[first.pk] == 1_900
    with unit(SYSTEM):
        assert Allocation.objects.count() == 1


@pytest.mark.parametrize(
    ("receipt", "instalment", "constraint"),
    [
        (0, 10**9, "collection_allocation_sides"),
        (10**9, 0, "collection_allocation_sides"),
        (None, 10**9, "collection_receipt_instalment"),
    ],
)
def test_what_money_names_is_there(db: None, town: Town, receipt: int | None, instalment: int, constraint: str) -> None:
    (first,) = levy(10_000)
    pay("x", first.key, 4_000, IN_TIME)
    with unit(SYSTEM):
        came, there = Receipt.objects.get(), Allocation.objects.get()
    row: models.Model
    if receipt is None:
        row, came.instalment_id, came.dedupe_key = came, instalment, "another"
    else:
        row, there.step = there, 2
        there.receipt_id, there.instalment_id = receipt or came.pk, instalment or first.pk
    row.pk = None
    row._state.adding = True
    with pytest.raises(IntegrityError, match="not there") as refused, unit(SYSTEM):
        row.save(force_insert=True)
    assert getattr(refused.value.__cause__, "diag", None).constraint_name == constraint  # type: ignore[union-attr]
    with unit(SYSTEM):
        assert (Receipt.objects.count(), Allocation.objects.count()) == (1, 1)
    right()
