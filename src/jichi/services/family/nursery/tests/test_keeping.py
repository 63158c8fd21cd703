"""Retention: five years after the fiscal year of entry nothing of persons is left, and what is public stays."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import Error

from conftest import shared_world
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .. import actions, queries, retention
from ..models import Application, Child, Entry, Outcome, Round, RoundSecret
from ..rules.keeping import entries_over, last_day_kept
from .office import SYSTEM, Office, family_in, resident

RETENTION = system_actor("retention", purpose="retention")


@pytest.mark.parametrize(
    ("entry", "last"),
    [
        (date(2026, 4, 1), date(2032, 3, 31)), (date(2027, 3, 1), date(2032, 3, 31)),
        (date(2027, 4, 1), date(2033, 3, 31)),
    ],
)  # fmt: skip
def test_the_years_begin_with_the_end_of_the_fiscal_year(entry: date, last: date) -> None:
    assert last_day_kept(entry) == last
    assert entry >= entries_over(last)
    assert entry < entries_over(last + timedelta(days=1))


def build() -> Office:
    office = Office()
    office.take(family_in("A", office.born(1)))
    office.publish()
    return office


office = shared_world(build)
needs_rows = pytest.mark.django_db


def aged(office: Office, entry: date) -> None:
    with unit(SYSTEM):
        Round.objects.filter(pk=office.round).update(entry_on=entry, wishes_until=entry, result_on=entry)


@needs_rows
def test_a_round_lets_go_of_its_persons_and_keeps_what_is_public(office: Office) -> None:
    with unit(RETENTION):
        assert retention.over(retention.ROUNDS, clock.today(), 9) == []
        assert retention.erase(retention.ROUNDS, [str(office.round)]) == ({}, [])
    aged(office, date(2010, 4, 1))
    with unit(RETENTION):
        assert retention.over(retention.ROUNDS, clock.today(), 9) == [(str(office.round), "1次", date(2016, 3, 31))]
        counts, hashes = retention.erase(retention.ROUNDS, [str(office.round)])
        assert counts == {
            "family_nursery_outcome": 1, "family_nursery_child": 1, "family_nursery_application": 1,
            "family_nursery_roundsecret": 1,
        }  # fmt: skip
        assert len(hashes) == 4
        assert retention.over(retention.ROUNDS, clock.today(), 9) == []
        for model in (Application, Child, Outcome, RoundSecret):
            assert model._default_manager.count() == 0
    public = queries.public_cutoffs(office.round)
    assert public is not None
    assert len(public[0]) == 64


@needs_rows
def test_nobody_but_retention_erases(office: Office) -> None:
    aged(office, date(2010, 4, 1))
    for actor in (office.sato, SYSTEM):
        with unit(actor), pytest.raises((ProgrammingError, psycopg.Error, Error)), transaction.atomic():
            connection.cursor().execute("SELECT nursery_erase_round(%s, '2020-01-01')", [office.round])
    with unit(SYSTEM):
        assert Application.objects.count() == 1


@needs_rows
def test_drafts_never_sent_go_a_month_after_closing(office: Office) -> None:
    made = office.make_round("2次")
    with unit(SYSTEM):
        now = clock.now()
        Round.objects.filter(pk=made).update(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1))
    parent = resident("900000000000031")
    draft = actions.begin_entry(actor=parent, round_id=made)
    later = clock.today() + timedelta(days=40)
    with unit(RETENTION):
        assert retention.over("nursery.drafts", clock.today(), 9) == []
        assert [one[0] for one in retention.over("nursery.drafts", later, 9)] == [str(draft)]
        assert retention.erase("nursery.drafts", [str(draft)])[0] == {"family_nursery_entry": 1}
        assert Entry.objects.count() == 0
