"""From application to reminder: charged once, changed with reason, told, reminded once; figures equal the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as people
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.collection import actions as collection
from jichi.engines.collection import queries as books
from jichi.engines.collection.actions import NewReceipt
from jichi.engines.ledger import queries as ledger
from jichi.engines.mandates import actions as mandates
from jichi.engines.mandates.actions import NewMandate
from jichi.engines.mandates.rules import checked_account
from jichi.engines.mandates.tests.keys import sealing_key
from jichi.kernel import clock
from jichi.kernel.calendar import add_months, fiscal_year
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from .. import actions, queries, rules
from ..commands import set_up
from ..models import Enrolment, FeeTable, Reminder, RunLine, Term
from ..sample import EXAMPLES, TABLE

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
PARENT = "900000000000031"


@dataclass(frozen=True)
class Hall:
    """The division with a clerk and a chief, another division's clerk, a club of two places, a parent's login."""

    division: int
    clerk: Actor
    chief: Actor
    stranger: Actor
    club: UUID
    parent: UUID


def month() -> date:
    return clock.today().replace(day=1)


def build() -> Hall:
    """Make them in the open transaction."""

    def official(login: str, division: str, role: str) -> Actor:
        account = accounts.create_staff_account(
            actor=SYSTEM, login=login, name=f"係 {login}", password="many plain words 1", roles=(role,),
            division_codes=(division,),
        )  # fmt: skip
        found = people.signed_in(account_id=account.pk)
        assert found is not None
        return found.actor("", "test")

    division = accounts.create_division(actor=SYSTEM, code="CLUB-A", names={"ja": "学童課"}).pk
    accounts.create_division(actor=SYSTEM, code="CLUB-B", names={"ja": "別の課"})
    set_up(division)
    club = actions.set_club(actor=SYSTEM, code="kita", name="北", capacity=2, division_id=division)
    login = accounts.create_resident_account(actor=SYSTEM, email="oya@example.jp", name="親")
    accounts.link_person(actor=SYSTEM, account_id=login.pk, addressee_no=PARENT, how="sample")
    return Hall(
        division, official("club-clerk", "CLUB-A", "caseworker"), official("club-chief", "CLUB-A", "section_chief"),
        official("club-other", "CLUB-B", "caseworker"), club, login.pk,
    )  # fmt: skip


hall = shared_world(build)


def seen_by(actor: Actor) -> Client:
    assert actor.account_id is not None
    return browser(actor.account_id)


def text(answer: Any) -> str:
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def applied(hall: Hall, child: str, grade: int = 1, income: str = "D") -> UUID:
    with unit(SYSTEM):
        row = Enrolment.objects.create(
            child_no=child, payer_no=PARENT, club_id=hall.club, division_id=hall.division, grade=grade,
            applied_on=month(), first_month=month(),
        )  # fmt: skip
        Term.objects.create(
            enrolment=row, kind="class", word=income, first_month=month(), decision_ref="1", recorded_at=clock.now()
        )
    return row.pk


def approve(hall: Hall, *ids: UUID) -> int:
    return actions.decide(actor=hall.clerk, ids=ids, approve=True, decision_ref="8第1号", decided_on=clock.today())


def table(hall: Hall, **changed: str) -> None:
    made = actions.save_table(
        actor=hall.clerk, fiscal_year=fiscal_year(month()), division_id=hall.division, given={**TABLE, **changed},
        examples=EXAMPLES,
    )  # fmt: skip
    actions.approve_table(actor=hall.chief, table_id=made)


def run(hall: Hall, **more: Any) -> UUID:
    with unit(hall.clerk):
        lines = queries.preview(month=month())
    return actions.make_run(
        actor=hall.clerk, month=month(), division_id=hall.division, expected=rules.fingerprint(lines),
        decision_ref="8第2号", **more,
    )  # fmt: skip


def owed() -> list[int]:
    with unit(SYSTEM):
        return [bill.view.owed for bill in books.bills_of_payer(payer_no=PARENT, today=clock.today())]


def right() -> None:
    assert books.wrong() == ()
    assert ledger.wrong() == ()


def test_a_club_is_never_filled_beyond_its_places(hall: Hall) -> None:
    first, second, third = (applied(hall, str(n)) for n in (1, 2, 3))
    with pytest.raises(Conflict) as refused:
        approve(hall, first, second, third)
    assert refused.value.code == "after_school.full"
    with unit(SYSTEM):
        assert set(Enrolment.objects.values_list("state", flat=True)) == {"applied"}
    assert approve(hall, first, second) == 2
    with pytest.raises(Conflict):
        approve(hall, first)
    with pytest.raises(Forbidden):
        actions.decide(actor=Actor(kind="staff"), ids=[third], approve=True, decision_ref="1", decided_on=month())


def test_a_table_needs_right_examples_and_a_second_person(hall: Hall) -> None:
    made = actions.save_table(
        actor=hall.chief, fiscal_year=fiscal_year(month()), division_id=hall.division, given=TABLE,
        examples="ちがう,D,1,なし,1",
    )  # fmt: skip
    for actor, code in ((hall.chief, "after_school.same_person"),):
        with pytest.raises(Conflict) as refused:
            actions.approve_table(actor=actor, table_id=made)
        assert refused.value.code == code
    again = actions.save_table(
        actor=hall.clerk, fiscal_year=fiscal_year(month()), division_id=hall.division, given=TABLE,
        examples="ちがう,D,1,なし,1",
    )  # fmt: skip
    assert again == made
    with pytest.raises(Conflict) as refused:
        actions.approve_table(actor=hall.chief, table_id=made)
    assert (refused.value.code, refused.value.params) == ("after_school.examples", {"names": "ちがう"})
    with unit(SYSTEM), pytest.raises(Invalid) as missing:
        queries.preview(month=month())
    assert missing.value.code == "after_school.no_table"
    table(hall)
    with unit(SYSTEM), pytest.raises(IntegrityError):
        FeeTable.objects.filter(pk=made).update(content={})


def test_a_month_is_charged_once_and_told(hall: Hall) -> None:
    approve(hall, applied(hall, "1", grade=3), applied(hall, "2"))
    table(hall)
    made = run(hall)
    assert sorted(owed()) == [2_500, 5_000]
    with pytest.raises(Conflict) as nothing:
        run(hall)
    assert nothing.value.code == "after_school.nothing"
    assert sorted(owed()) == [2_500, 5_000]
    assert actions.tell_parents(actor=SYSTEM, run_id=made) == 1
    actions.tell_parents(actor=SYSTEM, run_id=made)
    page = text(browser(hall.parent).get("/inbox/"))
    assert page.count("学童クラブ育成料のお知らせ") == 1
    assert "学童クラブ育成料" in text(browser(hall.parent).get("/pay/"))
    right()


def test_what_changed_since_the_look_is_not_charged(hall: Hall) -> None:
    child = applied(hall, "1")
    approve(hall, child)
    table(hall)
    with unit(hall.clerk):
        seen = rules.fingerprint(queries.preview(month=month()))
    actions.set_term(
        actor=hall.clerk, enrolment_id=child, kind="class", word="A", first_month=month(), last_month=None,
        decision_ref="8第3号",
    )  # fmt: skip
    with pytest.raises(Conflict) as refused:
        actions.make_run(
            actor=hall.clerk, month=month(), division_id=hall.division, expected=seen, decision_ref="8第2号"
        )
    assert refused.value.code == "after_school.changed"
    assert owed() == []


def test_whose_account_is_debited_gets_no_slip(hall: Hall) -> None:
    approve(hall, applied(hall, "1"))
    table(hall)
    made = run(hall)
    with unit(SYSTEM):
        assert len(queries.by_slip(queries.bills_of_run(run_id=made))) == 1
    account = checked_account(bank="0001", branch="001", type="1", number="1234567", holder="オヤ")
    with sealing_key():
        mandates.open_mandate(actor=SYSTEM, new=NewMandate(
            dedupe_key="a", payer_no=PARENT, kind="after-school", account=account, source="paper", since=month(),
        ))  # fmt: skip
    with unit(SYSTEM):
        assert queries.by_slip(queries.bills_of_run(run_id=made)) == []
    page = text(seen_by(hall.clerk).get(f"/staff/after-school/runs/{made}/"))
    assert "口座振替で納めるもの1件" in "".join(page.split())


def test_leaving_lowers_what_was_charged_and_paid_money_is_left_over(hall: Hall) -> None:
    child = applied(hall, "1")
    approve(hall, child)
    table(hall)
    run(hall)
    with unit(SYSTEM):
        (bill,) = queries.bills_of_child(enrolment_id=child)
    collection.record_receipts(actor=SYSTEM, receipts=[
        NewReceipt(dedupe_key="r", channel="store", key=bill.view.key, paid_on=clock.today(), amount_yen=5_000)
    ])  # fmt: skip
    actions.set_term(
        actor=hall.clerk, enrolment_id=child, kind="pause", word="", first_month=month(), last_month=month(),
        decision_ref="8第3号",
    )  # fmt: skip
    run(hall)
    with unit(SYSTEM):
        assert [(line.before_yen, line.after_yen) for line in RunLine.objects.order_by("id")] == [
            (None, 5_000),
            (5_000, 0),
        ]
        assert [one.left_yen for one in books.unallocated()] == [5_000]
    actions.leave(actor=hall.clerk, enrolment_id=child, last_month=month(), reason="転出", decision_ref="8第4号")
    with pytest.raises(Invalid):
        actions.leave(
            actor=hall.clerk, enrolment_id=child, last_month=add_months(month(), -1), reason="", decision_ref="8第4号"
        )
    right()


def test_late_ones_are_reminded_once(hall: Hall) -> None:
    approve(hall, applied(hall, "1"))
    table(hall)
    run(hall, on=month())
    with unit(SYSTEM):
        due = books.bills_of_payer(payer_no=PARENT, today=clock.today())[0].view.due_on
    with clock.standing_at(clock.now() + (due - clock.today()) + timedelta(days=19)), unit(SYSTEM):
        assert queries.to_remind() == []
    with clock.standing_at(clock.now() + (due - clock.today()) + timedelta(days=20)):
        with unit(hall.clerk):
            waiting = queries.to_remind()
        assert len(waiting) == 1
        seen = queries.reminded_fingerprint(waiting)
        with pytest.raises(Conflict):
            actions.send_reminders(actor=hall.clerk, expected="other")
        assert actions.send_reminders(actor=hall.clerk, expected=seen) == 1
        with pytest.raises(Conflict):
            actions.send_reminders(actor=hall.clerk, expected=seen)
        with unit(SYSTEM):
            assert Reminder.objects.count() == 1
            assert [one.word for one in books.happenings(ids=[waiting[0].view.id]) if one.act == "event"] == ["demand"]


def test_the_pages_from_file_to_run(hall: Hall) -> None:
    clerk, chief = seen_by(hall.clerk), seen_by(hall.chief)
    child = applied(hall, "1")
    page = text(clerk.get("/staff/after-school/", {"state": "applied"}))
    assert "申込み中" in page
    done = clerk.post("/staff/after-school/decide/", {"row": str(child), "act": "approve", "decision_ref": "8第1号"})
    assert done.status_code == 302
    wrong = clerk.post(
        "/staff/after-school/intake/", {"content": "児童,保護者,クラブ,学年,開始月\r\n9,8,南,1,2026-04\r\n"}
    )
    assert wrong.status_code == 422
    assert "クラブ(南)" in text(wrong)
    given = {**TABLE, "year": str(fiscal_year(month())), "examples": EXAMPLES}
    table_page = clerk.post("/staff/after-school/tables/edit/", given).headers["Location"]
    assert "合わない" not in text(clerk.get(table_page))
    assert clerk.post(table_page).status_code in (404, 409)
    assert chief.post(table_page).status_code == 302
    at = f"/staff/after-school/runs/preview/{rules.month_text(month())}/"
    preview = clerk.get(at)
    assert "新しい月 1件(5,000円)" in text(preview)
    print_ = re.search(r'name="fingerprint" value="([^"]+)"', preview.content.decode())
    assert print_
    assert clerk.post(at, {"fingerprint": print_[1]}).status_code == 422
    made = clerk.post(at, {"fingerprint": print_[1], "decision_ref": "8第2号"}).headers["Location"]
    assert "5,000円" in text(clerk.get(made))
    assert "納付書の取り決めがない" in text(clerk.post(made))
    assert seen_by(hall.stranger).get(made).status_code == 404
    assert "北" not in text(seen_by(hall.stranger).get("/staff/after-school/")).split("ログアウト")[-1]
    right()


def test_a_parent_reads_each_month_and_why_it_costs_that(hall: Hall) -> None:
    child = applied(hall, "1", grade=3)
    approve(hall, child, applied(hall, "2", income="A"))
    table(hall)
    run(hall)
    page = browser(hall.parent).get(f"/clubs/{child}/")
    assert page["Cache-Control"] == "private, no-store"
    assert "5,000円" in text(page)
    assert "基本の額" in text(page)
    english = text(browser(hall.parent).get(f"/en/clubs/{child}/"))
    assert "Basic fee" in english
    with unit(SYSTEM):
        other = Enrolment.objects.exclude(pk=child).get().pk
    assert "育成料は、まだありません。" in text(browser(hall.parent).get(f"/clubs/{other}/")), (
        "an exempt month owes nothing"
    )
