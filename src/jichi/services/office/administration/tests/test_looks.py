"""Who looked at whom: marks explain themselves, pages go on by keys, and looking here is kept too."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import actions as audit
from jichi.engines.audit import queries as trail
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO, standing_at

from .. import queries, rules
from ..queries import LookFilter
from .conftest import SYSTEM, Office

RULES = queries.look_rules()
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=TOKYO)  # a Friday


@pytest.mark.parametrize(
    ("given", "marks"),
    [
        ({}, ()),
        ({"official": "試験　太郎"}, ("same_surname",)),
        ({"official": "試験 花"}, ("same_name",)),
        ({"looked_at": ""}, ()),
        ({"with_cases": ()}, ("no_case",)),
        ({"divisions": ("health",)}, ("no_case",)),
        ({"nth_before": NOON - timedelta(minutes=59)}, ("busy",)),
        ({"nth_before": NOON - timedelta(minutes=60)}, ()),
        ({"at": NOON.replace(hour=7, minute=59)}, ("off_hours",)),
        ({"at": NOON.replace(hour=8, minute=0)}, ()),
        ({"at": NOON.replace(hour=18, minute=30)}, ("off_hours",)),
        ({"at": NOON + timedelta(days=1)}, ("off_hours",)),
        ({"at": datetime(2026, 11, 23, 12, tzinfo=TOKYO), "with_cases": ()}, ("no_case", "off_hours")),
    ],
)
def test_each_mark_has_one_reason(given: dict[str, object], marks: tuple[str, ...]) -> None:
    values: dict[str, object] = {
        "at": NOON, "official": "佐藤　真紀", "looked_at": "試験　花", "divisions": ("youth",),
        "with_cases": ("youth",), "nth_before": None, **given,
    }  # fmt: skip
    assert rules.marks_of(RULES, **values) == marks  # type: ignore[arg-type] # a table of cases


def some_looks(office: Office, login: str, subject: str, count: int, start: datetime) -> None:
    actor = office.actor(login)
    for number in range(count):
        with standing_at(start + timedelta(seconds=number)):
            audit.record_look(actor=actor, table="eng_registry_resident", object_id=subject, subject=subject)


@pytest.mark.django_db
def test_looks_are_found_by_official_person_and_day_and_paged_by_key(office: Office) -> None:
    some_looks(office, "sato", "100000018", 32, NOON)
    some_looks(office, "suzuki", "100000042", 3, NOON)
    audit.record_look(actor=SYSTEM, table="eng_registry_resident", object_id="1", subject="1")  # no official
    today = clock.today()
    every = LookFilter(since=today, until=today)
    with CaptureQueriesContext(connection) as few:
        first = queries.looks(every, limit=5)
    with CaptureQueriesContext(connection) as many:
        page = queries.looks(every, limit=100)
    assert (len(first.rows), len(page.rows), page.next_after) == (5, 35, "")
    assert len(few) == len(many)
    seen, after = [*first.rows], first.next_after
    while after:
        more = queries.looks(every, after=after, limit=5)
        seen += more.rows
        after = more.next_after
    assert [one.look.id for one in seen] == [one.look.id for one in page.rows]
    of_sato = queries.looks(LookFilter(official="佐藤", since=today, until=today), limit=100)
    assert {one.login for one in of_sato.rows} == {"sato"}
    assert "busy" in of_sato.rows[0].marks
    assert "busy" not in of_sato.rows[-1].marks
    person = queries.looks(LookFilter(subject="100000042", since=today, until=today))
    assert [(one.login, one.divisions) for one in person.rows] == [("suzuki", ("子ども若者課",))] * 3
    marked = queries.looks(LookFilter(since=today, until=today, marked=True), limit=10)
    assert all(one.marks for one in marked.rows)
    before = LookFilter(since=today - timedelta(days=9), until=today - timedelta(days=1))
    assert queries.looks(before).rows == ()
    assert queries.looks(every, after="rubbish_x").rows[0].look.id == page.rows[0].look.id


@pytest.mark.django_db
def test_the_page_and_its_file_are_logged_and_for_administrators(office: Office) -> None:
    some_looks(office, "sato", "100000018", 1, NOON)
    page = browser(office.ids["boss"])
    text = page.get("/staff/admin/looks/?subject=100000018").content.decode()
    assert "佐藤 真紀" in text.replace("　", " ")
    assert "100000018" in text
    file = page.get("/staff/admin/looks/export/?q=佐藤").content.decode("utf-8-sig")
    assert file.splitlines()[0] == "日時,職員ID,氏名,課,宛名番号,何を,目的,印"
    assert "sato" in file
    told = [(one.action, one.subject) for one in trail.events_of(table="eng_audit_auditevent", object_id="looks")]
    assert told == [("export", ""), ("search", "100000018")]
    assert browser(office.ids["sato"]).get("/staff/admin/looks/").status_code == 404
