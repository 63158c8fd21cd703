"""文書番号 and 収受番号: gapless with fifty at once, begun anew at 31 March 24:00, branches, 欠番."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from conftest import own_world, shared_world
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions, queries, rules
from jichi.engines.cases.models import Decision, IssuedNumber, NumberSeries
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, Office
from jichi.engines.cases.tests.test_races import at_once
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

_office = shared_world(desk.build)


@pytest.fixture
def office(db: None, _office: Office) -> Office:
    return _office


busy = own_world(desk.build)


def reserve(office: Office, what: str = "照会文", **other: Any) -> IssuedNumber:
    return actions.reserve_number(actor=office.sato, division_id=office.youth, what=what, **other)


def book() -> list[tuple[str, str]]:
    with unit(desk.SYSTEM):
        return list(IssuedNumber.objects.order_by("kind", "year", "serial", "branch").values_list("text", "state"))


# -- pure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "fiscal", "calendar"),
    [
        (date(2026, 3, 31), (2025, 7), (2026, 8)),
        (date(2026, 4, 1), (2026, 8), (2026, 8)),
        (date(2026, 12, 31), (2026, 8), (2026, 8)),
        (date(2027, 1, 1), (2026, 8), (2027, 9)),
        (date(2019, 4, 30), (2019, 31), (2019, 31)),
        (date(2019, 5, 1), (2019, 31), (2019, 31)),
    ],
)
def test_the_year_a_number_counts_in(day: date, fiscal: tuple[int, int], calendar: tuple[int, int]) -> None:
    assert rules.years_of(day) == {"fiscal": fiscal, "calendar": calendar}


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_both_ways_of_counting_agree_from_april_to_december(day: date) -> None:
    years = rules.years_of(day)
    assert (years["fiscal"][0] == years["calendar"][0]) == (day.month >= 4)


# -- fifty at once --------------------------------------------------------------------------------


def test_fifty_at_once_leave_no_gap_though_half_of_them_fail(busy: Office) -> None:
    def take(place: int) -> None:
        with transaction.atomic(), unit(busy.sato):
            reserve(busy, f"文書{place}")
            if place % 2:
                raise Conflict("case.state")

    found = at_once(*(lambda n=n: take(n) for n in range(50)))
    assert found.count("done") == 25, found
    assert [text for text, _ in book()] == [f"8みど子第{n}号" for n in range(1, 26)]


def test_without_the_lock_two_get_the_same_number(busy: Office) -> None:
    """What the guard is for: reading the last number and adding one gives it twice; only the book's key notices."""
    import threading

    both_have_read = threading.Barrier(2)

    def take() -> None:
        with transaction.atomic(), unit(busy.sato):
            last = NumberSeries.objects.filter(division_id=busy.youth).values_list("last", flat=True).first() or 0
            both_have_read.wait(timeout=30)
            IssuedNumber.objects.create(
                kind="document", division_id=busy.youth, year=2026, serial=last + 1, text=f"8みど子第{last + 1}号",
                what="x", issued_at=clock.now(),
            )  # fmt: skip

    found = at_once(take, take)
    assert sorted("done" if f == "done" else type(f).__name__ for f in found) == ["IntegrityError", "done"]


def test_fifty_branches_at_once_are_one_to_fifty(busy: Office) -> None:
    main = reserve(busy)
    found = at_once(*[lambda: actions.branch_number(actor=busy.sato, number_id=main.pk, what="") for _ in range(10)])
    assert found == ["done"] * 10, found
    assert [text for text, _ in book()] == ["8みど子第1号", *(f"8みど子第1号の{n}" for n in range(2, 12))]


# -- the year -------------------------------------------------------------------------------------


def test_31_march_24_00(office: Office) -> None:
    end = datetime(2027, 4, 1, tzinfo=TOKYO)
    with clock.standing_at(end - timedelta(seconds=1)):
        assert reserve(office).text == "8みど子第1号"
    with clock.standing_at(end):
        assert reserve(office).text == "9みど子第1号"


def test_a_series_by_calendar_year_begins_anew_in_january(office: Office) -> None:
    actions.set_series_year(actor=office.sato, division_id=office.youth, kind="document", year_by="calendar")
    end = datetime(2027, 1, 1, tzinfo=TOKYO)
    with clock.standing_at(end - timedelta(seconds=1)):
        assert reserve(office).text == "8みど子第1号"
    with clock.standing_at(end):
        assert reserve(office).text == "9みど子第1号"
    with clock.standing_at(datetime(2027, 4, 1, tzinfo=TOKYO)):
        assert reserve(office).text == "9みど子第2号"


def test_the_way_of_counting_is_not_changed_once_begun(office: Office) -> None:
    reserve(office)
    with pytest.raises(Conflict) as refused:
        actions.set_series_year(actor=office.sato, division_id=office.youth, kind="document", year_by="calendar")
    assert refused.value.code == "number.series_begun"


# -- receipts -------------------------------------------------------------------------------------


def test_who_takes_a_case_takes_it_in_under_a_number_of_its_own_series(office: Office) -> None:
    first, second = desk.apply(office, HANA), desk.apply(office, SAKURA)
    for case in (first, second):
        actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    assert [desk.case(c.pk).receipt_number for c in (first, second)] == ["8みど子収第1号", "8みど子収第2号"]
    actions.release_case(actor=office.sato, case_id=first.pk, expected_version=2)
    actions.take_case(actor=office.suzuki, case_id=first.pk, expected_version=3)
    assert desk.case(first.pk).receipt_number == "8みど子収第1号"
    decision = actions.decide_case(actor=office.suzuki, case_id=first.pk, outcome="approved", expected_version=4)
    assert decision.document_number == "8みど子第1号"


# -- 欠番 -----------------------------------------------------------------------------------------


def test_a_cancelled_number_stays_with_its_reason_and_is_given_to_nobody(office: Office) -> None:
    number = reserve(office)
    actions.void_number(actor=office.sato, number_id=number.pk, reason="書き損じ")
    assert reserve(office).text == "8みど子第2号"
    assert book() == [("8みど子第1号", "void"), ("8みど子第2号", "used")]
    for press in (
        lambda: actions.void_number(actor=office.sato, number_id=number.pk, reason="もう一度"),
        lambda: actions.branch_number(actor=office.sato, number_id=number.pk, what=""),
    ):
        with pytest.raises(Conflict) as refused:
            press()
        assert refused.value.code == "number.void"
    with unit(office.sato):
        row = queries.numbers(actor=office.sato).rows[1]
    assert (row.text, row.state, row.void_reason) == ("8みど子第1号", "void", "書き損じ")


def test_the_number_of_a_decision_is_not_cancelled(office: Office) -> None:
    case = desk.apply(office)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    actions.decide_case(actor=office.sato, case_id=case.pk, outcome="approved", expected_version=2)
    with unit(desk.SYSTEM):
        ids = list(IssuedNumber.objects.values_list("pk", flat=True))
    for number_id in ids:
        with pytest.raises(Conflict) as refused:
            actions.void_number(actor=office.sato, number_id=number_id, reason="間違い")
        assert refused.value.code == "number.on_decision"
    assert {state for _, state in book()} == {"used"}
    with unit(desk.SYSTEM):
        assert Decision.objects.get().document_number == "8みど子第1号"


@pytest.mark.parametrize(
    ("who", "reason", "error"), [("reader", "x", Forbidden), ("takagi", "x", NotFound), ("sato", " ", Invalid)]
)
def test_a_refused_cancellation_changes_nothing(office: Office, who: str, reason: str, error: type[Exception]) -> None:
    number = reserve(office)
    with pytest.raises(error):
        actions.void_number(actor=getattr(office, who), number_id=number.pk, reason=reason)
    assert book() == [("8みど子第1号", "used")]


def test_no_number_is_taken_for_nothing(office: Office) -> None:
    for what in (" ", "あ" * 201):
        with pytest.raises(Invalid):
            reserve(office, what)
    assert book() == []


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM eng_cases_issuednumber",
        "UPDATE eng_cases_issuednumber SET text = 'x'",
        "UPDATE eng_cases_issuednumber SET serial = 9",
        "UPDATE eng_cases_issuednumber SET state = 'void'",
    ],
)
def test_the_database_keeps_the_book(office: Office, sql: str) -> None:
    reserve(office)
    with pytest.raises(DatabaseError), transaction.atomic(), unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute(sql)
    assert book() == [("8みど子第1号", "used")]


def test_the_book_on_its_pages(office: Office) -> None:
    client = desk.browser(office.sato)
    assert client.post("/staff/cases/numbers/", {"what": "保護者あて照会"}).status_code == 302
    page = client.get("/staff/cases/numbers/").content.decode()
    assert "8みど子第1号" in page
    assert "保護者あて照会" in page
    with unit(desk.SYSTEM):
        number = IssuedNumber.objects.get()
    here = f"/staff/cases/numbers/{number.pk}/"
    assert client.post(here, {"act": "void", "reason": ""}).status_code == 422
    assert client.post(here, {"act": "branch"}).status_code == 302
    assert client.post(here, {"act": "void", "reason": "取りやめ"}).status_code == 302
    assert "欠番: 取りやめ" in client.get("/staff/cases/numbers/").content.decode()
    assert desk.browser(office.takagi).get(here).status_code == 404
