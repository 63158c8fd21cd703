"""kill -9 while several people are entered together: all of them are in, or nobody, and who presses again is in once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from django.conf import settings

from conftest import TestDatabase, own_world
from jichi.engines.accounts.tests.browser import browser
from jichi.services.front.events.actions import Application
from jichi.services.front.events.actions.rushing import Press, answer_all
from jichi.services.front.events.tests.office import build, published
from jichi.services.front.events.tests.test_rush_together import residents

from .dying import Act, dies_after

own_office = own_world(build)
MOST_STATEMENTS = 20
WRITTEN = """
SELECT (SELECT count(*) FROM eng_booking_entry), (SELECT count(*) FROM eng_booking_entryperson),
    (SELECT count(*) FROM eng_booking_place), (SELECT count(*) FROM eng_booking_seat WHERE place_id IS NOT NULL),
    (SELECT count(*) FROM front_events_evententry), (SELECT count(*) FROM eng_inbox_workitem),
    (SELECT count(*) FROM eng_messages_message), (SELECT count(*) FROM eng_messages_delivery)
"""


def written(database: TestDatabase) -> tuple[Any, ...]:
    with psycopg.connect(database.super_url) as there:
        found = there.execute(WRITTEN).fetchone()
    assert found is not None
    return tuple(found)


def rushing(code: str, sessions: Sequence[str]) -> Callable[[], object]:
    """Everybody presses at the same moment."""
    application = Application(choices=("001",), name="予約 花子", phone="03-1234-5678", companions=("同伴 一郎",))
    presses = [
        Press(session_key=one, code=code, application=application, press="p", purpose="POST", request_id="r")
        for one in sessions
    ]
    return lambda: answer_all(presses)


def test_presses_entered_together_and_killed_at_any_step_leave_all_or_nothing(
    own_office: Any, own_db: TestDatabase
) -> None:
    code = published(own_office.division, capacity=2000, most_people=4)
    pages = [browser(one) for one in residents(3)]
    sessions = [page.cookies[settings.SESSION_COOKIE_NAME].value for page in pages]
    nothing, everything, found = (0,) * 8, (3, 6, 3, 6, 3, 3, 3, 3), []
    for statements in range(1, MOST_STATEMENTS):
        lived = dies_after(own_db, statements, Act(rushing, {"code": code, "sessions": sessions}))
        found.append(written(own_db))
        if lived:
            break
    # Killed before the one statement that enters, and after it: the answer is lost, not the entry.
    assert found == [nothing] * (len(found) - 2) + [everything] * 2
    assert len(found) >= 4
    body = "step=check&choice1=001&name=A&phone=0300000000&press=p&companions=B"
    for page in pages:
        answer = page.post(f"/events/{code}/apply/", body, content_type="application/x-www-form-urlencoded")
        assert "/done/" in answer["Location"]
    assert written(own_db) == everything
