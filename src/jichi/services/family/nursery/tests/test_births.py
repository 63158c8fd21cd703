"""Applications before birth: placed by the expected day, told by the family once, moved with the real class."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import queries as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid, NotFound

from .. import actions, queries
from ..models import Application, Child, Entry, Round
from ..rules.entering import new_child, papers_of
from .office import SYSTEM, Office, resident
from .test_entering import accept, sent, written


def build() -> Office:
    """The office with seats for the youngest, open for online applications."""
    office = Office()
    with unit(SYSTEM):
        Round.objects.filter(pk=office.round).update(
            opens_at=clock.now() - timedelta(days=1), closes_at=clock.now() + timedelta(days=20)
        )
    actions.set_vacancy(actor=office.sato, round_id=office.round, code="N1", class_id="0", seats="1")
    return office


office = shared_world(build)
pytestmark = pytest.mark.django_db


def expected(office: Office) -> tuple[Actor, Child, UUID, dict[str, Any]]:
    """A parent whose child is due in ten days, accepted and confirmed by two."""
    parent, due = resident("900000000000071"), clock.today() + timedelta(days=10)
    content = written(office)
    content["children"] = [
        {**content["children"][0], **new_child("出生前", "", due, key="k0", due=True), "wishes": ["N1"]}
        | {"answers": content["children"][0]["answers"]}
    ]
    assert "母子健康手帳の写し(出生前の子ども)" in papers_of(content)
    entry = sent(office, parent, content)
    accept(office, entry)
    with unit(SYSTEM):
        child = Child.objects.get(application__entry=entry)
    for clerk in (office.sato, office.suzuki):
        actions.confirm_score(actor=clerk, child_id=child.pk, expected=child.score_sha256)
    return parent, child, entry, content


def test_a_child_is_placed_by_its_expected_day_and_then_told_to_be_born(office: Office) -> None:
    parent, child, entry, content = expected(office)
    assert (child.unborn, child.name, child.class_id) == (True, "出生前", 0)
    with unit(office.sato):
        found = queries.round_of(office.round)
        assert found is not None
        assert (found.unborn, queries.applications(office.round, state="unborn").total) == (1, 1)
    before = office.run()
    with unit(office.sato):
        (outcome,) = queries.outcomes_of(run_id=before, application_id=child.application_id)
    assert (outcome.status, outcome.facility) == ("ADMITTED", "N1")
    born = clock.today() + timedelta(days=8)
    with pytest.raises(Invalid) as early:
        actions.report_birth(actor=parent, child_id=child.pk, name="緑 新", kana="ミドリ アラタ", birth=born)
    assert early.value.fields["birth"].code == "nursery.not_born"
    with pytest.raises(NotFound):
        actions.report_birth(actor=office.other, child_id=child.pk, name="x", kana="ア", birth=born)
    with clock.standing_at(clock.now() + timedelta(days=12)):
        for _ in range(2):
            assert (
                actions.report_birth(actor=parent, child_id=child.pk, name="緑 新", kana="みどり あらた", birth=born)
                == 0
            )
        with pytest.raises(Conflict, match="already_born"):
            actions.report_birth(actor=parent, child_id=child.pk, name="緑 誤", kana="ミドリ", birth=born)
        content["children"][0]["wishes"] = ["N1", "N2"]
        with unit(parent):
            kept = Entry.objects.get(pk=entry).content["children"][0]
    assert (kept["name"], kept["birth"], kept["due"]) == ("緑 新", born.isoformat(), False)
    with unit(office.sato):
        child.refresh_from_db()
        assert (child.name, child.kana, child.birth, child.unborn) == ("緑 新", "ミドリ アラタ", born, False)
        assert child.second_by_id is not None  # the points do not hang on the birthday
        told = inbox.items_for_staff(office.sato, scope="division", limit=20).items
    assert len([one for one in told if "生まれた日" in one.title["ja"]]) == 1
    with unit(office.sato):
        revision = Application.objects.get(pk=child.application_id).revision
    actions.note_papers(actor=office.sato, application_id=child.application_id, missing=(), expected_revision=revision)
    with unit(office.sato):
        left = inbox.items_for_staff(office.sato, scope="division", limit=20).items
    assert [one for one in left if "生まれた日" in one.title["ja"]] == []


def test_after_the_result_only_a_birthday_of_the_same_class_is_taken(office: Office) -> None:
    parent, child, _entry, _content = expected(office)
    office.publish()
    with unit(SYSTEM):
        Child.objects.filter(pk=child.pk).update(class_id=1)  # as if it had been expected a year earlier
    later = clock.now() + timedelta(days=12)
    with clock.standing_at(later), pytest.raises(Conflict, match="class_moved"):
        actions.report_birth(
            actor=parent, child_id=child.pk, name="緑 新", kana="ミドリ", birth=date(later.year, later.month, later.day)
        )
    with unit(SYSTEM):
        assert Child.objects.get(pk=child.pk).unborn


def test_the_familys_page_asks_until_it_is_told(office: Office) -> None:
    parent, child, _entry, _content = expected(office)
    assert parent.account_id is not None
    visitor, address = browser(parent.account_id), f"/nursery/children/{child.pk}/birth/"
    assert "生まれたことを知らせる" in visitor.get(f"/nursery/{child.application_id}/").content.decode()
    assert visitor.get(address).status_code == 200
    assert visitor.post(address, {"name": "", "kana": "", "birth_y": "x"}).status_code == 422
    stranger = resident("900000000000072")
    assert stranger.account_id is not None
    assert browser(stranger.account_id).get(address).status_code == 404
