"""The trail holds against the owner of the tables, too."""

from __future__ import annotations

import psycopg
import pytest

from conftest import TestDatabase
from jichi.engines.audit import actions
from jichi.engines.audit.context import system_actor


@pytest.mark.parametrize("statement", ["DELETE FROM eng_audit_auditevent", "TRUNCATE eng_audit_auditevent"])
def test_even_the_owner_is_refused(committed_db: TestDatabase, statement: str) -> None:
    actions.record(actor=system_actor("test"), action="look", table="t", object_id="1")
    with psycopg.connect(committed_db.owner_url) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(statement)  # type: ignore[arg-type] # one of two constants
