"""Two windows, two presses, at the same moment: with real commits, and what happens without the guard."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import unit
from jichi.engines.forms import actions, errors, queries
from jichi.engines.forms.tests.ward import DAY, HANA, SYSTEM, Ward, answer_all, that_day
from jichi.kernel.clock import standing_at

_ward = own_world(that_day)


@pytest.fixture
def ward(_ward: Ward, settings: Any, tmp_path: Path) -> Iterator[Ward]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield _ward


def both(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at once, each on its own connection; results or errors, in order."""
    results: list[object] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(number: int, call: Callable[[], object]) -> None:
        try:
            with standing_at(DAY):
                gate.wait(10)
                results[number] = call()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_windows_saving_at_once_lose_nothing_silently(ward: Ward) -> None:
    draft = actions.start_draft(actor=ward.hana, slug="coming-of-age", applicant_no=HANA)

    def save(kana: str) -> object:
        return actions.save_page(
            actor=ward.hana, draft_id=draft.id, page="reading", raw={"name_kana": [kana]}, expected_revision=1
        )

    results = both(lambda: save("シケン ハナ"), lambda: save("シケン カナ"))
    assert sorted(type(r).__name__ for r in results) == ["SavedPage", "StaleDraft"]
    stale = next(r for r in results if isinstance(r, errors.StaleDraft))
    with unit(ward.hana):
        kept = queries.draft(draft.id).answers
    assert kept == stale.theirs != stale.mine


def test_without_the_lock_the_second_window_overwrites_the_first(ward: Ward, own_db: TestDatabase) -> None:
    """The same two saves as plain read-then-write: one is lost and nobody hears of it."""
    draft = actions.start_draft(actor=ward.hana, slug="coming-of-age", applicant_no=HANA)
    with psycopg.connect(own_db.super_url) as one, psycopg.connect(own_db.super_url) as two:
        for window in (one, two):
            window.execute("SELECT answers, revision FROM eng_forms_draft WHERE id = %s", [draft.id])
        for window, kana in ((one, "ハナ"), (two, "カナ")):
            window.execute(
                "UPDATE eng_forms_draft SET answers = jsonb_build_object('name_kana', %s::text), revision = 2 "
                "WHERE id = %s",
                [kana, draft.id],
            )
            window.commit()
    with unit(SYSTEM):
        assert queries.draft(draft.id).answers == {"name_kana": "カナ"}


def test_ten_presses_at_once_make_one_submission(ward: Ward) -> None:
    draft = actions.start_draft(actor=ward.hana, slug="coming-of-age", applicant_no=HANA)
    answer_all(ward, draft.id)

    def send() -> object:
        return actions.seal_submission(
            actor=ward.hana, draft_id=draft.id, declared=["own_application"], applicant_no=HANA
        )

    results = both(*[send] * 10)
    assert len(set(results)) == 1, results
    with unit(SYSTEM):
        assert list(queries.submissions([results[0]])) == [results[0]]  # type: ignore[list-item] # all are ids


def test_without_the_lock_two_presses_collide(ward: Ward, own_db: TestDatabase) -> None:
    """`forms_seal` without FOR UPDATE: both see an unsent draft; only the unique key is left, as an error page."""
    with psycopg.connect(own_db.super_url, autocommit=True) as owner:
        body = owner.execute("SELECT pg_get_functiondef('forms_seal'::regproc)").fetchone()
        assert body is not None
        # The pause stands for a slow disk between reading and writing.
        unguarded = (
            body[0]
            .replace(" FOR UPDATE;", ";")
            .replace(
                "    IF d.submitted_at IS NOT NULL", "    PERFORM pg_sleep(0.3);\n    IF d.submitted_at IS NOT NULL"
            )
        )
        assert unguarded != body[0]
        owner.execute(unguarded)
    draft = actions.start_draft(actor=ward.hana, slug="coming-of-age", applicant_no=HANA)
    answer_all(ward, draft.id)

    def send() -> object:
        return actions.seal_submission(
            actor=ward.hana, draft_id=draft.id, declared=["own_application"], applicant_no=HANA
        )

    results = both(send, send)
    assert sorted(type(r).__name__ for r in results) == ["IntegrityError", "UUID"]


def test_a_save_and_a_press_at_once_never_send_what_was_not_seen(ward: Ward) -> None:
    draft = actions.start_draft(actor=ward.hana, slug="coming-of-age", applicant_no=HANA)
    revision = answer_all(ward, draft.id)

    def save() -> object:
        return actions.save_page(
            actor=ward.hana, draft_id=draft.id, page="photo", raw={"photo_ok": ["yes"]}, expected_revision=revision
        )

    def send() -> object:
        return actions.seal_submission(
            actor=ward.hana, draft_id=draft.id, declared=["own_application"], applicant_no=HANA,
            expected_revision=revision,
        )  # fmt: skip

    saved, sent = both(save, send)
    if isinstance(sent, errors.StaleDraft):
        assert isinstance(saved, actions.SavedPage)
    else:
        assert getattr(saved, "code", "") == "draft.sent"
        with unit(SYSTEM):
            assert queries.submission(sent).answers["photo_ok"] == "no"  # type: ignore[arg-type] # the id


def test_two_presses_on_begin_make_one_draft(ward: Ward) -> None:
    def begin() -> object:
        return actions.start_draft(actor=ward.hana, slug="coming-of-age", applicant_no=HANA).id

    results = both(*[begin] * 4)
    assert len(set(results)) == 1, results
