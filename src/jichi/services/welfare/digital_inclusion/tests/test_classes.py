"""A class from draft to attendance: entering, associations, waiting, instructors, with what people hear of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import ANONYMOUS, unit
from jichi.engines.booking import actions as booking_actions
from jichi.engines.booking import queries as booking
from jichi.engines.programmes import actions as programmes
from jichi.engines.surveys import actions as surveys
from jichi.engines.surveys import queries as survey_queries
from jichi.engines.surveys.rules import standard
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries
from ..models import Attendance, Enrolment, Participant, Session
from ..rules import survey_code, survey_times
from . import office as place
from .office import SYSTEM, Office, enter, owner, plan, published

office = shared_world(place.build)
pytestmark = pytest.mark.django_db


def _told(account: UUID) -> list[str]:
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute(
            "SELECT template FROM eng_messages_message WHERE account_id = %s ORDER BY created_at, ctid", (account,)
        )
        return [row[0].removeprefix("digital.") for row in cursor.fetchall() if row[0].startswith("digital.")]


def _course(code: str) -> queries.CourseView:
    found = queries.course(code)
    assert found is not None
    return found


def _entry(entry_id: UUID | None) -> booking.EntryView:
    assert entry_id is not None
    with unit(SYSTEM):
        return booking.entries_by_id([entry_id])[entry_id]


def _members(code: str) -> tuple[queries.Member, ...]:
    with unit(SYSTEM):
        return queries.roll(_course(code).id)


def test_a_draft_is_published_once_and_then_its_dates_stay(office: Office) -> None:
    code = actions.create_course(actor=office.clerk, division_id=office.division, plan=plan(place_name=""))
    with pytest.raises(Invalid) as refused:
        actions.publish_course(actor=office.clerk, code=code)
    assert list(refused.value.fields) == ["place_name"]
    with pytest.raises(NotFound):
        enter(code, office.hanako)
    with pytest.raises(Forbidden):
        actions.change_course(actor=office.stranger, code=code, plan=plan(), expected_revision=1)
    actions.change_course(actor=office.clerk, code=code, plan=plan(), expected_revision=1)
    with pytest.raises(Conflict, match="changed_since"):
        actions.change_course(actor=office.clerk, code=code, plan=plan(), expected_revision=1)
    for _ in range(2):
        actions.publish_course(actor=office.clerk, code=code)
    found = _course(code)
    assert (found.state, [one.teacher_id for one in found.sessions]) == ("published", [office.teacher.account_id] * 3)
    with pytest.raises(Conflict, match="not_draft"):
        actions.change_course(actor=office.clerk, code=code, plan=plan(capacity=9), expected_revision=2)


def test_one_entry_is_for_all_sessions_and_the_next_hears_when_a_place_is_free(office: Office) -> None:
    code = published(office.division, capacity=1)
    first = enter(code, office.hanako, key="press", age_class="75_84")
    assert enter(code, office.hanako, key="press") == first
    assert enter(code, office.hanako).outcome == "twice"
    second = enter(code, office.taro)
    assert (first.outcome, second.outcome) == ("taken", "waiting")
    with unit(SYSTEM):
        assert list(Participant.objects.order_by("age_class").values_list("place", "age_class")) == [
            (1, "75_84"), (1, "unknown"),
        ]  # fmt: skip
    booking_actions.withdraw(actor=office.hanako, entry_id=first.entry_id or uuid.uuid4())
    assert (_entry(second.entry_id).state, _told(owner(office.taro))) == ("held", ["notice", "offered"])
    assert programmes.answer_offer(actor=office.taro, entry_id=second.entry_id or uuid.uuid4(), comes=True)
    assert _entry(second.entry_id).state == "taken"
    with clock.standing_at(_course(code).sessions[1].starts_at - timedelta(days=1)):
        assert (actions.remind(actor=SYSTEM), actions.remind(actor=SYSTEM)) == (1, 1)
    assert _told(owner(office.taro)) == ["notice", "offered", "notice"]


def test_what_is_missing_is_refused_and_nobody_entered(office: Office) -> None:
    code = published(office.division, team_places=4, team_most=3)
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"phone": " "}, "phone"), ({"name": ""}, "name"), ({"name": "あ" * 201}, "name"),
        ({"team": "町会", "size": 4}, "size"), ({"team": "町会", "size": 1}, "size"),
    )  # fmt: skip
    for given, field in cases:
        with pytest.raises(Invalid) as refused:
            enter(code, office.hanako, **given)
        assert list(refused.value.fields) == [field]
    for actor in (office.stranger, ANONYMOUS, office.teacher):
        with pytest.raises(Forbidden):
            enter(code, actor)
    with unit(SYSTEM):
        assert Enrolment.objects.count() == 0


def test_an_association_has_its_own_places_and_names_its_members_later(office: Office) -> None:
    code = published(office.division, capacity=1, team_places=4, team_most=3)
    assert enter(code, office.taro).outcome == "taken"
    team = enter(code, office.hanako, team="みどり町会", size=3)
    assert team.outcome == "taken"
    assert enter(code, office.clerk, team="みどり 町会", size=2).outcome == "twice"
    assert enter(code, office.clerk, team="さくら町会", size=2).outcome == "waiting"
    entry_id = team.entry_id or uuid.uuid4()
    with pytest.raises(Invalid):
        actions.name_participants(actor=office.hanako, entry_id=entry_id, names=["a", "b", "c", "d"])
    for actor, refusal in ((office.taro, NotFound), (office.stranger, NotFound), (ANONYMOUS, Forbidden)):
        with pytest.raises(refusal):
            actions.name_participants(actor=actor, entry_id=entry_id, names=["x"])
    actions.name_participants(actor=office.hanako, entry_id=entry_id, names=["一郎", " ", "和子"])
    assert [one.name for one in _members(code) if one.team] == ["一郎", "和子", ""]
    with pytest.raises(IntegrityError), transaction.atomic(), unit(SYSTEM):
        Participant.objects.create(enrolment_id=entry_id, course_id=_course(code).id, place=4)


def test_the_telephone_stands_in_the_same_queue_and_conditions_are_asked_of_persons_alone(office: Office) -> None:
    code = published(office.division, capacity=1, residents_only=True, team_places=3, team_most=3)
    assert enter(code, office.clerk).outcome == "unmet"
    assert enter(code, office.clerk, team="みどり町会", size=2).outcome == "taken"
    other = published(office.division, capacity=1)
    assert [enter(other, office.clerk).outcome, enter(other, office.hanako).outcome] == ["taken", "waiting"]


def test_attendance_is_marked_by_the_instructor_of_the_session_on_its_day(office: Office) -> None:
    code = published(office.division, team_places=4, team_most=3)
    enter(code, office.taro)
    team = enter(code, office.hanako, team="みどり町会", size=2)
    members, sessions = _members(code), _course(code).sessions
    everybody = [one.id for one in members]
    with pytest.raises(Conflict, match="too_early"):
        actions.mark_attendance(actor=office.teacher, code=code, number=1, participants=everybody)
    actions.set_teacher(actor=office.clerk, code=code, number=2, login="")
    with clock.standing_at(sessions[1].starts_at):
        with pytest.raises(Forbidden):
            actions.mark_attendance(actor=office.teacher, code=code, number=2, participants=everybody)
        with pytest.raises(Forbidden):
            actions.mark_attendance(actor=office.stranger, code=code, number=1, participants=everybody)
        counts = [
            actions.mark_attendance(actor=office.teacher, code=code, number=1, participants=everybody, came=came)
            for came in (True, True, False)
        ]
        assert counts == [3, 0, 3]
        token = _entry(team.entry_id).token
        outcomes = [actions.arrive(actor=office.clerk, token=token) for _ in range(2)]
        assert outcomes == [("arrived", code, 2), ("already", code, 2)]
        assert actions.arrive(actor=office.clerk, token=uuid.uuid4()) is None
        with pytest.raises(Forbidden):
            actions.arrive(actor=office.teacher, token=token)
    assert [sorted(one.came) for one in _members(code) if one.team] == [[2], [2]]
    booking_actions.withdraw(actor=office.taro, entry_id=next(one.entry_id for one in members if not one.team))
    with clock.standing_at(sessions[0].starts_at):
        taro = next(one.id for one in members if not one.team)
        assert actions.mark_attendance(actor=office.clerk, code=code, number=1, participants=[taro]) == 0
        with pytest.raises(IntegrityError), transaction.atomic(), unit(SYSTEM):
            Attendance.objects.create(
                participant_id=taro, session=Session.objects.get(course__code=code, number=1), noted_at=clock.now()
            )


def test_who_takes_part_is_seen_by_themselves_the_division_and_the_instructor(office: Office) -> None:
    code = published(office.division)
    enter(code, office.hanako)
    other = published(office.division, teacher="")
    enter(other, office.hanako)
    seen = {}
    for name in ("clerk", "stranger", "teacher", "hanako", "taro"):
        with unit(getattr(office, name)):
            seen[name] = (Enrolment.objects.count(), Participant.objects.count())
    assert seen == {"clerk": (2, 2), "stranger": (0, 0), "teacher": (1, 1), "hanako": (2, 2), "taro": (0, 0)}


def test_a_cancelled_class_ends_both_lists_and_everybody_hears_it(office: Office) -> None:
    code = published(office.division, team_places=4, team_most=3)
    enter(code, office.taro)
    enter(code, office.hanako, team="みどり町会", size=2)
    with pytest.raises(Invalid):
        actions.cancel_course(actor=office.clerk, code=code, reason=" ")
    ended = [actions.cancel_course(actor=office.clerk, code=code, reason="講師の都合") for _ in range(2)]
    assert ended == [2, 0]
    for offering in _course(code).offerings():
        actions.tell_results(actor=SYSTEM, offering_id=offering)
    assert _told(owner(office.taro)) == ["notice", "notice"]
    copy = _course(actions.copy_course(actor=office.clerk, code=code))
    assert (copy.state, len(copy.sessions), len(copy.plan.slots())) == ("draft", 0, 3)


def test_what_associations_leave_goes_to_who_waits_once_their_day_is_over(office: Office) -> None:
    code = published(office.division, capacity=1, team_places=4, team_most=4, answer_hours=0,
                     teams_until=(clock.now() + timedelta(days=5)).date())  # fmt: skip
    enter(code, office.hanako)
    waits = enter(code, office.taro)
    team = enter(code, office.clerk, team="みどり町会", size=3)
    assert (waits.outcome, team.outcome) == ("waiting", "taken")
    with pytest.raises(Conflict, match="not_draft"):  # associations rely on their day
        actions.change_course(
            actor=office.clerk, code=code, plan=replace(_course(code).plan, teams_until=None), expected_revision=1
        )
    with clock.standing_at(clock.now() + timedelta(days=5)):
        assert actions.give_back_team_places(actor=SYSTEM) == 0
    with clock.standing_at(clock.now() + timedelta(days=6)):
        assert [actions.give_back_team_places(actor=SYSTEM) for _ in range(2)] == [1, 0]
    assert waits.entry_id is not None
    with unit(SYSTEM):
        assert booking.entries_by_id([waits.entry_id])[waits.entry_id].state == "taken"
    with pytest.raises(Forbidden):
        actions.give_back_team_places(actor=office.clerk)


def test_who_came_to_a_class_is_asked_once_and_the_report_counts(office: Office) -> None:
    code = published(office.division, times=1, first=(clock.now() + timedelta(days=20)).date())
    entry = enter(code, office.hanako)
    found = queries.course(code)
    assert found is not None
    ends = found.sessions[-1].ends_at
    opens_at, closes_at = survey_times([ends])
    surveys.set_survey(
        actor=office.clerk, code=survey_code(found.id), division_id=office.division, questions=standard(("satisfied",)),
        opens_at=opens_at, closes_at=closes_at,
    )  # fmt: skip
    with clock.standing_at(found.sessions[0].starts_at):
        with unit(SYSTEM):
            members = queries.roll(found.id)
        actions.mark_attendance(actor=SYSTEM, code=code, number=1, participants=[one.id for one in members])
    with clock.standing_at(ends + timedelta(days=1)):
        assert [actions.ask(actor=SYSTEM) for _ in range(2)] == [1, 1]
        with unit(SYSTEM):
            number = booking.entries_by_id([entry.entry_id])[entry.entry_id].number  # type: ignore[list-item, index] # is there
        page = browser(owner(office.hanako))
        assert "アンケートに答える" in page.get(f"/smartphone/mine/{number}/").content.decode()
        page.post(f"/smartphone/mine/{number}/survey/", {"satisfied": "5"})
        page.post(f"/smartphone/mine/{number}/survey/", {"satisfied": "1"})
    assert survey_queries.outcome(survey_code(found.id), least=1).replies == 1


def test_my_page_holds_a_class_until_its_last_session_is_over(office: Office) -> None:
    code = published(office.division, capacity=1)
    enter(code, office.hanako)
    title = _course(code).title["ja"]
    now, over = browser(owner(office.hanako)).get("/my/").content.decode().split("終わったもの</h2>")
    assert (title in now, title in over) == (True, False)
    with clock.standing_at(_course(code).sessions[-1].ends_at + timedelta(days=1)):
        now, over = browser(owner(office.hanako)).get("/my/").content.decode().split("終わったもの</h2>")
        assert (title in now, title in over) == (False, True)
        assert (actions.leave_search(actor=SYSTEM), actions.leave_search(actor=SYSTEM)) == (1, 0)


def test_a_copied_class_brings_its_questions_along_as_a_draft(office: Office) -> None:
    code = published(office.division)
    opens_at, closes_at = survey_times([_course(code).sessions[-1].ends_at])
    surveys.set_survey(
        actor=SYSTEM, code=survey_code(_course(code).id), division_id=office.division, questions=standard(("again",)),
        opens_at=opens_at, closes_at=closes_at,
    )  # fmt: skip
    copy = _course(actions.copy_course(actor=office.clerk, code=code))
    name = survey_code(copy.id)
    assert (survey_queries.survey(name), survey_queries.drafted(name)) == (None, standard(("again",)))
    assert survey_queries.surveyed([name]) == set()
