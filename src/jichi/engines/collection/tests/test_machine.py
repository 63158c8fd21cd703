"""Any order and repetition of receipts, reversals, changes and refunds ends in equal balances; all accounts are 0."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.collection import actions, queries
from jichi.engines.collection.models import Instalment, Receipt
from jichi.engines.collection.rules.settling import Credit, Facts, settle
from jichi.engines.ledger import queries as ledger
from jichi.kernel.errors import Conflict, Invalid

from . import town as desk
from .town import SYSTEM, Town, levy, money

pytestmark = pytest.mark.django_db

town = shared_world(desk.build)
DAY = date(2026, 6, 20)

RECEIPTS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60_000), st.integers(0, 150)), min_size=1, max_size=6)
"""Instalment (2: nobody's), yen, days after `DAY`."""


def balances() -> dict[tuple[str, str], int]:
    """Every balance by account and thing, and by account."""
    with unit(SYSTEM):
        items = [*Instalment.objects.values_list("key", flat=True)]
        found = ledger.item_balances(items=items)
        names = {row.pk: row.dedupe_key for row in Receipt.objects.all()}
        left = {("left", names[row.receipt_id]): row.left_yen for row in queries.unallocated()}
        totals = {("all", account): yen for account, yen in ledger.balances(on=date(2028, 1, 1)).items() if yen}
    assert sum(totals.values()) == 0
    return found | left | totals


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECEIPTS, st.data())
def test_the_order_of_arrival_does_not_matter(
    db: None, town: Town, given_: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    """The same receipts with a reduction and a reversal between them, in two orders, one of them with repeats."""
    seen: list[dict[tuple[str, str], int]] = []
    facts: list[tuple[str, int]] = [("pay", number) for number in range(len(given_))] + [("reduce", 0)]
    orders = [data.draw(st.permutations(facts)), data.draw(st.permutations([*facts, *facts]))]
    for order in orders:
        with transaction.atomic():
            parts = levy(45_900, 20_000)
            keys = [parts[0].key, parts[1].key, "0"]
            for what, number in order:
                if what == "pay":
                    at, yen, days = given_[number]
                    receipt = money(f"r{number}", keys[at], yen, DAY + timedelta(days=days))
                    actions.record_receipts(actor=SYSTEM, receipts=[receipt])
                else:
                    actions.change_instalment(
                        actor=SYSTEM, instalment_id=parts[0].pk, kind="reduced", amount_yen=9_000, reason="更正",
                        decision_ref="1", decided_on=DAY, dedupe_key="c",
                    )  # fmt: skip
                assert queries.wrong() == ()
            found = balances()
            seen.append({(kind, name if name not in keys else f"i{keys.index(name)}") if kind in {"left", "all"}
                         else (f"i{keys.index(kind)}", name): yen for (kind, name), yen in found.items()})  # fmt: skip
            assert ledger.wrong() == ()
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(0, 2), st.integers(1, 60_000), st.integers(0, 150)),
        st.tuples(st.just("reverse"), st.integers(0, 9)),
        st.tuples(st.just("change"), st.integers(0, 1), st.sampled_from(["reduced", "increased", "cancelled"]),
                  st.integers(1, 40_000)),
        st.tuples(st.just("put"), st.integers(0, 1), st.integers(1, 30_000)),
        st.tuples(st.just("refund"), st.integers(1, 30_000)),
        st.tuples(st.just("again")),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_figures_equal_the_ledger_after_every_act(db: None, town: Town, steps: list[tuple[object, ...]]) -> None:
    with transaction.atomic():
        parts = levy(45_900, 20_000)
        numbers = count()
        for step in steps:
            try:
                with unit(SYSTEM):
                    act(step, parts, next(numbers))
            except (Conflict, Invalid):
                pass
            assert queries.wrong() == (), step
            assert sum(yen for (kind, _), yen in balances().items() if kind == "all") == 0
        assert ledger.wrong() == ()
        transaction.set_rollback(True)


def act(step: tuple[object, ...], parts: list[Instalment], number: int) -> None:
    """What is done in a step; what the state does not allow is refused."""
    with unit(SYSTEM):
        left = queries.unallocated()
        receipts = list(Receipt.objects.order_by("pk"))
    if step[0] == "pay":
        at, yen, days = (int(str(part)) for part in step[1:])
        keys = [*(part.key for part in parts), "0"]
        receipt = money(f"r{number}", keys[at], yen, DAY + timedelta(days=days))
        actions.record_receipts(actor=SYSTEM, receipts=[receipt, receipt])
    elif step[0] == "reverse" and receipts:
        pk = receipts[int(str(step[1])) % len(receipts)].pk
        actions.reverse_receipt(actor=SYSTEM, receipt_id=pk, reason="誤り", decision_ref="1")
    elif step[0] == "change":
        actions.change_instalment(
            actor=SYSTEM, instalment_id=parts[int(str(step[1]))].pk, kind=step[2], amount_yen=int(str(step[3])),  # type: ignore[arg-type] # drawn from the kinds
            reason="更正", decision_ref="1", decided_on=DAY, dedupe_key=f"c{number}",
        )  # fmt: skip
    elif step[0] == "put" and left:
        actions.apply_surplus(
            actor=SYSTEM, receipt_id=left[0].receipt_id, instalment_id=parts[int(str(step[1]))].pk,
            amount_yen=int(str(step[2])), counts_on=DAY, decision_ref="1", dedupe_key=f"p{number}",
        )  # fmt: skip
    elif step[0] == "refund" and left:
        refund = actions.decide_refund(
            actor=SYSTEM, receipt_id=left[0].receipt_id, amount_yen=int(str(step[1])), reason="mistaken",
            decided_on=date(2026, 12, 1), decision_ref="1", dedupe_key=f"f{number}",
        )  # fmt: skip
        actions.record_refund_paid(actor=SYSTEM, refund_id=refund, paid_on=date(2026, 12, 10))
    elif step[0] == "again":
        for row in receipts:
            if row.source_id is None:
                again = money(row.dedupe_key, row.key, row.amount_yen, row.paid_on)
                assert actions.record_receipts(actor=SYSTEM, receipts=[again]) == 0


CREDITS = st.lists(st.builds(Credit, st.integers(1, 50), st.dates(date(2026, 6, 1), date(2026, 12, 31)),
                             st.integers(0, 60_000)), max_size=6, unique_by=lambda credit: credit.receipt)  # fmt: skip


@given(CREDITS, st.integers(0, 99_999), st.integers(0, 3_000))
def test_no_money_is_counted_twice(credits: list[Credit], tax: int, waived: int) -> None:
    found = settle(Facts(tax=tax, due_on=date(2026, 6, 30), credits=credits, waived=waived))
    yen = {credit.receipt: credit.yen for credit in credits}
    assert all(0 < share.principal + share.late <= yen[receipt] for receipt, share in found.shares.items())
    assert sum(share.principal for share in found.shares.values()) == tax - found.principal_open
    assert 0 <= found.late_open <= found.late
    left = sum(yen.values()) - sum(share.principal + share.late for share in found.shares.values())
    assert left == 0 or (found.principal_open == 0 and found.late_open == 0)
    assert found == settle(Facts(tax=tax, due_on=date(2026, 6, 30), credits=credits[::-1], waived=waived))
