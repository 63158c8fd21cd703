"""A bank's list beside what firms promised: what is bound, what waits for a person, in any order and repetition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from .. import actions, queries
from ..crediting import Part
from ..rules import Item, Pair, pairs, read_credits, sender_of
from ..sandbox_credits import credit_list
from .desk import SYSTEM, Desk, asked, build
from .made import HEADER

desk = shared_world(build)
D = date(2026, 6, 1)
HEAD = "勘定日,金額,振込依頼人名,照会番号\n"


def items(*given: tuple[str, int, int]) -> list[Item]:
    """(key, days after D, yen)."""
    return [Item(key, D + timedelta(days=n), yen) for key, n, yen in given]


@pytest.mark.parametrize(
    ("promises", "came", "found"),
    [
        ([("p", 0, 100)], [("c", 1, 100)], [("p", "c")]),
        ([("p", 0, 100), ("q", 1, 200), ("r", 2, -50)], [("c", 2, 250)], [("pqr", "c")]),
        ([("p", 0, 300)], [("c", 0, 100), ("d", 1, 200)], [("p", "cd")]),
        ([("p", 0, 100), ("q", 1, 100)], [("c", 1, 100), ("d", 2, 100)], [("p", "c"), ("q", "d")]),
        ([("p", 0, 100)], [("c", 6, 100)], []),
        ([("p", 5, 100)], [("c", 2, 100)], [("p", "c")]),
        ([("p", 5, 100)], [("c", 1, 100)], []),
        ([("p", 0, 100)], [("c", 0, 99)], []),
    ],
)
def test_what_adds_up_belongs_together(
    promises: list[tuple[str, int, int]], came: list[tuple[str, int, int]], found: list[tuple[str, str]]
) -> None:
    assert pairs(items(*promises), items(*came), wait_days=5) == tuple(Pair(tuple(a), tuple(b)) for a, b in found)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(-500, 500).filter(bool)), max_size=8),
       st.lists(st.tuples(st.integers(0, 20), st.integers(1, 500)), max_size=8))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_pairs_always_add_up_and_use_each_once(due: list[tuple[int, int]], came: list[tuple[int, int]]) -> None:
    promises = items(*((f"p{n}", day, yen) for n, (day, yen) in enumerate(due)))
    credits = items(*((f"c{n}", day, yen) for n, (day, yen) in enumerate(came)))
    found = pairs(promises, credits, wait_days=5)
    yen = {one.key: one.yen for one in (*promises, *credits)}
    used = [key for pair in found for key in (*pair.promises, *pair.credits)]
    assert len(used) == len(set(used))
    assert all(sum(yen[k] for k in one.promises) == sum(yen[k] for k in one.credits) for one in found)
    assert pairs(promises[::-1], credits[::-1], wait_days=5) == found


def test_a_payer_is_known_by_how_the_name_begins() -> None:
    known = {"a": ["ﾐﾄﾞﾘﾍﾟｲﾒﾝﾄ"], "b": ["ミドリペイメント カード"]}
    names = ("ミドリペイメント(カ", "ﾐﾄﾞﾘﾍﾟｲﾒﾝﾄｶｰﾄﾞ", "ヤマダ タロウ", "")
    assert [sender_of(one, known) for one in names] == ["a", "b", "", ""]


def test_wrong_lines_of_a_list_are_told_by_number() -> None:
    read = read_credits(f"{HEAD}2026/06/01,100,A,1\n2026/06/31,x,A,2\n2026/06/01,200,A,1\n".encode(), {})
    assert [(one.line, one.code) for one in read.errors] == [(3, "bankfile.day"), (3, "bankfile.number")]
    read = read_credits(f"{HEAD}2026/06/01,100,A,1\n2026/06/01,200,A,1\n2026/06/01,-1,A,\n".encode(), {})
    assert [(one.line, one.code) for one in read.errors] == [(3, "bankfile.number_twice"), (4, "bankfile.not_positive")]


@pytest.mark.parametrize(
    ("how", "fault", "yen"),
    [
        ("", "", [686, 980]), ("joined", "", [1_666]), ("split", "", [343, 343, 980]), ("", "lost", [686]),
        ("", "amount", [576, 980]), ("", "unknown", [686, 980, 1_234]),
    ],
)  # fmt: skip
def test_the_towns_bank_credits_what_a_firm_settles(how: str, fault: str, yen: list[int]) -> None:
    head = "決済番号,区分,売上日,売上金額,手数料,振込金額,振込日\n"
    data = f"{head}a,売上,2026-06-01,700,14,686,2026-06-03\nb,売上,2026-06-02,1000,20,980,2026-06-04\n".encode("cp932")
    read = read_credits(credit_list(data, how, fault, "0603"), {})
    assert read.errors == ()
    known = {"firm": ["ｵﾀﾒｼｹﾂｻｲ"]}
    assert [one.yen for one in read.lines if sender_of(one.payer, known)] == yen
    with pytest.raises(ValueError):
        credit_list(b"x", how, fault, "0603")


# -- in the house -------------------------------------------------------------------------------------


def bank() -> None:
    """A bank, and a firm known by its name in the bank's lists."""
    terms = {name: value for name, value in HEADER.items() if name != "mmdd"}
    actions.set_partner(actor=SYSTEM, code="bank", kind="bank", title="例の銀行", terms=terms)
    actions.set_sender(actor=SYSTEM, code="firm", title="例の決済", payers=["レイノケツサイ"], wait_days=5)


def promise(key: str, ago: int, yen: int) -> None:
    """The firm says that it sends so much, so many days ago."""
    division = int(asked("SELECT id FROM eng_accounts_division WHERE code = 'tax'")[0][0])
    day = clock.today() - timedelta(days=ago)
    with unit(SYSTEM):
        actions.promise(actor=SYSTEM, sender="firm", key=key, day=day, parts=[Part(division, 2026, yen)])


def listed(*rows: tuple[int, int, str]) -> bytes:
    """A bank's list: (days ago, yen, payer), numbered by their place in the day's statement."""
    today = clock.today()
    return (HEAD + "".join(f"{today - timedelta(days=ago)},{yen},{who},\n" for ago, yen, who in rows)).encode()


def state() -> tuple[list[tuple[str, bool]], list[str], int]:
    """(promises and whether they came, kinds on the work list, yen of cash)."""
    with unit(SYSTEM):
        came = sorted((one.key, one.credited_on is not None) for one in queries.promises())
        kinds = sorted(one.kind for one in queries.differences().rows)
        return came, kinds, ledger.balance(account="cash", on=clock.today())


FIRM = "レイノケツサイ(カ"


@pytest.mark.django_db
def test_one_credit_of_several_days_and_strangers_are_not_kept(desk: Desk) -> None:
    bank()
    promise("a", 3, 1_000)
    promise("b", 2, 2_000)
    data = listed((1, 3_000, FIRM), (1, 500, "ヤマダ タロウ"))
    id = desk.take(data, "bank", "credits")
    assert desk.file(id).outcome == {
        "credits": 1, "credits_repeated": 0, "credits_other": 1, "credits_back": 0, "credits_bound": 1,
    }  # fmt: skip
    assert state() == ([("a", True), ("b", True)], [], 3_000)
    assert asked("SELECT payer FROM eng_bankfiles_credit") == [(FIRM,)]
    assert desk.read(data, "bank", "credits") == (id, False)
    desk.take(listed((1, 3_000, FIRM), (0, 700, FIRM)), "bank", "credits")  # the next list overlaps this one
    assert state() == ([("a", True), ("b", True)], ["credit_unknown"], 3_000)
    with pytest.raises(IntegrityError), unit(SYSTEM):
        asked("DELETE FROM eng_bankfiles_creditmatch RETURNING 1")


@pytest.mark.django_db
def test_what_does_not_fit_waits_and_what_is_late_is_told(desk: Desk) -> None:
    bank()
    promise("a", 2, 1_000)
    promise("old", 20, 400)
    desk.take(listed((1, 890, FIRM)), "bank", "credits")
    assert state() == ([("a", False), ("old", False)], ["credit_amount", "credit_missing"], 0)
    with unit(SYSTEM):
        due = [one.id for one in queries.promises(is_open=True) if one.key == "a"]
        came = [one.id for one in queries.credits(is_open=True)]
    for actor, reason, error in ((desk.stranger, "x", Forbidden), (desk.clerk, " ", Invalid)):
        with pytest.raises(error):
            actions.bind_credits(actor=actor, promises=due, credits=came, reason=reason)
    assert state()[2] == 0
    actions.bind_credits(actor=desk.clerk, promises=due, credits=came, reason="振込手数料が引かれた")
    assert state() == ([("a", True), ("old", False)], ["credit_missing"], 890)
    with unit(SYSTEM):
        assert ledger.balance(account="collection_fees", on=clock.today()) == 110
    with pytest.raises(Conflict):
        actions.bind_credits(actor=desk.clerk, promises=due, credits=came, reason="もう一度")
    promise("older", 21, 390)
    with unit(SYSTEM):
        old = [one.id for one in queries.promises(is_open=True)]
    with pytest.raises(Invalid):
        actions.bind_credits(actor=desk.clerk, promises=old, credits=came[:0], reason="x")


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_any_order_of_promises_and_lists_ends_alike(desk: Desk, order: tuple[int, ...]) -> None:
    bank()
    steps: list[Callable[[], object]] = [
        lambda: promise("a", 3, 1_000), lambda: promise("b", 2, 2_000),
        lambda: desk.take(listed((1, 3_000, FIRM)), "bank", "credits"),
        lambda: desk.take(listed((1, 3_000, FIRM), (0, 50, FIRM)), "bank", "credits"),
    ]  # fmt: skip
    for n in order:
        steps[n]()
    assert state() == ([("a", True), ("b", True)], ["credit_unknown"], 3_000)


@pytest.mark.django_db
def test_a_name_agreed_on_later_finds_the_credits_of_lists_before(desk: Desk) -> None:
    bank()
    promise("a", 2, 1_000)
    desk.take(listed((1, 1_000, "ベツノナマエ")), "bank", "credits")
    assert state()[2] == 0
    actions.set_sender(actor=SYSTEM, code="firm", title="例の決済", payers=["レイノケツサイ", "ベツノナマエ"])
    assert state() == ([("a", True)], [], 1_000)
