"""The trail holds against the owner of the tables, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from jichi.engines.audit import actions
from jichi.engines.audit.context import system_actor

if TYPE_CHECKING:
    from conftest import TestDatabase


def test_even_the_owner_is_refused(committed_db: TestDatabase) -> None:
    actions.record(actor=system_actor("test"), action="look", table="t", object_id="1")
    with psycopg.connect(committed_db.owner_url) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("DELETE FROM eng_audit_auditevent")
