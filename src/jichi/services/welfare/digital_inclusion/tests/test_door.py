"""The door of a session where the line is away: hashes in the browser, each arrival once, persons and associations."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.booking.actions import ReadTicket
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, NotFound

from .. import actions, queries
from ..models import Attendance
from . import office as place
from .office import Office, enter, owner, published

office = shared_world(place.build)
pytestmark = pytest.mark.django_db


def _course(code: str) -> queries.CourseView:
    found = queries.course(code)
    assert found is not None
    return found


def _read(ticket: str, device: str = "a") -> ReadTicket:
    return ReadTicket(key=uuid.uuid4(), ticket=ticket, device=device, at=clock.now() - timedelta(minutes=5))


def test_an_arrival_at_a_session_counts_once_and_by_the_time_of_the_device(office: Office) -> None:
    code = published(office.division, team_places=4, team_most=4)
    alone, team = enter(code, office.hanako), enter(code, office.taro, team="みどり町会", size=2)
    tickets = {one.entry_id: one.ticket for one in queries.tickets_of(_course(code).offerings())}
    assert set(tickets) == {alone.entry_id, team.entry_id}
    first, second = (one.starts_at for one in _course(code).sessions[:2])
    assert team.entry_id is not None
    with clock.standing_at(first - timedelta(days=2)), pytest.raises(Conflict, match="too_early"):
        actions.take_arrival(actor=office.teacher, code=code, number=1, read=_read(tickets[team.entry_id]))
    with clock.standing_at(first):
        read = _read(tickets[team.entry_id])
        for actor, given, refusal in ((office.stranger, read, Forbidden), (office.teacher, _read("0" * 32), NotFound)):
            with pytest.raises(refusal):
                actions.take_arrival(actor=actor, code=code, number=1, read=given)
        with unit(place.SYSTEM):
            assert Attendance.objects.count() == 0
        reads = [read, read, _read(tickets[team.entry_id], "b")]
        found = [actions.take_arrival(actor=office.teacher, code=code, number=1, read=one).outcome for one in reads]
        assert found == ["arrived", "arrived", "already"]
        assert queries.came_at(team.entry_id, 1) == read.at
    with clock.standing_at(second):  # the same ticket at the next session is a new arrival
        again = actions.take_arrival(actor=office.clerk, code=code, number=2, read=_read(tickets[team.entry_id]))
    assert again.outcome == "arrived"
    with unit(place.SYSTEM):
        assert [sorted(one.came) for one in queries.roll(_course(code).id)] == [[], [1, 2], [1, 2]]


def test_the_instructor_keeps_the_door_of_a_session_on_a_device(office: Office) -> None:
    code = published(office.division)
    enter(code, office.hanako)
    other = published(office.division, teacher="")
    here = f"/staff/smartphone/{code}/sessions/1/door/"
    with clock.standing_at(_course(code).sessions[0].starts_at):
        page = browser(owner(office.teacher))
        shown = page.get(here)
        assert ("camera=(self)" in shown["Permissions-Policy"], "教室 花子" in shown.content.decode()) == (True, False)
        assert page.get(f"{here}worker.js")["Content-Type"].startswith("text/javascript")
        kept = page.get(f"{here}tickets/").json()
        assert [(len(one[0]), len(one[1]), one[2:]) for one in kept["tickets"]] == [(32, 16, [1, False])]
        assert page.get(f"{here}state/").json()["mark"] == kept["mark"]
        read = {"key": str(uuid.uuid4()), "ticket": kept["tickets"][0][0], "device": "aaaa0001",
                "at": clock.now().isoformat()}  # fmt: skip
        send = [page.post(f"{here}arrivals/", body, "application/json") for body in (read, read, {"key": "x"})]
        assert [(one.status_code, one.json().get("outcome")) for one in send] == [
            (200, "arrived"), (200, "arrived"), (422, None),
        ]  # fmt: skip
        assert page.get(f"{here}tickets/").json()["tickets"][0][3] is True
        late = page.post(f"{here}arrivals/", {**read, "key": str(uuid.uuid4())}, "application/json").json()
        assert (late["outcome"], "ほかでも受け付けた券です" in late["text"]) == ("already", True)
        assert page.get(f"/staff/smartphone/{other}/sessions/1/door/tickets/").status_code == 404
