"""Deciding many at once: who passes and who not, each once whatever happens in between, stop, and going on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from conftest import own_world
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions, queries, rules
from jichi.engines.cases.actions import bulk
from jichi.engines.cases.models import BulkItem, BulkRun, Case, Decision, IssuedDocument
from jichi.engines.cases.rules import Candidate, Draft, Status
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import Office
from jichi.engines.cases.tests.test_races import at_once
from jichi.engines.inbox import queries as inbox
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

YES = Draft(outcome="approved")
NO = Draft(outcome="refused", reason="定員に達したためです。")


office = own_world(desk.build)


def start(actor: Actor, cases: Sequence[Case], draft: Draft = YES, key: str = "page-1") -> UUID:
    return actions.start_bulk(actor=actor, cases=[(c.pk, c.version) for c in cases], draft=draft, dedupe_key=key)


def work_off(run_id: UUID) -> None:
    actions.work_off(actor=desk.SYSTEM, run_id=run_id)


def states(run_id: UUID) -> list[tuple[str, str]]:
    with unit(desk.SYSTEM):
        return list(BulkItem.objects.filter(run_id=run_id).order_by("position").values_list("state", "code"))


def rows(model: Any) -> int:
    with unit(desk.SYSTEM):
        return int(model.objects.count())


# -- the verdict ----------------------------------------------------------------------------------


def candidate(**other: Any) -> Candidate:
    fields: dict[str, Any] = {
        "status": Status.REVIEWING, "payment": "none", "second_person": "", "stage": "", "own": False,
        "has_route": False, "checks": [], "known_reasons": {"r1"},
    }  # fmt: skip
    return Candidate(**{**fields, **other})


@pytest.mark.parametrize(
    ("other", "outcome", "code"),
    [
        ({}, "approved", ""),
        ({"status": Status.RECEIVED}, "approved", ""),
        ({"status": Status.CORRECTION}, "approved", "bulk.state"),
        ({"status": Status.WITHDRAWN}, "refused", "bulk.state"),
        ({"own": True}, "approved", "case.own"),
        ({"has_route": True}, "approved", "case.needs_route"),
        ({"stage": "on_route"}, "refused", "case.needs_route"),
        ({"payment": "due"}, "approved", "case.unpaid"),
        ({"payment": "due"}, "refused", ""),
        ({"payment": "paid"}, "approved", ""),
        ({"second_person": "waiting"}, "approved", "case.second_person"),
        ({"checks": [{"outcome": "look"}]}, "approved", "bulk.check"),
        ({"checks": [{"outcome": "ok"}]}, "approved", ""),
    ],
)
def test_who_passes(other: dict[str, Any], outcome: str, code: str) -> None:
    assert rules.verdict(candidate(**other), outcome=outcome, reason_code="") == code


def test_a_reason_that_the_form_does_not_know_is_not_given() -> None:
    assert rules.verdict(candidate(), outcome="refused", reason_code="r2") == "bulk.reason"
    assert rules.verdict(candidate(), outcome="refused", reason_code="r1") == ""


@given(st.sampled_from(list(Status)), st.sampled_from(rules.PAYMENTS), st.booleans())
def test_nothing_closed_or_unpaid_ever_passes(status: Status, payment: str, own: bool) -> None:
    passed = rules.verdict(candidate(status=status, payment=payment, own=own), outcome="approved", reason_code="") == ""
    assert passed == (status in {Status.RECEIVED, Status.REVIEWING} and payment != "due" and not own)


# -- the run --------------------------------------------------------------------------------------


def test_all_that_pass_are_decided_with_numbers_documents_and_notices(office: Office) -> None:
    cases = [*desk.pile(office, 2), *desk.pile(office, 1, status="reviewing")]
    odd = desk.pile(office, 1, checks=[{"id": "x", "outcome": "look"}])[0]
    run_id = start(office.sato, [*cases, odd])
    assert states(run_id) == [("waiting", "")] * 3 + [("left", "bulk.check")]
    work_off(run_id)
    assert states(run_id) == [("done", "")] * 3 + [("left", "bulk.check")]
    with unit(desk.SYSTEM):
        numbers = list(Decision.objects.order_by("decided_at").values_list("document_number", flat=True))
        assert numbers == ["8みど子第1号", "8みど子第2号", "8みど子第3号"]
        assert IssuedDocument.objects.count() == 3
        assert BulkRun.objects.get(pk=run_id).state == "done"
        told = [i.kind for c in cases for i in inbox.items_about(rules.subject_key(c.pk)) if i.state == "open"]
    assert told == ["notice"] * 3
    assert desk.case(cases[0].pk).assignee_id == office.sato.account_id
    assert desk.case(odd.pk).status == "received"


def test_the_same_page_pressed_twice_makes_one_run(office: Office) -> None:
    cases = desk.pile(office, 2)
    assert start(office.sato, cases) == start(office.sato, cases)
    found = at_once(lambda: start(office.sato, cases, key="b"), lambda: start(office.sato, cases, key="b"))
    assert found == ["done", "done"], found
    assert rows(BulkRun) == 2


@pytest.mark.parametrize(
    ("who", "draft", "error"),
    [
        ("reader", YES, Forbidden),
        ("takagi", YES, NotFound),
        ("sato", Draft(outcome="refused"), Invalid),
        ("sato", Draft(outcome="refused", reason="あ" * 2001), Invalid),
    ],
)
def test_a_refused_press_changes_nothing(office: Office, who: str, draft: Draft, error: type[Exception]) -> None:
    cases = desk.pile(office, 2)
    with pytest.raises(error):
        start(getattr(office, who), cases, draft)
    assert (rows(BulkRun), rows(BulkItem), rows(Decision)) == (0, 0, 0)
    assert {desk.case(c.pk).version for c in cases} == {1}


def test_a_run_in_which_nobody_passes_is_none(office: Office) -> None:
    cases = desk.pile(office, 1, payment="due", payment_since="2026-01-05")
    with pytest.raises(Conflict) as refused:
        start(office.sato, cases)
    assert (refused.value.code, rows(BulkRun)) == ("bulk.none", 0)


def test_what_changed_after_the_preview_is_left_out(office: Office) -> None:
    cases = desk.pile(office, 2, status="reviewing")
    run_id = start(office.sato, cases)
    actions.take_case(actor=office.suzuki, case_id=cases[0].pk, expected_version=1)
    work_off(run_id)
    assert states(run_id) == [("left", "case.changed"), ("done", "")]
    assert desk.case(cases[0].pk).status == "reviewing"


def test_two_workers_share_a_run_and_nothing_is_done_twice(office: Office) -> None:
    run_id = start(office.sato, desk.pile(office, 8), NO)
    assert at_once(lambda: work_off(run_id), lambda: work_off(run_id)) == ["done", "done"]
    assert states(run_id) == [("done", "")] * 8
    with unit(desk.SYSTEM):
        numbers = {int(n[4:-1].lstrip("第")) for n in Decision.objects.values_list("document_number", flat=True)}
    assert numbers == set(range(1, 9))
    assert rows(IssuedDocument) == 8


class Killed(BaseException):
    """As if the process were gone."""


@pytest.mark.parametrize("where", ["record_decision", "tell_decision"])
def test_a_worker_killed_anywhere_is_followed_by_one_that_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    run_id = start(office.sato, desk.pile(office, 4))
    real, seen = getattr(bulk, where), []

    def dies_on_the_third(*args: Any, **kwargs: Any) -> Any:
        seen.append(1)
        result = real(*args, **kwargs)
        if len(seen) == 3:
            raise Killed
        return result

    monkeypatch.setattr(bulk, where, dies_on_the_third)
    with pytest.raises(Killed):
        work_off(run_id)
    half = [state for state, _ in states(run_id)]
    assert half == (
        ["done", "done", "waiting", "waiting"] if where == "record_decision" else ["done", "done", "decided", "waiting"]
    )
    monkeypatch.setattr(bulk, where, real)
    work_off(run_id)
    assert states(run_id) == [("done", "")] * 4
    assert (rows(Decision), rows(IssuedDocument)) == (4, 4)
    with unit(desk.SYSTEM):
        assert sorted(Decision.objects.values_list("document_number", flat=True)) == [
            f"8みど子第{n}号" for n in range(1, 5)
        ]
    work_off(run_id)  # and once more does nothing
    assert rows(Decision) == 4


def test_one_document_that_cannot_be_made_does_not_keep_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = desk.pile(office, 3)
    run_id = start(office.sato, cases)
    real: Any = getattr(bulk, "tell_decision")  # noqa: B009 - its own import

    def fails_for_the_first(actor: Actor, case: Case, decision: Decision) -> None:
        if case.pk == cases[0].pk:
            raise RuntimeError("no font")
        real(actor, case, decision)

    monkeypatch.setattr(bulk, "tell_decision", fails_for_the_first)
    with pytest.raises(Unavailable):
        work_off(run_id)
    assert [state for state, _ in states(run_id)] == ["decided", "done", "done"]
    monkeypatch.setattr(bulk, "tell_decision", real)
    work_off(run_id)
    assert [state for state, _ in states(run_id)] == ["done", "done", "done"]


def test_stopping_leaves_the_rest_alone(office: Office) -> None:
    cases = desk.pile(office, 3)
    run_id = start(office.sato, cases)
    for stranger, error in ((office.takagi, NotFound), (office.reader, Forbidden)):
        with pytest.raises(error):
            actions.cancel_bulk(actor=stranger, run_id=run_id)
    assert states(run_id) == [("waiting", "")] * 3
    actions.cancel_bulk(actor=office.suzuki, run_id=run_id)
    actions.cancel_bulk(actor=office.sato, run_id=run_id)
    work_off(run_id)
    assert states(run_id) == [("cancelled", "")] * 3
    assert rows(Decision) == 0
    assert {desk.case(c.pk).status for c in cases} == {"received"}


def test_nothing_is_decided_in_the_name_of_somebody_who_left(office: Office) -> None:
    run_id = start(office.sato, desk.pile(office, 2))
    assert office.sato.account_id is not None
    with unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE eng_accounts_account SET is_active = false WHERE id = %s", (office.sato.account_id,))
    assert accounts.signed_in(account_id=office.sato.account_id) is None
    work_off(run_id)
    assert states(run_id) == [("left", "bulk.no_right")] * 2
    assert rows(Decision) == 0


def test_the_run_as_its_page_shows_it(office: Office) -> None:
    cases = [*desk.pile(office, 2), *desk.pile(office, 1, checks=[{"id": "x", "outcome": "look"}])]
    run_id = start(office.sato, cases)
    work_off(run_id)
    with unit(office.sato):
        shown = queries.bulk_run(actor=office.sato, run_id=run_id)
    assert (shown.total, shown.done, shown.left, shown.state) == (3, 2, 1, "done")
    assert [(row.number, row.code) for row in shown.left_out] == [(cases[2].number, "bulk.check")]
    with unit(office.takagi), pytest.raises(NotFound):
        queries.bulk_run(actor=office.takagi, run_id=run_id)
