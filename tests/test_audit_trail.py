"""The trail is complete, carries actor and purpose, and can't be rewritten."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from jichi.engines.accounts.actions import create_division
from jichi.engines.audit import actions, queries
from jichi.engines.audit.context import ANONYMOUS, Actor, current_actor, system_actor, unit
from jichi.engines.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

SYSTEM = system_actor("test")


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT jichi_setting(%s)", (name,))
        return str(cursor.fetchone()[0])


def test_an_update_records_old_and_new_values_of_what_changed() -> None:
    division = create_division(actor=SYSTEM, code="a", names={"ja": "あ課"}, phone="1")
    create_division(actor=SYSTEM.for_purpose("電話番号の訂正"), code="a", names={"ja": "あ課"}, phone="2")
    events = list(queries.events_of(table="eng_accounts_division", object_id=str(division.pk)))
    assert [e.action for e in events] == ["update", "insert"]
    assert events[0].detail == {"phone": ["1", "2"]}
    assert events[0].purpose == "電話番号の訂正"
    assert events[0].actor_kind == "system"


def test_raw_sql_is_recorded_too() -> None:
    division = create_division(actor=SYSTEM, code="b", names={"ja": "い課"})
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE eng_accounts_division SET phone = '9' WHERE id = %s", (division.pk,))
        cursor.execute("DELETE FROM eng_accounts_division WHERE id = %s", (division.pk,))
    actions_seen = [e.action for e in queries.events_of(table="eng_accounts_division", object_id=str(division.pk))]
    assert actions_seen == ["delete", "update", "insert"]


def test_an_unchanged_update_records_nothing() -> None:
    division = create_division(actor=SYSTEM, code="c", names={"ja": "う課"})
    create_division(actor=SYSTEM, code="c", names={"ja": "う課"})
    assert queries.events_of(table="eng_accounts_division", object_id=str(division.pk)).count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO eng_audit_auditevent SELECT * FROM eng_audit_auditevent",
        "UPDATE eng_audit_auditevent SET action = 'x'",
        "DELETE FROM eng_audit_auditevent",
        "TRUNCATE eng_audit_auditevent",
        "ALTER TABLE eng_audit_auditevent DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_append_only ON eng_audit_auditevent",
    ],
)
def test_the_application_cannot_write_the_trail_by_itself(statement: str) -> None:
    actions.record(actor=SYSTEM, action="look", table="t", object_id="1")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.filter(action="look").count() == 1


def test_actor_and_purpose_end_with_the_unit() -> None:
    person = Actor(kind="resident", account_id=uuid4(), purpose="申請")
    with unit(person):
        assert _setting("actor_id") == str(person.account_id)
        assert _setting("purpose") == "申請"
        assert current_actor() is person
        with unit(SYSTEM):
            assert _setting("actor_kind") == "system"
        assert _setting("actor_kind") == "resident"
    assert current_actor() is ANONYMOUS


def _refused_division() -> None:
    with unit(SYSTEM):
        create_division(actor=SYSTEM, code="d", names={"ja": "え課"})
        raise ValueError("no")


def test_a_refused_inner_unit_leaves_the_outer_one_usable_and_its_actor_restored() -> None:
    person = Actor(kind="resident", account_id=uuid4())
    with unit(person):
        with pytest.raises(ValueError, match="no"):
            _refused_division()
        assert _setting("actor_kind") == "resident"
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM eng_accounts_division WHERE code = 'd'")
            assert cursor.fetchone() == (0,)
