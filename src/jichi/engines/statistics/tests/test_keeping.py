"""Events written and added up: late ones in, twice the same; salts gone; pages never disturbed; observations stay."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import add_months
from jichi.kernel.manifest import Indicator, Manifest

from .. import actions, middleware, queries, recorder
from ..actions import Count, Duration
from ..doctor import findings
from ..models import Day, Observation, PageTally, Salt, StepTally, Tally
from ..noting import note
from ..recorder import Recorder
from ..rules import SECONDS, Noted, Period

pytestmark = pytest.mark.django_db
ACTOR = system_actor("test")
PHONE = "Mozilla/5.0 (iPhone) Mobile/15E148"


def at(hour: int, minute: int = 0, *, back: int = 0) -> datetime:
    day = clock.today() - timedelta(days=back)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.TOKYO)


def today(by: str = "day") -> Period:
    return Period(first=clock.today(), last=clock.today(), by=by)


def look(client: str = "a", *, hour: int = 9, **more: Any) -> Noted:
    return Noted(at=at(hour), kind=more.pop("kind", "view"), client=client, **more)


def one_question(attempt: str, page: str, *kinds: str, seconds: int | None = None) -> list[Noted]:
    """An attempt on one page of the form: looked at, then what followed."""
    same: dict[str, Any] = {"subject": "ticket", "version": 7, "page": page, "attempt": attempt, "client": attempt}
    plain = attempt == "plain"
    after = [
        Noted(at=at(9, 1), kind=kind, plain=plain, seconds=seconds if kind == "saved" else None, **same)
        for kind in kinds
    ]
    return [Noted(at=at(9), kind="view", **same), *after]


def tallies() -> list[tuple[Any, ...]]:
    return list(
        Tally.objects.order_by("subject", "measure", "key").values_list("subject", "measure", "key", "count", "people")
    )


def test_a_day_is_added_up_by_subject_and_together() -> None:
    events = [
        look("a", page="home"), look("a", page="home", hour=10), look("b", page="home", language="en", device="phone"),
        look("b", subject="ticket"), look("", subject="ticket"),
        *one_question("x", "name", "saved", seconds=30), *one_question("y", "name", "error", "saved", seconds=60),
        *one_question("plain", "name", "left"), look("x", subject="ticket", kind="sent", attempt="x"),
    ]  # fmt: skip
    assert actions.write_events(actor=ACTOR, events=events) == len(events)
    assert actions.add_up(actor=ACTOR) == (clock.today(),)
    found = {row[:3]: row[3:] for row in tallies()}
    assert found["*", "views", ""] == (8, 5)
    assert found["ticket", "views", ""] == (5, 4)  # the one without a number is a look, no visitor
    assert found["*", "language", "en"] == (1, 1)
    assert found["*", "device", "phone"] == (1, 1)
    assert found["*", "place", "home"] == (3, 2)
    assert found["ticket", "sent", ""] == (1, 1)
    assert found["*", "script", "without"] == (1, 1)
    assert found["ticket", "script", "with"] == (3, 2)
    assert not [key for key in found if key[0] == ""]
    [page] = queries.pages("ticket", today())
    assert (page.version, page.page, page.reached, page.went_on, page.erred, page.errors) == (7, "name", 3, 2, 1, 1)
    assert sum(page.times.values()) == 2
    before = tallies(), list(PageTally.objects.values_list("page", "reached", "times"))
    actions.add_up(actor=ACTOR)
    with connection.cursor() as cursor:  # run again by hand
        cursor.execute("SELECT statistics_roll_day(%s, %s)", (clock.today(), list(SECONDS)))
    assert (tallies(), list(PageTally.objects.values_list("page", "reached", "times"))) == before


def test_late_events_are_added_up_and_a_quiet_day_is_left_alone() -> None:
    actions.write_events(actor=ACTOR, events=[look("a")])
    assert actions.add_up(actor=ACTOR) == (clock.today(),)
    assert actions.add_up(actor=ACTOR) == ()
    late = Noted(at=at(23, 59, back=3), kind="view", client="a")
    own = Recorder()
    own.add(late)
    own.flush()
    assert actions.add_up(actor=ACTOR) == (clock.today() - timedelta(days=3),)
    [row] = Tally.objects.filter(day=clock.today() - timedelta(days=3), measure="views")
    assert (row.count, row.people) == (1, 0)  # its salt is gone: a look, but nobody's


def test_the_edge_of_a_day_is_midnight_in_tokyo() -> None:
    for back, hour in ((1, 0), (1, 23), (0, 0)):
        actions.write_events(actor=ACTOR, events=[Noted(at=at(hour, back=back), kind="view", client="a")])
    actions.add_up(actor=ACTOR)
    found = Tally.objects.filter(measure="views").order_by("day").values_list("day", "count")
    assert list(found) == [(clock.today() - timedelta(days=1), 2), (clock.today(), 1)]


def test_salts_of_past_days_are_destroyed_and_todays_stays() -> None:
    actions.write_events(actor=ACTOR, events=[look("a")])
    yesterday = clock.today() - timedelta(days=1)
    Salt.objects.create(day=yesterday, value=b"x" * 32)
    kept = bytes(Salt.objects.get(day=clock.today()).value)
    assert actions.keep_in_order(actor=ACTOR)[0] == 1
    assert [(row.day, bytes(row.value)) for row in Salt.objects.all()] == [(clock.today(), kept)]
    assert actions.keep_in_order(actor=ACTOR)[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'eng_statistics_salt'")
        assert cursor.fetchone()[0] == "u"  # in no log, on no standby


def test_no_address_and_no_browser_is_kept() -> None:
    actions.write_events(actor=ACTOR, events=[look("192.0.2.9 Firefox", attempt="0b5e", subject="ticket")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM eng_statistics_event e")
        [row] = cursor.fetchall()
    assert "192.0.2.9" not in row[0]
    assert "Firefox" not in row[0]
    assert "0b5e" not in row[0]


def test_a_month_without_a_partition_gets_one_when_events_come() -> None:
    moment = at(9) - timedelta(days=300)
    actions.write_events(actor=ACTOR, events=[Noted(at=moment, kind="view", client="a"), look("b")])
    assert len(actions.add_up(actor=ACTOR)) == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT statistics_make_partitions(%s, %s)", (moment.date(), moment.date()))
        assert cursor.fetchone() == (0,)


def test_old_events_are_dropped_by_the_month_and_their_sums_stay() -> None:
    old = add_months(clock.today().replace(day=1), -14)
    moment = datetime(old.year, old.month, 3, 12, tzinfo=clock.TOKYO)
    actions.write_events(actor=ACTOR, events=[Noted(at=moment, kind="view", client="a"), look("b")])
    actions.add_up(actor=ACTOR)
    assert actions.keep_in_order(actor=ACTOR)[2] == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_statistics_event")
        assert cursor.fetchone() == (1,)
    assert Tally.objects.filter(measure="views", subject="*").count() == 2
    assert actions.add_up(actor=ACTOR) == ()


def test_what_can_not_be_written_waits_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Recorder()
    for name in "abc":
        own.add(look(name))

    def away(_self: Recorder, _taken: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(Recorder, "_write", away)
        with pytest.raises(OSError, match="away"):
            own.flush()
        own.add(look("d"))
    assert [one.client for one in own._waiting] == ["a", "b", "c", "d"]
    assert own.flush() == 4
    assert own.flush() == 0


def test_a_full_buffer_lets_the_oldest_go() -> None:
    own = Recorder()
    for number in range(recorder.MOST + 5):
        own.add(look(str(number)))
    assert own.waiting() == recorder.MOST
    assert own._waiting[0].client == "5"


# -- pages -----------------------------------------------------------------------------------------


class Open:
    audience = "public"


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>")


page.jichi_access = Open()  # type: ignore[attr-defined] # as the decorator of accounts leaves it


class Match:
    func = staticmethod(page)
    view_name = "home"


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[Noted]:
    found: list[Noted] = []
    monkeypatch.setattr(recorder.recorder, "add", found.append)
    return found


def ask(answer: HttpResponse, *, method: str = "get", seen: dict[str, Any] | None = None, **headers: str) -> None:
    given = {"HTTP_USER_AGENT": PHONE, **{f"HTTP_{name.upper()}": value for name, value in headers.items()}}
    request = getattr(RequestFactory(), method)("/", **given)
    request.resolver_match = Match

    def view(inner: HttpRequest) -> HttpResponse:
        if seen is not None:
            note(inner, **seen)
        return answer

    assert middleware.StatisticsMiddleware(view)(request) is answer


@pytest.mark.parametrize(
    ("answer", "method", "seen", "headers", "counted"),
    [
        (HttpResponse("<p>"), "get", None, {}, "view"),
        (HttpResponse("<p>"), "get", {"subject": "ticket", "page": "name", "version": 3}, {}, "view"),
        (HttpResponse(status=302), "post", {"kind": "saved", "subject": "ticket"}, {}, "saved"),
        (HttpResponse("<p>", status=422), "post", {"kind": "error", "subject": "ticket"}, {}, "error"),
        (HttpResponse("<p>", status=422), "post", {"subject": "ticket"}, {}, None),
        (HttpResponse(status=500), "post", {"kind": "saved"}, {}, None),  # rolled back
        (HttpResponse("<p>"), "post", None, {}, None),
        (HttpResponse("<p>"), "head", None, {}, None),
        (HttpResponse(status=302), "get", None, {}, None),
        (HttpResponse("x", content_type="text/csv"), "get", None, {}, None),
        (HttpResponse("<p>"), "get", None, {"hx_request": "true"}, None),
        (HttpResponse("<p>"), "get", None, {"sec_purpose": "prefetch;prerender"}, None),
        (HttpResponse("<p>"), "get", None, {"dnt": "1"}, None),
        (HttpResponse("<p>"), "get", None, {"sec_gpc": "1"}, None),
        (HttpResponse("<p>"), "get", None, {"user_agent": "Examplebot/2.0"}, None),
        (HttpResponse("<p>"), "get", None, {"user_agent": ""}, None),
    ],
)
def test_what_counts_as_a_look(
    noted: list[Noted], answer: HttpResponse, method: str, seen: Any, headers: dict[str, str], counted: str | None
) -> None:
    ask(answer, method=method, seen=seen, **headers)
    assert [one.kind for one in noted] == ([counted] if counted else [])
    if counted:
        assert (noted[0].device, noted[0].language) == ("phone", "ja")
        assert noted[0].page == ("home" if seen is None else seen.get("page", ""))


def test_settings_switch_counting_off_and_do_not_track_aside(noted: list[Noted]) -> None:
    with override_settings(JICHI_STATISTICS={"count": False}):
        ask(HttpResponse("<p>"))
    assert noted == []
    with override_settings(JICHI_STATISTICS={"count": True, "respect_do_not_track": False}):
        ask(HttpResponse("<p>"), dnt="1")
    assert len(noted) == 1


# -- what rooms above count ------------------------------------------------------------------------


def put(day: date) -> None:
    actions.put_day(
        actor=ACTOR, day=day,
        counts=[
            Count(subject="ticket", measure="received", key="web", count=8),
            Count(subject="pass", measure="received", key="web", count=2),
            Count(subject="pass", measure="received", key="paper", count=1),
        ],
        durations=[
            Duration(subject="ticket", step="decide", count=3, late=1, minutes=900, times={"20": 2, "30": 1}),
            Duration(subject="pass", step="decide", count=1, minutes=100, times={"20": 1}),
        ],
    )  # fmt: skip


def test_a_day_of_cases_is_replaced_whole() -> None:
    for _ in range(2):
        put(clock.today())
    assert queries.totals(queries.ALL, ["received"], today())["received", "web"].count == 10
    assert queries.by_subject(["received"], today(), ["pass"])["pass"]["received", "paper"].count == 1
    decide = queries.steps(queries.ALL, today())["decide"]
    assert (decide.count, decide.late, decide.minutes, dict(decide.times)) == (4, 1, 1000, {"20": 3, "30": 1})
    assert queries.step_by_subject("decide", today())["ticket"].minutes == 900
    assert (
        queries.series(queries.ALL, ["received"], today("month"))["received", clock.today().replace(day=1)].count == 11
    )
    actions.put_day(actor=ACTOR, day=clock.today(), counts=[], durations=[])
    assert (Tally.objects.count(), StepTally.objects.count()) == (0, 0)


def test_a_position_never_goes_back() -> None:
    for value in (5, 9, 7):
        actions.move_position(actor=ACTOR, name="cases", value=value)
    assert queries.position("cases") == 9
    actions.forget_position(actor=ACTOR, name="cases")
    assert queries.position("cases") == 0


# -- indicators ------------------------------------------------------------------------------------

VALUES: dict[str, Any] = {}


def found_value(month: date) -> object:
    told = VALUES["now"]
    if isinstance(told, Exception):
        raise told
    return told


def test_observations_are_added_never_changed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    indicator = Indicator(key="test.share", title={"ja": "率"}, unit="%", function=f"{__name__}.found_value")
    house = (Manifest(label="x", path="x", title={"ja": "x"}, indicators=(indicator,)),)
    monkeypatch.setattr(actions, "load_manifests", lambda _rooms: house)
    VALUES["now"] = 41.5
    assert actions.observe(actor=ACTOR) == 2
    assert actions.observe(actor=ACTOR) == 0
    VALUES["now"] = Decimal("43")
    assert actions.observe(actor=ACTOR, months=1) == 1
    VALUES["now"] = None
    assert actions.observe(actor=ACTOR) == 0
    VALUES["now"] = RuntimeError("away")
    with caplog.at_level(logging.CRITICAL):
        assert actions.observe(actor=ACTOR) == 0
    month = clock.today().replace(day=1)
    seen = queries.observations(["test.share"], add_months(month, -1), month)
    assert [(one.period, one.value) for one in seen] == [(add_months(month, -1), Decimal("41.5")), (month, Decimal(43))]
    assert Observation.objects.count() == 3
    with pytest.raises(IntegrityError, match="not changed"), transaction.atomic():
        Observation.objects.update(value=1)


def test_two_processes_share_the_salt_of_the_day() -> None:
    with unit(ACTOR):
        salts = {Recorder()._salt_of(clock.today()) for _ in range(2)}
    assert len(salts) == 1
    assert Day.objects.count() == 0


def adding_up_ran(at: datetime, *, stopped: bool = False) -> None:
    """As jobs keeps it: when a periodic entry had its last turn, and whether somebody stopped it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO eng_jobs_schedule (name, cron, last_slot, missed, stopped_at) "
            "VALUES (%s, '* * * * *', %s, 0, %s)",
            ("statistics.add_up", at, at if stopped else None),
        )


@pytest.mark.parametrize(("back", "stopped", "state", "words"), [
    (timedelta(minutes=20), False, "ok", "wait to be added up"),
    (timedelta(hours=3), False, "wrong", "not added up for hours"),
    (None, False, "wrong", "not added up for hours"),
    (timedelta(minutes=20), True, "wrong", "was stopped"),
])  # fmt: skip
def test_the_doctor_says_when_days_are_added_up_no_more(
    back: timedelta | None, stopped: bool, state: str, words: str
) -> None:
    assert [one.state for one in findings()] == ["ok"]
    with unit(ACTOR):
        Day.objects.create(day=clock.today(), changes=1)
        if back is not None:
            adding_up_ran(clock.now() - back, stopped=stopped)
    found = findings()
    assert [one.state for one in found] == [state]
    assert words in found[0].detail


def test_the_doctor_says_when_a_job_runs_and_never_gets_there() -> None:
    with unit(ACTOR):
        Day.objects.create(day=clock.today() - timedelta(days=3), changes=1)
    adding_up_ran(clock.now())
    assert [one.state for one in findings()] == ["wrong"]
