"""総合振込 of refunds: from the decision to the file, what came back, and the books."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles.rules import is_bank_day
from jichi.engines.bankfiles.transfers import RequestRefused
from jichi.engines.collection import actions, queries
from jichi.engines.collection.models import PayoutLine
from jichi.engines.files.queries import open_content
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from . import town as desk
from .town import SYSTEM, Town, levy, pay

pytestmark = pytest.mark.django_db
town = shared_world(desk.build)
BANK = {
    "client_code": "1234567890", "client_name": "ﾐﾄﾞﾘｸ", "bank": "0001", "branch": "001", "type": "1",
    "account": "1234567",
}  # fmt: skip


def two_refunds(town: Town) -> list[UUID]:
    """Two instalments paid twice; what is over is to go back: 1,500 and 2,500 yen."""
    bankfiles.set_partner(actor=SYSTEM, code="bank", kind="bank", title="銀行", terms=BANK)
    found = []
    for one, yen in zip(levy(1_500, 2_500), (1_500, 2_500), strict=True):
        for time in (1, 2):
            pay(f"{yen}-{time}", one.key, yen, date(2026, 6, 20))
    with unit(SYSTEM):
        left = sorted(queries.unallocated(), key=lambda over: over.left_yen)
    for over in left:
        found.append(actions.decide_refund(
            actor=town.clerk, receipt_id=over.receipt_id, amount_yen=over.left_yen, reason="mistaken",
            decided_on=date(2026, 6, 25), decision_ref="1", dedupe_key=f"r{over.receipt_id}",
        ))  # fmt: skip
    return found


def to_account(town: Town, refund_id: UUID, number: str = "1000001") -> None:
    actions.set_refund_account(
        actor=town.clerk, refund_id=refund_id, bank="0001", branch="001", type="1", account=number,
        holder="ミホン　ハナコ",
    )  # fmt: skip


def bank_day() -> date:
    day = clock.today()
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


def due_back() -> int:
    with unit(SYSTEM):
        return ledger.balance(account="refunds_due", on=date(2030, 1, 1))


def test_refunds_go_by_one_file_and_what_comes_back_goes_again(town: Town) -> None:
    first, second = two_refunds(town)
    for refund_id in (first, second):
        to_account(town, refund_id)
    assert due_back() == -4_000
    day = bank_day()
    made = actions.make_payout(actor=town.clerk, partner="bank", day=day)
    with unit(town.clerk):
        found = queries.payout(payout_id=made)
        with open_content(queries.payout_file_of(payout_id=made)) as kept:
            lines = kept.read().decode("cp932").splitlines()
    assert found is not None
    assert [line.amount_yen for line in found.lines] == [1_500, 2_500]
    assert lines[0].startswith("1210")
    assert "ﾐﾎﾝ" in lines[1]
    with pytest.raises(Conflict) as again:
        actions.make_payout(actor=town.clerk, partner="bank", day=day)
    assert again.value.code == "collection.no_refund_waits"
    with pytest.raises(Conflict):
        to_account(town, first, "1000002")
    with clock.standing_at(clock.now() + (day - clock.today())):
        assert actions.settle_payout(actor=town.clerk, payout_id=made, returned=[found.lines[1].id])
        assert not actions.settle_payout(actor=town.clerk, payout_id=made)
        assert due_back() == -2_500
        to_account(town, second, "1000003")
        next_day = bank_day()
        other = actions.make_payout(actor=town.clerk, partner="bank", day=next_day)
        with clock.standing_at(clock.now() + (next_day - clock.today())):
            assert actions.settle_payout(actor=town.clerk, payout_id=other)
    assert due_back() == 0
    assert queries.wrong() == ()
    assert ledger.wrong() == ()
    with pytest.raises(IntegrityError), unit(SYSTEM):
        PayoutLine.objects.filter(payout_id=made).update(result="returned")


def test_what_no_bank_takes_is_refused_and_nothing_is_made(town: Town) -> None:
    (first, _) = two_refunds(town)
    with pytest.raises(RequestRefused):
        to_account(town, first, "12")
    with pytest.raises(Conflict):
        actions.make_payout(actor=town.clerk, partner="bank", day=bank_day())
    to_account(town, first)
    for partner, day, refusal in (
        ("nobody", bank_day(), NotFound), ("bank", date(2026, 1, 1), Invalid),
    ):  # fmt: skip
        with pytest.raises(refusal):
            actions.make_payout(actor=town.clerk, partner=partner, day=day)
    with pytest.raises(Forbidden):
        actions.make_payout(actor=town.reader, partner="bank", day=bank_day())
    with pytest.raises(NotFound):
        actions.set_refund_account(
            actor=town.stranger, refund_id=first, bank="0001", branch="001", type="1", account="1000001", holder="ア"
        )
    with unit(SYSTEM):
        assert PayoutLine.objects.count() == 0
