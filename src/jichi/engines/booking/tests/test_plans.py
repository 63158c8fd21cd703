"""What an entry costs does not grow with those before it, whatever the server believes of the tables."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import unit

from . import hall as place
from .hall import SYSTEM, Hall, enter, enter_together, offer, press

real_hall = own_world(place.build)
READ_WHOLE = """
SELECT relname FROM pg_stat_xact_user_tables WHERE seq_scan > 0
AND relname IN ('eng_booking_entry', 'eng_booking_entryperson', 'eng_booking_place', 'eng_booking_seat')
"""


@pytest.mark.parametrize("together", [False, True], ids=["alone", "together"])
def test_no_table_of_entries_is_read_whole_when_it_was_counted_empty(
    real_hall: Hall, own_db: TestDatabase, together: bool
) -> None:
    """With plans for empty tables each check at the end of an entry read every entry and place before it."""
    offering = offer(real_hall, 20, seated=True)
    with psycopg.connect(own_db.owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE eng_booking_entry, eng_booking_entryperson, eng_booking_place")
    connection.close()  # plans are kept for a connection
    with unit(SYSTEM), connection.cursor() as cursor:
        if together:
            found = enter_together(offering, press(real_hall, "one", "another"), press(real_hall), press(real_hall))
            assert [outcome for outcome, _ in found] == ["taken"] * 3
        else:
            assert enter(offering, "one", "another").outcome == "taken"
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(READ_WHOLE)
        assert cursor.fetchall() == []
