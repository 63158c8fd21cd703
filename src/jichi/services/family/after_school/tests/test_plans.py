"""分納: days agreed for open months; no reminder while it is kept; broken it goes back; what was agreed stays."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.collection import actions as collection
from jichi.engines.collection import queries as books
from jichi.engines.collection.actions import NewReceipt
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from .. import actions, planned, queries, rules
from ..models import Plan, PlanPart
from ..rules import Part
from .test_after_school import PARENT, SYSTEM, Hall, applied, approve, build, month, run, seen_by, table, text

DAY = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("count", "each", "days"),
    [
        (3, 1, [DAY, date(2027, 1, 31), date(2027, 2, 28)]), (3, 2, [DAY, DAY, date(2027, 1, 31)]), (1, 9, [DAY]),
        (0, 1, []),
    ],
)  # fmt: skip
def test_agreed_days_are_a_month_apart(count: int, each: int, days: list[date]) -> None:
    assert rules.agreed_days(count, each=each, first=DAY) == days
    assert rules.steps(count, each) == len(set(days))


@pytest.mark.parametrize(
    ("late", "owed", "announced", "state"),
    [
        (0, 5_000, False, "live"), (10, 5_000, False, "live"), (11, 5_000, False, "broken"), (11, 5_000, True, "live"),
        (40, 0, False, "kept"),
    ],
)  # fmt: skip
def test_a_plan_is_broken_after_the_grace(late: int, owed: int, announced: bool, state: str) -> None:
    assert rules.state_of([Part(DAY, owed, announced)], DAY + timedelta(days=late)) == state


hall = shared_world(build)


def two_months(hall: Hall) -> list[str]:
    """Two children's open month of the parent: their numbers."""
    approve(hall, applied(hall, "1", grade=3), applied(hall, "2"))
    table(hall)
    run(hall, on=month())
    with unit(SYSTEM):
        return [bill.view.key for bill in planned.open_bills(payer_no=PARENT)]


def agreed(hall: Hall, keys: list[str], **more: object) -> UUID:
    given = {"first_day": clock.today(), "each": 1, "decision_ref": "8第9号", **more}
    return actions.agree_plan(actor=hall.clerk, payer_no=PARENT, keys=keys, **given)  # type: ignore[arg-type] # as given


def pay(key: str, yen: int) -> None:
    collection.record_receipts(actor=SYSTEM, receipts=[
        NewReceipt(dedupe_key=f"r:{key}", channel="store", key=key, paid_on=clock.today(), amount_yen=yen)
    ])  # fmt: skip


@pytest.mark.django_db
def test_what_is_under_a_plan_is_not_reminded_until_it_is_broken(hall: Hall) -> None:
    keys = two_months(hall)
    with clock.standing_at(clock.now() + timedelta(days=60)):
        with unit(SYSTEM):
            assert len(queries.to_remind()) == 2
        made = agreed(hall, keys)
        with unit(SYSTEM):
            assert queries.to_remind() == []
            bill = books.bills_by_key(keys=keys[:1], today=clock.today())[0]
            assert [one.word for one in books.happenings(ids=[bill.view.id]) if one.act == "event"] == ["acknowledged"]
        assert actions.check_plans(actor=SYSTEM) == {"kept": 0, "broken": 0}
    with clock.standing_at(clock.now() + timedelta(days=71)):
        assert actions.check_plans(actor=SYSTEM) == {"kept": 0, "broken": 1}
        assert actions.check_plans(actor=SYSTEM) == {"kept": 0, "broken": 0}
        with unit(SYSTEM):
            assert len(queries.to_remind()) == 2
            assert Plan.objects.get(pk=made).state == "broken"
        assert "分納が守られていません" in text(browser(hall.parent).get("/inbox/"))


@pytest.mark.django_db
def test_a_plan_whose_months_are_paid_is_kept_and_what_was_agreed_stays(hall: Hall) -> None:
    keys = two_months(hall)
    made = agreed(hall, keys)
    with pytest.raises(Invalid):
        agreed(hall, ["00000000000000"])
    with pytest.raises(Conflict) as twice:
        agreed(hall, keys[:1])
    assert twice.value.code == "after_school.planned"
    for change in ({"first_day": clock.today() - timedelta(days=1)}, {"each": 0}, {"decision_ref": " "}):
        with pytest.raises(Invalid):
            agreed(hall, keys, **change)
    with pytest.raises(Forbidden):
        actions.cancel_plan(actor=hall.stranger.__class__(kind="staff"), plan_id=made, reason="x")
    with unit(SYSTEM), pytest.raises(IntegrityError), unit(SYSTEM):
        PlanPart.objects.filter(plan_id=made).update(agreed_on=DAY)
    for key, yen in zip(keys, (5_000, 5_000), strict=True):
        pay(key, yen)
    assert actions.check_plans(actor=SYSTEM) == {"kept": 1, "broken": 0}
    with pytest.raises(Conflict):
        actions.cancel_plan(actor=hall.clerk, plan_id=made, reason="遅い")


@pytest.mark.django_db
def test_the_pages_from_a_child_to_a_plan_and_back(hall: Hall) -> None:
    keys = two_months(hall)
    clerk = seen_by(hall.clerk)
    page = f"/staff/after-school/plans/new/{PARENT}/"
    assert all(key in clerk.get(page).content.decode() for key in keys)
    wrong = clerk.post(page, {"keys": [*keys, "1"], "first_day": "x", "each": "0"})
    assert wrong.status_code == 422
    with unit(SYSTEM):
        assert not Plan.objects.exists()
    day = clock.today() + timedelta(days=30)
    given = {"keys": keys, "first_day": day.isoformat(), "each": "2", "decision_ref": "8第9号"}
    made = clerk.post(page, given).headers["Location"]
    assert format_date(day) in text(clerk.get(made))
    assert "納付書の取り決めがない" in text(clerk.post(made, {"act": "slips"}))
    assert seen_by(hall.stranger).get(made).status_code == 404
    assert clerk.get(page).status_code == 404, "nothing is left to agree on"
    child = re.search(r"/clubs/[0-9a-f-]{36}/", browser(hall.parent).get("/clubs/").content.decode())
    assert child
    assert "分納の約束" in text(browser(hall.parent).get(child[0]))
    assert clerk.post(made, {"reason": ""}).status_code == 422
    assert clerk.post(made, {"reason": "本人の申し出"}).status_code == 302
    assert "取りやめた" in text(clerk.get("/staff/after-school/plans/"))
    assert clerk.get(page).status_code == 200
