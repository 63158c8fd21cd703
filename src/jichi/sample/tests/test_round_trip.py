"""The sample ward out as the standard's file and in again: the same ward, and a changed file changes just that."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from jichi.engines.audit.context import unit
from jichi.engines.registry import actions
from jichi.kernel.sampling import SampleContext
from jichi.sample.commands import ACTOR
from jichi.sample.ward import Ward

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 1)
TABLES = ("eng_registry_resident", "eng_registry_address", "eng_registry_household")
Rows = list[dict[str, str]]


def load(size: int = 400) -> None:
    ward = Ward(SampleContext(seed=1, size=size, today=TODAY), "13103")
    actions.replace_current(actor=ACTOR, label="test", as_of=TODAY, batches=ward.batches(), reference=ward.reference)


def picture() -> list[str]:
    """The whole mirror, as text."""
    found = []
    with unit(ACTOR), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT (to_jsonb(t) - 'id' - 'load_id')::text FROM {table} t ORDER BY 1")
            found += [row[0] for row in cursor.fetchall()]
    return found


def rewrite(source: Path, target: Path, change: Callable[[Rows], Rows]) -> Path:
    with source.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = change(list(reader)), reader.fieldnames or ()
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    return target


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    load()
    path = tmp_path / "juki_20260402.csv"
    assert actions.export_register(actor=ACTOR, path=path) > 400
    return path


def test_out_and_in_again_is_the_same_ward(exported: Path) -> None:
    before = picture()
    first = actions.import_register(actor=ACTOR, path=exported, mapping="standard")
    assert (first.state, first.report["new"], first.report["changed"], first.report["removed"]) == ("applied", 0, 0, 0)
    assert picture() == before


def test_into_an_empty_mirror_it_is_the_same_ward(exported: Path) -> None:
    before = picture()
    actions.remove_sample(actor=ACTOR)
    assert picture() == []
    outcome = actions.import_register(actor=ACTOR, path=exported, mapping="standard")
    assert (outcome.state, outcome.report["residents_after"]) == ("applied", 400)
    assert picture() == before
    again = actions.import_register(actor=ACTOR, path=exported, mapping="standard")
    assert again.state == "unchanged"


def test_an_export_of_the_import_is_the_same_file(exported: Path, tmp_path: Path) -> None:
    actions.import_register(actor=ACTOR, path=exported, mapping="standard")
    other = tmp_path / "other.csv"
    actions.export_register(actor=ACTOR, path=other)
    assert other.read_bytes() == exported.read_bytes()
