"""Retention: what is over goes by itself with a certificate, what is held stays, and nothing goes sooner."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import shared_world
from jichi.engines.audit import queries as trail
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.cases import actions as cases
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, SYSTEM
from jichi.kernel import clock

from .. import actions, retention, rules
from ..models import Erasure

RETAIN = system_actor("retention", purpose="retention")


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [
        (date(2032, 4, 1), 5, date(2027, 4, 1)), (date(2032, 3, 31), 5, date(2026, 4, 1)),
        (date(2028, 2, 29), 1, date(2026, 4, 1)), (date(2027, 1, 1), 1, date(2025, 4, 1)),
    ],
)  # fmt: skip
def test_years_count_from_april_after_the_fiscal_year_of_the_end(day: date, years: int, before: date) -> None:
    assert rules.closed_before(day, years) == before


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 31)),
        (date(2028, 1, 5), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 11, 1), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)  # fmt: skip
def test_next_month_is_a_whole_month(today: date, first: date, last: date) -> None:
    assert rules.next_month(today) == (first, last)


@pytest.mark.parametrize(
    ("holds", "free"),
    [
        ((), 2), ((("", ""),), 0), ((("r", ""),), 0), ((("other", ""),), 2), ((("r", "A"),), 1), ((("", "B"),), 1),
        ((("other", "A"),), 2),
    ],
)  # fmt: skip
def test_a_hold_stops_its_rule_or_its_object(holds: tuple[tuple[str, str], ...], free: int) -> None:
    found = [("1", "A", date(2026, 1, 1)), ("2", "B", date(2026, 1, 1))]
    assert len(rules.not_held("r", found, holds)) == free


def rows(table: str, column: str = "", key: UUID | str = "") -> int:
    """How many rows there are, past what officials see."""
    where = f" WHERE {column} = %s" if column else ""
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}{where}", [key] if column else [])
        return int(cursor.fetchone()[0])


def closed_case(office: desk.Office, number: str) -> Any:
    case = desk.apply(office, number)
    cases.take_case(actor=office.sato, case_id=case.pk, expected_version=case.version)
    version = desk.case(case.pk).version
    cases.decide_case(actor=office.suzuki, case_id=case.pk, outcome="approved", expected_version=version)
    return desk.case(case.pk)


def over_now() -> list[tuple[str, str, date]]:
    with unit(RETAIN):
        return retention.over("cases.decided", clock.today(), 10)


def build() -> tuple[desk.Office, Any, Any]:
    """Two applications, one decided twelve years ago, the other still open."""
    office = desk.build()
    first = closed_case(office, HANA)
    second = desk.apply(office, SAKURA)
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute(
            "UPDATE eng_cases_case SET received_at = received_at - interval '12 years', "
            "closed_at = closed_at - interval '12 years' WHERE id = %s", [first.pk],
        )  # fmt: skip
    return office, desk.case(first.pk), second


_ward = shared_world(build)


@pytest.fixture
def ward(db: None, _ward: tuple[desk.Office, Any, Any]) -> tuple[desk.Office, Any, Any]:
    return _ward


def test_a_case_that_is_over_goes_whole_and_leaves_a_certificate(ward: tuple[desk.Office, Any, Any]) -> None:
    _, first, second = ward
    assert [label for _, label, _ in over_now()] == [first.number]
    drafts = rows("eng_forms_draft")
    assert actions.erase_over(actor=SYSTEM) >= 1
    assert (rows("eng_cases_case"), rows("eng_cases_case", "id", second.pk)) == (1, 1)
    assert rows("eng_cases_caseevent", "case_id", first.pk) == 0
    assert rows("eng_forms_submission", "id", first.submission_id) == 0
    assert rows("eng_forms_draft") == drafts - 1
    with unit(SYSTEM):
        row = Erasure.objects.get(rule="cases.decided")
        events = list(trail.events_of(table="eng_cases_case", object_id=str(first.pk)))
    assert (row.items, row.counts["eng_cases_case"], row.counts["eng_forms_submission"]) == (1, 1, 1)
    assert row.digest == hashlib.sha256("\n".join(row.hashes).encode()).hexdigest()
    assert sum(row.counts.values()) - row.counts.get("eng_files_storedfile", 0) == len(row.hashes)
    assert events[0].action == "delete"
    assert set(events[0].detail or {}) == {"sha256"}
    assert all(event.detail in (None, {"erased": True}) for event in events[1:])
    assert "試験" not in str([event.detail for event in events])
    assert actions.erase_over(actor=SYSTEM) == 0


def test_what_is_held_stays_until_the_hold_is_lifted(ward: tuple[desk.Office, Any, Any]) -> None:
    _, first, _ = ward
    held = actions.set_hold(actor=SYSTEM, rule="cases.decided", subject=first.number, reason="審査請求のため")
    assert actions.set_hold(actor=SYSTEM, rule="cases.decided", subject=first.number, reason="再") == held
    assert over_now() == []
    with unit(RETAIN), connection.cursor() as cursor:
        cursor.execute("SELECT administration_erase_case(%s, now())", [first.pk])
        assert cursor.fetchone()[0] is None
    actions.erase_over(actor=SYSTEM)
    assert rows("eng_cases_case", "id", first.pk) == 1
    actions.lift_hold(actor=SYSTEM, id=held)
    actions.lift_hold(actor=SYSTEM, id=held)
    actions.erase_over(actor=SYSTEM)
    assert rows("eng_cases_case", "id", first.pk) == 0


def test_the_database_lets_nothing_go_sooner_or_by_another_way(ward: tuple[desk.Office, Any, Any]) -> None:
    office, first, second = ward
    for actor, case, refused in (
        (office.sato, first, True), (SYSTEM, first, True), (RETAIN, second, False),
    ):  # fmt: skip
        with unit(actor), connection.cursor() as cursor:
            if refused:
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute("SELECT administration_erase_case(%s, now())", [case.pk])
            else:
                cursor.execute("SELECT administration_erase_case(%s, now())", [case.pk])
                assert cursor.fetchone()[0] is None
    statements = (
        "DELETE FROM eng_cases_caseevent", "DELETE FROM eng_routes_routeact", "DELETE FROM eng_audit_auditevent",
        "UPDATE eng_audit_auditevent SET detail = '{\"erased\": true}'", "SELECT audit_forget('x', ARRAY['1'])",
        "DELETE FROM eng_forms_submission",
    )  # fmt: skip
    with unit(RETAIN):
        for statement in statements:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('jichi.erasing', 'on', true)")
                if "routeact" in statement:
                    continue
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(statement)
    assert rows("eng_cases_case") == 2
    assert rows("eng_cases_caseevent") > 0


def test_a_step_that_fails_changes_nothing_and_the_rest_goes_on(
    ward: tuple[desk.Office, Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first, _ = ward
    with monkeypatch.context() as patch:
        patch.setattr(rules, "digest", lambda hashes: "no digest")
        assert actions.erase_over(actor=SYSTEM) == 0
    assert rows("eng_cases_case", "id", first.pk) == 1
    with unit(SYSTEM):
        assert not Erasure.objects.exists()
    assert actions.erase_over(actor=SYSTEM) >= 1
