"""kill -9 at every step of sending and deciding: afterwards all of it is there, or nothing, and trying again is right.

A child process does the act and dies after its n-th database statement, for every n. The mail's own
crashes are tested beside the pump, those of the processes beside the supervisor.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg

from conftest import TestDatabase
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor
from jichi.engines.cases import actions as cases
from jichi.engines.cases import queries as case_queries
from jichi.engines.forms import actions as forms
from jichi.engines.registry import queries as registry
from jichi.services.front.applications.actions import submit_application
from jichi.services.front.applications.sample import fill_draft

from .dying import Act, dies_after

MOST_STATEMENTS = 120


def resident(email: str) -> tuple[Actor, str]:
    """A demo resident as an actor, and the 宛名番号 behind it."""
    from jichi.engines.accounts.actions import create_resident_account
    from jichi.engines.audit.context import system_actor

    account = create_resident_account(actor=system_actor("test"), email=email)
    found = accounts.signed_in(account_id=account.pk)
    assert found is not None
    return found.actor("test", "test"), found.addressee_no


def official(login: str) -> Actor:
    """A demo official as an actor."""
    account_id = accounts.staff_account_id(login)
    assert account_id is not None
    found = accounts.signed_in(account_id=account_id)
    assert found is not None
    return found.actor("test", "test")


def filled_draft(actor: Actor, number: str) -> UUID:
    """A draft of 二十歳のつどい with every page answered."""
    from jichi.engines.audit.context import unit

    with unit(actor):
        draft = forms.start_draft(actor=actor, slug="coming-of-age", applicant_no=number, subject_no=number)
        fill_draft(random.Random(1), actor, draft, number)
        return draft.id


def rows(database: TestDatabase, statement: str, *arguments: object) -> tuple[Any, ...]:
    """What is really there, past row security."""
    with psycopg.connect(database.super_url) as there:
        found = there.execute(statement, arguments).fetchone()  # type: ignore[arg-type] # test's own constant
    assert found is not None
    return tuple(found)


TRACES = """
SELECT (SELECT count(*) FROM eng_forms_submission WHERE draft_id = %(d)s),
    (SELECT count(*) FROM eng_cases_case c JOIN eng_forms_submission s ON s.id = c.submission_id
        WHERE s.draft_id = %(d)s),
    (SELECT count(*) FROM eng_cases_caseevent e JOIN eng_cases_case c ON c.id = e.case_id
        JOIN eng_forms_submission s ON s.id = c.submission_id WHERE s.draft_id = %(d)s),
    (SELECT count(*) FROM eng_inbox_workitem WHERE created_at >= %(t)s),
    (SELECT count(*) FROM eng_messages_message WHERE created_at >= %(t)s),
    (SELECT count(*) FROM eng_messages_delivery d JOIN eng_messages_message m ON m.id = d.message_id
        WHERE m.created_at >= %(t)s)
"""


def traces(database: TestDatabase, draft_id: UUID, since: object) -> tuple[Any, ...]:
    """Submissions, cases, timeline lines, inbox entries, messages, deliveries that the act left."""
    with psycopg.connect(database.super_url) as there:
        found = there.execute(TRACES, {"d": draft_id, "t": since}).fetchone()
    assert found is not None
    return tuple(found)


def submitting(email: str, draft_id: UUID) -> Callable[[], object]:
    """Send this draft."""
    actor, number = resident(email)
    return lambda: submit_application(
        actor=actor, draft_id=draft_id, declared=("own_application",), applicant_no=number
    )


def deciding(login: str, case_id: UUID, version: int) -> Callable[[], object]:
    """Approve this case."""
    actor = official(login)
    return lambda: cases.decide_case(actor=actor, case_id=case_id, outcome="approved", expected_version=version)


def withdrawing(email: str, case_id: UUID) -> Callable[[], object]:
    """Take this application back."""
    actor, _number = resident(email)
    return lambda: cases.withdraw_case(actor=actor, case_id=case_id)


NOTHING = (0, 0, 0, 0, 0, 0)
SENT = (1, 1, 1, 2, 1, 1)


def test_submit_killed_at_every_step_leaves_all_or_nothing(ward_db: TestDatabase) -> None:
    actor, number = resident("sakura@midori.example")
    draft_id = filled_draft(actor, number)
    since = rows(ward_db, "SELECT clock_timestamp()")[0]
    submit = Act(submitting, {"email": "sakura@midori.example", "draft_id": draft_id})
    killed = 0
    for statements in range(1, MOST_STATEMENTS):
        lived = dies_after(ward_db, statements, submit)
        assert traces(ward_db, draft_id, since) == (SENT if lived else NOTHING)
        if lived:
            break
        killed += 1
    assert killed >= 4
    # The browser sends it again after the crash that came between commit and answer.
    again = submit_application(actor=actor, draft_id=draft_id, declared=("own_application",), applicant_no=number)
    assert not again.fresh
    assert traces(ward_db, draft_id, since) == SENT


LAST_NUMBER = """
SELECT clock_timestamp(), coalesce(max(last), 0) FROM eng_cases_numberseries s JOIN eng_cases_case c USING (division_id)
WHERE c.id = %s AND s.kind = 'document'
"""
DECIDED = """
SELECT (SELECT status FROM eng_cases_case WHERE id = %(c)s),
    (SELECT count(*) FROM eng_cases_decision WHERE case_id = %(c)s),
    (SELECT count(*) FROM eng_cases_issueddocument WHERE case_id = %(c)s),
    (SELECT count(*) FROM eng_inbox_workitem WHERE created_at >= %(t)s),
    (SELECT count(*) FROM eng_inbox_workitem WHERE subject_key = 'eng_cases:case:' || %(c)s AND state = 'open'
        AND division_id IS NOT NULL),
    (SELECT count(*) FROM eng_messages_message WHERE created_at >= %(t)s),
    (SELECT coalesce(max(last), 0) FROM eng_cases_numberseries s JOIN eng_cases_case c USING (division_id)
        WHERE c.id = %(c)s AND s.kind = 'document')
"""


def decided(database: TestDatabase, case_id: UUID, since: object) -> tuple[Any, ...]:
    """Status, decisions, documents, new inbox entries, open work, messages, last number of the series."""
    with psycopg.connect(database.super_url) as there:
        found = there.execute(DECIDED, {"c": str(case_id), "t": since}).fetchone()
    assert found is not None
    return tuple(found)


def test_decide_killed_at_every_step_leaves_all_or_nothing_and_no_gap_in_numbers(ward_db: TestDatabase) -> None:
    actor, number = resident("sakura@midori.example")
    draft_id = filled_draft(actor, number)
    opened = submit_application(actor=actor, draft_id=draft_id, declared=("own_application",), applicant_no=number)
    sato = official("sato")
    cases.take_case(actor=sato, case_id=opened.case_id, expected_version=1)
    since, last = rows(ward_db, LAST_NUMBER, opened.case_id)
    decide = Act(deciding, {"login": "sato", "case_id": opened.case_id, "version": 2})

    before = ("reviewing", 0, 0, 0, 1, 0, last)
    killed = 0
    for statements in range(1, MOST_STATEMENTS):
        lived = dies_after(ward_db, statements, decide)
        assert decided(ward_db, opened.case_id, since) == (("approved", 1, 1, 1, 0, 1, last + 1) if lived else before)
        if lived:
            break
        killed += 1
    assert killed >= 10


def test_a_withdrawal_killed_at_every_step_leaves_all_or_nothing(ward_db: TestDatabase) -> None:
    actor, number = resident("sakura@midori.example")
    draft_id = filled_draft(actor, number)
    opened = submit_application(actor=actor, draft_id=draft_id, declared=("own_application",), applicant_no=number)
    withdraw = Act(withdrawing, {"email": "sakura@midori.example", "case_id": opened.case_id})
    for statements in range(1, MOST_STATEMENTS):
        lived = dies_after(ward_db, statements, withdraw)
        status, lines = rows(
            ward_db,
            "SELECT c.status, count(e.id) FROM eng_cases_case c JOIN eng_cases_caseevent e ON e.case_id = c.id "
            "WHERE c.id = %s GROUP BY c.status",
            opened.case_id,
        )
        assert (status, lines) == (("withdrawn", 2) if lived else ("received", 1))
        if lived:
            break
    assert registry.resident(number) is None  # nobody acts any more: row security shows nothing


def test_after_a_withdrawal_the_same_person_may_apply_again(ward_db: TestDatabase) -> None:
    actor, number = resident("sakura@midori.example")
    first = submit_application(
        actor=actor, draft_id=filled_draft(actor, number), declared=("own_application",), applicant_no=number
    )
    cases.withdraw_case(actor=actor, case_id=first.case_id)
    second = submit_application(
        actor=actor, draft_id=filled_draft(actor, number), declared=("own_application",), applicant_no=number
    )
    assert second.number != first.number
    from jichi.engines.audit.context import unit

    with unit(actor):
        assert case_queries.applicant_case(actor=actor, number=first.number).status == "withdrawn"
