"""The national form on the employer's page: read with every error, shown, and taken into the score with its origin."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import ANONYMOUS, unit
from jichi.kernel.errors import Conflict, Forbidden, NotFound

from .. import actions, queries
from ..models import Application, Child
from ..queries.links import link_token
from ..rules.certificate_items import answers_from, read_items, shown_items
from .office import SYSTEM, Office, resident
from .test_entering import accept, sent
from .test_links import ANSWER, build

FORM = queries.example_form()


@pytest.mark.parametrize(
    ("posted", "wrong"),
    [
        ({"weekday_span": "９:００～１７:３０", "month_days": "21"}, {}),
        ({"weekday_span": "朝から"}, {"weekday_span": "nursery.span"}),
        (
            {"month_days": "32", "month_hours": "x"},
            {"month_days": "field.number_too_large", "month_hours": "field.number"},
        ),
        ({"employment": "社長"}, {"employment": "field.choose_one"}),
        ({"past_month1": "2026/10", "past_days1": "20"}, {}),
        ({"past_month1": "10月"}, {"past_month1": "nursery.month"}),
    ],
)  # fmt: skip
def test_items_are_read_with_every_error(posted: dict[str, str], wrong: dict[str, str]) -> None:
    assert {key: error.code for key, error in read_items(FORM, posted, {}, {})[1].items()} == wrong


def test_every_choice_of_the_form_can_be_read_back() -> None:
    for key, item in FORM.asked.items():
        for word in item.words if item.kind == "choice" else ():
            assert read_items(FORM, {key: word}, {}, {})[1] == {}, word


def test_a_leave_that_ends_before_it_begins_is_refused_and_the_rest_is_shown() -> None:
    dates = {"maternity_from": date(2026, 5, 2), "maternity_until": date(2026, 5, 1), "return_on": date(2027, 4, 1)}
    found, wrong = read_items(FORM, {"employment": "正社員"}, {"weekdays": ["月", "火", "休"]}, dates)
    assert {key: error.code for key, error in wrong.items()} == {"maternity_until": "nursery.span_days"}
    assert shown_items(FORM, found)[:2] == [("雇用の形態", "正社員"), ("働く曜日", "月、火")]


def test_days_come_from_what_was_certified_or_from_the_weekdays() -> None:
    items = {"weekdays": ["月", "水", "金", "祝日"]}
    assert answers_from(FORM, {"days": 4, "hours": 24, "items": items}) == {
        "週の日数": (4, "週の日数"), "週の時間": (24, "週の時間"),
    }  # fmt: skip
    assert answers_from(FORM, {"items": items}) == {"週の日数": (3, "働く曜日")}
    assert answers_from(FORM, {}) == {}


office = shared_world(build)


@pytest.mark.django_db
def test_certified_hours_are_taken_into_the_score_with_their_origin(office: Office) -> None:
    parent, other = resident("900000000000081"), resident("900000000000082")
    entry = sent(office, parent)
    made = accept(office, entry)
    with unit(SYSTEM):
        child = Child.objects.get(application_id=made)
    for clerk in (office.sato, office.suzuki):
        actions.confirm_score(actor=clerk, child_id=child.pk, expected=child.score_sha256)
    asked = actions.ask_certificate(actor=parent, entry_id=entry, place=1)
    address = f"/nursery/certificate/{link_token('certificate', asked)}/"
    posted = {
        **ANSWER,
        "days": "4",
        "hours": "24",
        "true": "1",
        "employment": "パート・アルバイト",
        "weekdays": ["月"],
    }
    assert Client().post(address, {**posted, "month_days": "40"}).status_code == 422
    assert Client().post(address, posted).status_code == 200
    assert office.sato.account_id is not None
    desk = browser(office.sato.account_id, second_factor=True)
    page = desk.get(f"/staff/nursery/applications/{made}/").content.decode()
    assert "パート・アルバイト" in page
    assert "申込みは40、証明は24" in page
    with unit(office.sato):
        revision = Application.objects.get(pk=made).revision
    with pytest.raises(Conflict, match="changed_since"):
        actions.use_certificate(actor=office.sato, application_id=made, certificate_id=asked, expected_revision=0)
    with pytest.raises(NotFound):
        actions.use_certificate(
            actor=office.sato, application_id=made, certificate_id=uuid4(), expected_revision=revision
        )
    assert (
        desk.post(
            f"/staff/nursery/applications/{made}/", {"act": "use", "certificate": str(asked), "revision": str(revision)}
        ).status_code
        == 302
    )
    with unit(office.sato):
        (family,) = [one for one in (queries.family(made),) if one]
        assert (family.guardians[0]["週の時間"], family.origins) == (
            24, {"1": {"週の日数": [str(asked), "週の日数"], "週の時間": [str(asked), "週の時間"]}},
        )  # fmt: skip
        child.refresh_from_db()
        assert child.score is not None
        assert (child.first_by_id, child.second_by_id, child.score["base"]) == (None, None, 36)
        assert not actions.use_certificate(
            actor=office.sato, application_id=made, certificate_id=asked, expected_revision=family.revision
        )
    page = desk.get(f"/staff/nursery/applications/{made}/").content.decode()
    assert "週の時間 24(就労証明の「週の時間」)" in page
    for stranger, refusal in ((office.other, NotFound), (other, Forbidden), (ANONYMOUS, Forbidden)):
        with pytest.raises(refusal):
            actions.use_certificate(
                actor=stranger, application_id=made, certificate_id=asked, expected_revision=family.revision
            )
