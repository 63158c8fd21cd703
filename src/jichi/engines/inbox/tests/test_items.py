"""Work items: exactly once, closed by their cause, in the order people need, seen by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from conftest import TestDatabase
from jichi.engines.audit.context import ANONYMOUS, Actor, unit
from jichi.engines.inbox import actions, queries
from jichi.engines.inbox.models import WorkItem
from jichi.engines.inbox.tests.people import SYSTEM, a_division, account_of, official, resident
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO

TODAY = date(2026, 6, 10)
SUBJECT = "eng_cases:case:1"


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.standing_at(datetime(2026, 6, 10, 12, 0, tzinfo=TOKYO)):
        yield


def put(**given: Any) -> int:
    more = {
        "actor": SYSTEM, "kind": "todo", "title": {"ja": "直してください"}, "url_path": "/items/K7M4-2QF9/",
        "subject_key": SUBJECT, **given,
    }  # fmt: skip
    return actions.put_item(**more)


def everything() -> list[tuple[int, str, str]]:
    with unit(SYSTEM):
        return list(WorkItem.objects.order_by("id").values_list("id", "kind", "state"))


@pytest.mark.django_db
def test_the_same_key_puts_one_item_even_after_it_was_closed() -> None:
    me = account_of(resident("a@example.jp"))
    first = put(account_id=me, dedupe_key="correction:1")
    assert put(account_id=me, dedupe_key="correction:1") == first
    assert actions.close_items(actor=SYSTEM, subject_key=SUBJECT) == 1
    assert put(account_id=me, dedupe_key="correction:1") == first
    assert everything() == [(first, "todo", "done")]


@pytest.mark.django_db
def test_without_a_key_one_is_open_at_a_time() -> None:
    me = account_of(resident("a@example.jp"))
    first = put(account_id=me)
    assert put(account_id=me) == first
    actions.close_items(actor=SYSTEM, subject_key=SUBJECT)
    second = put(account_id=me)
    assert everything() == [(first, "todo", "done"), (second, "todo", "open")]


@pytest.mark.django_db
def test_the_same_key_for_two_owners_makes_two() -> None:
    division = a_division("one")
    put(account_id=account_of(resident("a@example.jp")), dedupe_key="k")
    put(division_id=division, kind="check", dedupe_key="k")
    assert len(everything()) == 2


def test_at_once_from_many_sides_one_item_is_made(committed_db: TestDatabase) -> None:
    me = account_of(resident("a@example.jp"))

    def one(_number: int) -> int:
        try:
            return put(account_id=me)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(24)))) == 1
    assert len(everything()) == 1


@pytest.mark.django_db
def test_closing_takes_the_kinds_and_owners_named() -> None:
    division, me = a_division("one"), account_of(resident("a@example.jp"))
    todo = put(account_id=me)
    check = put(division_id=division, kind="check")
    deadline = put(division_id=division, kind="deadline")
    assert actions.close_items(actor=SYSTEM, subject_key=SUBJECT, kinds=("check", "todo"), division_id=division) == 1
    assert everything() == [(todo, "todo", "open"), (check, "check", "done"), (deadline, "deadline", "open")]
    assert actions.close_items(actor=SYSTEM, subject_key="eng_cases:case:2") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"both": True},
        {"account": True, "kind": "nonsense"},
        {"division": True, "kind": "todo"},
        {"account": True, "title": {"en": "Fix it"}},
        {"account": True, "url_path": "//elsewhere.example/"},
        {"account": True, "url_path": "https://elsewhere.example/"},
        {"account": True, "subject_key": "", "dedupe_key": "k"},
    ],
)
@pytest.mark.django_db
def test_the_database_refuses_what_must_not_be(wrong: dict[str, Any]) -> None:
    division, me = a_division("one"), account_of(resident("a@example.jp"))
    owners = {
        "account_id": me if wrong.pop("account", False) or wrong.get("both") else None,
        "division_id": division if wrong.pop("division", False) or wrong.pop("both", False) else None,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        put(**owners, **wrong)
    assert everything() == []


@pytest.mark.django_db
def test_a_residents_inbox_shows_what_is_due_first_then_the_newest(noon: None) -> None:
    me = account_of(resident("a@example.jp"))
    notice = put(account_id=me, kind="notice", dedupe_key="1")
    later = put(account_id=me, due_on=TODAY + timedelta(days=20), dedupe_key="2")
    undated = put(account_id=me, dedupe_key="3")
    soon = put(account_id=me, due_on=TODAY + timedelta(days=2), dedupe_key="4")
    done = put(account_id=me, due_on=TODAY, subject_key="x:y:2", dedupe_key="5")
    actions.close_items(actor=SYSTEM, subject_key="x:y:2")
    document = put(account_id=me, kind="document", dedupe_key="6")
    with unit(SYSTEM):
        order = [item.id for item in queries.items_for_account(me).items]
        assert order == [soon, later, undated, document, done, notice]
        assert [i.id for i in queries.items_for_account(me, kinds=("notice", "document")).items] == [document, notice]
        assert [i.id for i in queries.items_for_account(me, kinds=("todo",), state="done").items] == [done]
        walked, key = [], None
        while True:
            page = queries.items_for_account(me, after=key, limit=2)
            walked += [i.id for i in page.items]
            key = page.next_key
            if key is None:
                break
        assert walked == order
        counts = queries.counts_for_account(me)
    assert (counts.todo, counts.unread, counts.soonest, counts.badge) == (3, 2, TODAY + timedelta(days=2), 5)


@pytest.mark.django_db
def test_opening_a_page_marks_what_is_about_it_as_read() -> None:
    actor = resident("a@example.jp")
    put(account_id=account_of(actor), kind="notice", dedupe_key="1")
    put(account_id=account_of(resident("b@example.jp")), kind="notice", dedupe_key="1")
    assert actions.mark_read(actor=actor, subject_key=SUBJECT) == 1
    assert actions.mark_read(actor=actor, subject_key=SUBJECT) == 0
    with unit(SYSTEM):
        assert WorkItem.objects.filter(read_at=None).count() == 1


@pytest.mark.django_db
def test_an_officials_tabs(noon: None) -> None:
    ours, theirs = a_division("ours"), a_division("theirs")
    me = official("sato", ours)
    mine = put(
        division_id=ours, kind="check", subject_key="c:c:1", due_on=TODAY + timedelta(days=3), assignee_id=me.account_id
    )
    free = put(division_id=ours, kind="correction_arrived", subject_key="c:c:2", due_on=TODAY + timedelta(days=1))
    late = put(division_id=ours, kind="decide", subject_key="c:c:3", due_on=TODAY - timedelta(days=1))
    undated = put(division_id=ours, kind="check", subject_key="c:c:4", about="K7M42QF9")
    waiting = put(division_id=ours, kind="deadline", subject_key="c:c:5", due_on=TODAY + timedelta(days=9))
    lapsed = put(division_id=ours, kind="deadline", subject_key="c:c:6", due_on=TODAY - timedelta(days=2))
    to_read = put(account_id=me.account_id, kind="read", subject_key="c:c:7")
    put(division_id=theirs, kind="check", subject_key="c:c:8")

    def ids(scope: Any, **more: Any) -> list[int]:
        with unit(me):
            return [item.id for item in queries.items_for_staff(me, scope=scope, **more).items]

    assert ids("mine") == [mine]
    assert ids("division") == [late, free, mine, undated]
    assert ids("division", unassigned=True) == [late, free, undated]
    assert ids("division", kinds=("check",)) == [mine, undated]
    assert ids("division", about="K7M42QF9") == [undated]
    assert ids("division", division_id=theirs) == []
    assert ids("overdue") == [lapsed, late]
    assert ids("waiting") == [lapsed, waiting]
    assert ids("reading") == [to_read]
    with unit(me):
        counts = queries.counts_for_staff(me)
    assert counts == queries.StaffCounts(mine=1, division=4, unassigned=3, overdue=2, waiting=2, reading=1)

    assert actions.assign_items(actor=SYSTEM, subject_key="c:c:2", assignee_id=me.account_id) == 1
    assert ids("mine") == [free, mine]


@pytest.mark.django_db
def test_paging_a_work_list_meets_every_item_once(noon: None) -> None:
    ours, too = a_division("ours"), a_division("too")
    me = official("sato", ours, too)
    made = {
        put(
            division_id=(ours, too)[n % 2], kind="check", subject_key=f"c:c:{n}",
            due_on=TODAY + timedelta(days=n % 5) if n % 7 else None,
        )
        for n in range(53)
    }  # fmt: skip
    walked: list[queries.Item] = []
    key = None
    with unit(me):
        while True:
            page = queries.items_for_staff(me, scope="division", after=key, limit=10)
            walked += page.items
            key = page.next_key
            if key is None:
                break
    assert len(walked) == 53
    assert {item.id for item in walked} == made
    keys = [(item.due_on or date.max, item.id) for item in walked]
    assert all(a < b for a, b in pairwise(keys))


@pytest.mark.django_db
def test_a_nonsense_page_key_begins_at_the_start() -> None:
    me = official("sato", a_division("ours"))
    with unit(me):
        assert queries.items_for_staff(me, scope="division", after=("x", "y")).items == ()
        assert queries.items_for_account(account_of(me), after=("1",)).items == ()


@pytest.mark.django_db
@pytest.mark.parametrize("scope", ["mine", "division", "overdue", "waiting", "reading"])
def test_each_reading_is_one_statement(scope: Any, django_assert_num_queries: Any) -> None:
    me = official("sato", a_division("ours"), a_division("two"), a_division("three"))
    with unit(me), django_assert_num_queries(1):
        queries.items_for_staff(me, scope=scope)
    with unit(me), django_assert_num_queries(1):
        queries.counts_for_staff(me)
    with unit(me), django_assert_num_queries(1):
        queries.counts_for_account(account_of(me))


def seen(actor: Actor) -> set[int]:
    with unit(actor):
        return set(WorkItem.objects.values_list("id", flat=True))


@pytest.mark.django_db
def test_row_security_shows_each_their_own_whatever_the_code_asks() -> None:
    ours, theirs = a_division("ours"), a_division("theirs")
    one, two = resident("a@example.jp"), resident("b@example.jp")
    a = put(account_id=account_of(one))
    b = put(account_id=account_of(two))
    c = put(division_id=ours, kind="check")
    d = put(division_id=theirs, kind="check")
    e = put(division_id=ours, kind="decide", permission="cases.decide")
    assert seen(one) == {a}
    assert seen(two) == {b}
    assert seen(ANONYMOUS) == set()
    assert seen(official("x", ours)) == {c}
    assert seen(official("y", ours, permissions=frozenset({"cases.decide"}))) == {c, e}
    assert seen(official("z", theirs, permissions=frozenset({"cases.decide"}))) == {d}
    assert seen(official("w", permissions=frozenset({"inbox.all_divisions"}))) == {c, d}
    assert seen(SYSTEM) == {a, b, c, d, e}
    # A resident that claims divisions and permissions is still a resident.
    forged = Actor(
        kind="resident",
        account_id=one.account_id,
        divisions=frozenset({ours}),
        permissions=frozenset({"inbox.all_divisions"}),
    )
    assert seen(forged) == {a}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        """INSERT INTO eng_inbox_workitem (account_id, kind, title, url_path, subject_key, dedupe_key, created_at)
        SELECT id, 'todo', '{"ja": "x"}', '/', 's', 'd', now() FROM eng_accounts_account LIMIT 1""",
        "UPDATE eng_inbox_workitem SET state = 'done', closed_at = now()",
        "UPDATE eng_inbox_workitem SET url_path = '/elsewhere/'",
    ],
)
def test_a_visitor_can_not_write_past_the_functions(statement: str) -> None:
    me = resident("a@example.jp")
    put(account_id=account_of(me))
    with pytest.raises(DatabaseError), transaction.atomic(), unit(me), connection.cursor() as cursor:
        cursor.execute(statement)
    with unit(SYSTEM):
        item = WorkItem.objects.get()
    assert (item.state, item.url_path) == ("open", "/items/K7M4-2QF9/")


@pytest.mark.django_db
def test_deleting_meets_no_row_of_anybody() -> None:
    me = resident("a@example.jp")
    put(account_id=account_of(me))
    with unit(me):
        assert WorkItem.objects.all().delete()[0] == 0
    assert len(everything()) == 1


@pytest.mark.django_db
def test_a_resident_who_submits_puts_an_item_that_only_the_division_sees() -> None:
    ours = a_division("ours")
    me = resident("a@example.jp")
    item = put(actor=me, division_id=ours, kind="check")
    assert seen(me) == set()
    assert seen(official("x", ours)) == {item}
