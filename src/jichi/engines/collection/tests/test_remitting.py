"""What an agent has to send for its final reports: awaited by day, less its fee, met by the bank's credit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles import queries as bankfile_queries
from jichi.engines.bankfiles import rules
from jichi.engines.bankfiles.rules.invented import report, reports, slip_code
from jichi.engines.collection.models import Remitted
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid

from . import town as desk
from .town import SYSTEM, Town, levy

pytestmark = pytest.mark.django_db
town = shared_world(desk.build)
Share = rules.Share
AGENT = {
    "layout": "stores-120", "issuer": "929023", "prefix": "25207", "payers": ["オタメシダイコウ"],
    "fees": [{"from": "2026-01-01", "yen": 60, "tax": "10"}],
}  # fmt: skip
BANK = {
    "client_code": "1234567890", "client_name": "ﾐﾄﾞﾘｸ", "bank": "0001", "branch": "001", "type": "1",
    "account": "1234567",
}  # fmt: skip


def test_a_days_fee_is_shared_by_receipts_and_never_lost() -> None:
    fees = rules.store_terms(AGENT).fee_table
    shares = [Share(1, 2026, 2, 10_000), Share(1, 2025, 1, 500), Share(2, 2026, 4, 7)]
    found = rules.remitted(shares, date(2026, 6, 1), fees)
    assert sum(one.fee_yen for one in found) == 7 * 60 + 42
    assert [one.key for one in found] == [(1, 2025), (1, 2026), (2, 2026)]
    assert rules.not_yet(found, found) == ()
    assert rules.not_yet(found, found[:1]) == found[1:]
    assert {one.fee_yen for one in rules.remitted(shares, date(2026, 6, 1), ())} == {0}
    with pytest.raises(LookupError):
        rules.remitted(shares, date(2025, 12, 31), fees)


@pytest.mark.parametrize(
    "wrong",
    [{"fees": [{"yen": 60}]}, {"fees": [{"from": "2026-01-01", "yen": -1}]}, {"payers": "x"}, {"wait_days": 99}],
)
def test_terms_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        rules.store_terms({**AGENT, **wrong})
    assert set(refused.value.fields) == set(wrong)


def day(ago: int) -> date:
    return clock.today() - timedelta(days=ago)


def agreed(**more: Any) -> None:
    bankfiles.set_partner(actor=SYSTEM, code="agent", kind="stores", title="みどり収納代行", terms={**AGENT, **more})
    bankfiles.set_partner(actor=SYSTEM, code="bank", kind="bank", title="例の銀行", terms=BANK)


def finals(*given: tuple[str, int, int], kind: str = "02", shop: str = "0110002") -> bytes:
    """Reports of (納付番号, yen, remitted so many days ago), paid ten days ago."""
    return reports(*(
        report(
            kind, slip_code(int(f"{key}00"), yen), day=f"{day(10):%Y%m%d}", remit=f"{day(ago):%Y%m%d}",
            made=f"{day(9):%Y%m%d}", shop=shop,
        )
        for key, yen, ago in given
    ))  # fmt: skip


def take(data: bytes, partner: str = "agent", purpose: str = "receipts") -> UUID:
    id, _ = bankfiles.read_file(actor=SYSTEM, partner=partner, purpose=purpose, filename="a.txt", data=data)
    bankfiles.apply_file(actor=SYSTEM, id=id)
    return id


def balances() -> dict[str, int]:
    """Of what an agent's money goes through."""
    with unit(SYSTEM):
        found = ledger.balances(on=clock.today() + timedelta(days=9))
    assert sum(found.values()) == 0
    names = ("agents", "remittances", "collection_fees", "cash", "unallocated")
    return {name: found[name] for name in names if found.get(name)}


def waiting() -> list[tuple[int, bool]]:
    """Promises as (yen, whether the money is there), by day."""
    with unit(SYSTEM):
        return [(one.yen, one.credited_on is not None) for one in reversed(bankfile_queries.promises())]


def kinds() -> list[str]:
    with unit(SYSTEM):
        return sorted(one.kind for one in bankfile_queries.differences().rows if one.kind.startswith("credit"))


def test_from_final_reports_to_the_banks_credit(town: Town) -> None:
    agreed()
    first, second = levy(10_000, 8_000)
    data = finals((first.key, 10_000, 3), (second.key, 8_000, 2))
    take(finals((first.key, 10_000, 3), kind="01"))
    assert waiting() == []
    take(data)
    assert balances() == {"remittances": 17_868, "collection_fees": 132}
    assert waiting() == [(9_934, False), (7_934, False)]
    take(data)
    take(reports(*data.decode().splitlines()[1:], " " * 120))  # the same receipts in another file
    assert waiting() == [(9_934, False), (7_934, False)]
    rows = "".join(f"{day(ago)},{yen},オタメシダイコウ(カ\n" for ago, yen in ((3, 9_934), (2, 7_934)))
    take(f"勘定日,金額,振込依頼人名\n{rows}".encode(), "bank", "credits")
    assert waiting() == [(9_934, True), (7_934, True)]
    assert balances() == {"cash": 17_868, "collection_fees": 132}
    assert kinds() == []
    assert ledger.wrong() == ()


def test_a_second_file_for_a_day_adds_to_it_and_one_credit_brings_both(town: Town) -> None:
    agreed(fees=[])
    first, second = levy(10_000, 8_000)
    take(finals((first.key, 10_000, 2)))
    take(finals((second.key, 8_000, 2), ("99999999999999", 500, 2)))  # of the last nobody knows what it is for
    assert sorted(waiting()) == [(8_500, False), (10_000, False)]
    with unit(SYSTEM):
        assert sorted(Remitted.objects.values_list("gross_yen", flat=True)) == [8_500, 10_000]
    lines = f"勘定日,金額,振込依頼人名\n{day(1)},18500,オタメシダイコウ(カ\n"
    take(lines.encode(), "bank", "credits")
    assert balances() == {"cash": 18_500, "unallocated": -500}
    assert kinds() == []


def test_what_differs_is_on_the_work_list_and_is_bound_by_a_person(town: Town) -> None:
    agreed()
    first, _second = levy(10_000, 8_000)
    take(finals((first.key, 10_000, 2)))
    take(f"勘定日,金額,振込依頼人名\n{day(1)},9714,オタメシダイコウ(カ\n".encode(), "bank", "credits")
    assert kinds() == ["credit_amount"]
    with unit(SYSTEM):
        due = [one.id for one in bankfile_queries.promises(is_open=True)]
        came = [one.id for one in bankfile_queries.credits(is_open=True)]
    bankfiles.bind_credits(actor=SYSTEM, promises=due, credits=came, reason="振込手数料220円")
    assert (kinds(), balances()) == ([], {"cash": 9_714, "collection_fees": 286})


def test_without_a_name_or_a_fee_for_the_day_nothing_is_awaited(town: Town) -> None:
    agreed(payers=[])
    first, second = levy(10_000, 8_000)
    take(finals((first.key, 10_000, 2)))
    assert (waiting(), balances()) == ([], {"agents": 10_000})
    agreed(fees=[{"from": f"{clock.today()}", "yen": 60}])
    with pytest.raises(Conflict) as refused:
        take(finals((second.key, 8_000, 2)))
    assert refused.value.code == "collection.agent_fee"
    assert balances() == {"agents": 10_000}
