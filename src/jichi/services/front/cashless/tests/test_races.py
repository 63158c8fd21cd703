"""With real commits: who sells waits for a close and is refused; without the guard a closed day would be sold on."""

from __future__ import annotations

from threading import Thread
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import unit
from jichi.kernel.errors import Conflict

from ..models import Sale
from .office import SYSTEM, Office, build, cash, opened, sold

office = own_world(build)
CLOSE = (
    "UPDATE front_cashless_deskday SET state = 'closed', counted_yen = 10000, expected_yen = 10000, closed_at = now(), "
    "counted_at = now() WHERE id = %s"
)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def _selling(office: Office, said: list[str]) -> None:
    try:
        sold(office, cash(300), JUMIN=1)
        said.append("sold")
    except Conflict as error:
        said.append(error.code)
    finally:
        connections["default"].close()


@pytest.mark.parametrize(("guarded", "outcome"), [(False, "sold"), (True, "cashless.not_open")])
def test_nothing_is_sold_on_a_day_that_is_being_closed(
    office: Office, own_db: TestDatabase, guarded: bool, outcome: str
) -> None:
    day: UUID = opened(office)
    said: list[str] = []
    with psycopg.connect(own_db.super_url, autocommit=True) as owner, psycopg.connect(own_db.app_url) as closer:
        if not guarded:
            owner.execute("ALTER TABLE front_cashless_sale DISABLE TRIGGER cashless_number")
        closer.execute("SELECT set_config('jichi.actor_kind', 'system', true)")
        closer.execute(CLOSE, (day,))
        seller = Thread(target=_selling, args=(office, said))
        seller.start()
        while guarded and seller.is_alive() and owner.execute(WAITING).fetchone() == (0,):
            seller.join(0.05)
        if not guarded:
            seller.join()
        closer.commit()
        seller.join()
    assert said == [outcome]
    with unit(SYSTEM):
        assert Sale.objects.count() == (0 if guarded else 1)
