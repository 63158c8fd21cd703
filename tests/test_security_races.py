"""Many presses at once, over HTTP and in the database: what may happen once happens once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from conftest import TestDatabase
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions as cases
from jichi.engines.cases import queries as case_queries
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries as form_queries
from jichi.kernel import clock
from jichi.kernel.errors import Conflict
from jichi.kernel.receipt_number import format_number

from . import intruder
from .people import Somebody, Ward, applied, drafted


@pytest.fixture
def ward(ward_db: TestDatabase) -> Iterator[Ward]:
    made = Ward(ward_db)
    yield made
    made.wire.close()
    connection.close()


def fresh(ward: Ward) -> tuple[Somebody, cases.Opened]:
    """An application that nobody has touched."""
    who = ward.resident("aoi")
    owner, opened = applied(ward, "aoi")
    assert opened.fresh
    assert owner == who
    return owner, opened


def test_sending_in_eight_windows_at_once_makes_one_case(ward: Ward) -> None:
    who = ward.resident("aoi")
    draft = drafted(who)
    with unit(who.actor):
        view = form_queries.draft(draft)
    data = {"revision": str(view.revision), **{f"declare-{d.id}": "1" for d in view.definition.declarations}}
    windows = [who.client() for _ in range(8)]
    found = intruder.at_once(*[lambda w=w: w.post(f"/apply/{draft}/check/", data) for w in windows])
    assert intruder.statuses(found) == [302] * 8
    assert {r.headers["Location"].partition("?")[0] for r in found} == {f"/apply/{draft}/done/"}
    assert sum("again" not in r.headers["Location"] for r in found) == 1
    assert ward.one("SELECT count(*) FROM eng_cases_case WHERE account_id = %s", who.account_id) == 1
    number = ward.one("SELECT number FROM eng_cases_case WHERE account_id = %s", who.account_id)
    counts = [ward.one(f"SELECT count(*) FROM {table} WHERE about = %s", number)
              for table in ("eng_messages_message", "eng_inbox_workitem", "eng_inbox_searchentry")]  # fmt: skip
    assert counts == [1, 2, 2]
    assert ward.one("SELECT count(*) FROM eng_forms_submission WHERE draft_id = %s", draft) == 1
    assert windows[0].post(f"/apply/{draft}/check/", data).headers["Location"] == f"/apply/{draft}/done/?again=1"


def test_withdrawing_and_deciding_at_once_over_http_has_one_outcome(ward: Ward) -> None:
    owner, opened = fresh(ward)
    sato, suzuki = ward.official("sato"), ward.official("suzuki")
    cases.take_case(actor=sato.actor, case_id=opened.case_id, expected_version=1)
    number = format_number(opened.number)
    phone, desk = owner.client(), suzuki.client()
    decision = {"act": "decide", "reason": "", "version": "2"}
    found = intruder.at_once(
        lambda: phone.post(f"/items/{number}/withdraw/"),
        lambda: desk.post(f"/staff/cases/{number}/approve/", decision),
        lambda: phone.post(f"/items/{number}/withdraw/"),
        lambda: desk.post(f"/staff/cases/{number}/approve/", decision),
    )
    assert all(r.status_code in {302, 409} for r in found)
    status = ward.one("SELECT status FROM eng_cases_case WHERE id = %s", opened.case_id)
    kinds = ward.one("SELECT array_agg(kind ORDER BY id) FROM eng_cases_caseevent WHERE case_id = %s", opened.case_id)
    documents = ward.one("SELECT count(*) FROM eng_cases_issueddocument WHERE case_id = %s", opened.case_id)
    decisions = ward.one("SELECT count(*) FROM eng_cases_decision WHERE case_id = %s", opened.case_id)
    assert len([kind for kind in kinds if kind in {"approved", "withdrawn"}]) == 1
    assert (status, documents, decisions) in {("withdrawn", 0, 0), ("approved", 1, 1)}


def test_an_answer_and_a_cancelled_correction_at_once_have_one_outcome(ward: Ward) -> None:
    owner, opened = fresh(ward)
    sato = ward.official("sato")
    cases.take_case(actor=sato.actor, case_id=opened.case_id, expected_version=1)
    cases.request_correction(
        actor=sato.actor, case_id=opened.case_id, points=[{"field": "phone", "sentence": "番号を直してください。"}],
        due_on=clock.today() + timedelta(days=20), expected_version=2,
    )  # fmt: skip
    with unit(owner.actor):
        submission = case_queries.case_by_id(opened.case_id).submission_id
        draft = forms.start_correction(
            actor=owner.actor, submission_id=submission, fields=["phone"], until=clock.now() + timedelta(days=20)
        )

    def answer() -> object:
        return cases.answer_correction(
            actor=owner.actor, case_id=opened.case_id, draft_id=draft.id, revision=draft.revision, language="ja",
            applicant_no=owner.number,
        )  # fmt: skip

    found = intruder.at_once(
        answer, lambda: cases.cancel_correction(actor=sato.actor, case_id=opened.case_id, expected_version=3), answer
    )
    failed = [one for one in found if isinstance(one, BaseException)]
    assert all(isinstance(one, Conflict) for one in failed), found
    state, after = ward.wire.execute(
        "SELECT state, after_id IS NOT NULL FROM eng_cases_correction WHERE case_id = %s", (opened.case_id,)
    ).fetchone() or ("", False)
    now = ward.one("SELECT submission_id FROM eng_cases_case WHERE id = %s", opened.case_id)
    assert (state, after, now != submission) in {("answered", True, True), ("cancelled", False, False)}
    sealed = ward.one("SELECT count(*) FROM eng_forms_submission WHERE corrects_id = %s", submission)
    assert sealed == (1 if state == "answered" else 0)


def test_twenty_decisions_at_once_number_their_documents_without_a_gap(ward: Ward) -> None:
    """Half of them fail after taking their number; whoever comes next gets it."""
    division = ward.one("SELECT id FROM eng_accounts_division WHERE code = 'health'")

    def take(place: int) -> int | None:
        with psycopg.connect(ward.database.app_url) as wire:
            wire.execute("SELECT set_config('jichi.actor_kind', 'system', true)")
            found = wire.execute("SELECT cases_next_number(%s, 2031)", (division,)).fetchone()
            assert found is not None
            if place % 2:
                wire.rollback()
                return None
            wire.commit()
            return int(found[0])

    numbers = intruder.at_once(*[lambda n=n: take(n) for n in range(20)])
    assert sorted(n for n in numbers if n is not None) == list(range(1, 11))
    assert (
        ward.one("SELECT last FROM eng_cases_numberseries WHERE division_id = %s AND fiscal_year = 2031", division)
        == 10
    )


def test_throwing_away_and_sending_at_once_loses_nothing_that_was_sent(ward: Ward) -> None:
    who = ward.resident("aoi")
    draft = drafted(who)
    with unit(who.actor):
        view = form_queries.draft(draft)
    data = {"revision": str(view.revision), **{f"declare-{d.id}": "1" for d in view.definition.declarations}}
    one, other = who.client(), who.client()
    found = intruder.at_once(
        lambda: one.post(f"/apply/{draft}/check/", data), lambda: other.post(f"/apply/{draft}/discard/")
    )
    assert all(r.status_code in {302, 404, 409} for r in found), found
    drafts = ward.one("SELECT count(*) FROM eng_forms_draft WHERE id = %s", draft)
    cases_made = ward.one("SELECT count(*) FROM eng_cases_case WHERE account_id = %s", who.account_id)
    assert (drafts, cases_made) in {(1, 1), (0, 0)}
