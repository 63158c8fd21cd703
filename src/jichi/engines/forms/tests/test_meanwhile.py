"""A form closed or changed while people type: they are told once, what they typed stays theirs to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.forms import actions, queries
from jichi.engines.forms.tests.ward import DAY, GATHERING, HANA, SYSTEM, Ward, answer_all, source, that_day
from jichi.engines.inbox import queries as inbox
from jichi.kernel.clock import standing_at

pytestmark = pytest.mark.django_db
SLUG = "coming-of-age"

_ward = shared_world(that_day)


@pytest.fixture
def ward(_ward: Ward, settings: Any, tmp_path: Path) -> Iterator[Ward]:
    settings.JICHI_FILES_ROOT = tmp_path
    with standing_at(DAY):
        yield _ward


def begin(ward: Ward) -> UUID:
    id = actions.start_draft(actor=ward.hana, slug=SLUG, applicant_no=HANA).id
    answer_all(ward, id, {"register": GATHERING["register"], "reading": GATHERING["reading"]})
    return id


def version(number: int, old: str = "", new: str = "") -> str:
    text = source(SLUG).replace("\nversion: 1\n", f"\nversion: {number}\n")
    assert text != source(SLUG)
    assert not old or old in text
    return text.replace(old, new) if old else text


def asked_jobs() -> int:
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'forms.tell_drafts'")
        return int(cursor.fetchone()[0])


def run(slug: str = SLUG) -> int:
    """What the worker does with the job."""
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM eng_forms_procedure WHERE slug = %s", [slug])
        number = int(cursor.fetchone()[0])
    return actions.tell_drafts(actor=SYSTEM, procedure_id=number)


def told(ward: Ward) -> list[tuple[str, str]]:
    """Title and address of each open entry of her inbox."""
    assert ward.hana.account_id is not None
    with unit(ward.hana):
        items = inbox.items_for_account(ward.hana.account_id, state="open", limit=20).items
    return sorted((str(item.title["ja"]), item.url_path) for item in items)


def mailed() -> list[str]:
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT template FROM eng_messages_message WHERE template LIKE 'forms.%' ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def test_who_types_when_a_procedure_is_closed_is_told_once_and_keeps_what_was_typed(ward: Ward) -> None:
    id = begin(ward)
    with unit(ward.hana):
        before = queries.draft(id).answers
    assert asked_jobs() == 0
    for _twice in range(2):
        actions.close_procedure(actor=SYSTEM, slug=SLUG)
    assert asked_jobs() == 1
    for _twice in range(2):
        run()
    assert told(ward) == [("「二十歳のつどい 参加申込」の受付が終わりました", f"/apply/{id}/")]
    assert mailed() == ["forms.closed"]
    with unit(ward.hana):
        assert queries.draft(id).answers == before
    actions.discard_draft(actor=ward.hana, draft_id=id)
    assert told(ward) == []


def test_a_version_with_other_questions_is_told_and_going_on_settles_it(ward: Ward) -> None:
    id = begin(ward)
    actions.publish_definition(actor=SYSTEM, source=version(2, "max_length: 500", "max_length: 400"))
    for _twice in range(2):
        run()
    assert told(ward) == [("「二十歳のつどい 参加申込」の質問が変わりました", f"/apply/{id}/")]
    assert mailed() == ["forms.changed"]
    actions.upgrade_draft(actor=ward.hana, draft_id=id, applicant_no=HANA)
    assert told(ward) == []
    assert run() == 0


def test_a_version_with_the_same_questions_troubles_nobody(ward: Ward) -> None:
    begin(ward)
    actions.publish_definition(actor=SYSTEM, source=version(2, "processing_days: ", "processing_days: 1"))
    assert run() == 0
    assert (told(ward), mailed()) == ([], [])


def test_who_was_told_that_it_closed_is_told_when_it_opens_again(ward: Ward) -> None:
    id = begin(ward)
    actions.close_procedure(actor=SYSTEM, slug=SLUG)
    run()
    actions.publish_definition(actor=SYSTEM, source=version(2))
    for _twice in range(2):
        run()
    assert told(ward) == [("「二十歳のつどい 参加申込」の受付がまた始まりました", f"/apply/{id}/")]
    assert mailed() == ["forms.closed", "forms.reopened"]


def test_a_procedure_nobody_types_in_makes_no_job_and_is_listed_as_closed(ward: Ward) -> None:
    actions.close_procedure(actor=SYSTEM, slug=SLUG)
    assert asked_jobs() == 0
    assert [one.slug for one in queries.closed_procedures()] == [SLUG]
    assert not queries.closed_procedures()[0].published
