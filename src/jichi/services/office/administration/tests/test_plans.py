"""人事異動: what a plan does on paper, who must answer and confirm it, and that it is carried out once and whole."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as account_queries
from jichi.engines.accounts.rules import DivisionRow, Holding, Organisation, Person
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions as cases
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, SYSTEM
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError

from .. import actions, queries, rules
from ..models import Plan
from ..rules import Move

WORDS = rules.Words(
    {"youth": "youth", "子ども若者課": "youth", "health": "health"}, {"担当": "caseworker", "係長": "section_chief"}
)
DAY = date(2027, 4, 1)
PEOPLE = {login: Person(id=UUID(int=n), login=login, name=login) for n, login in enumerate(("a", "b", "boss"))}
DIVISIONS = {code: DivisionRow(id=n, code=code, name=code) for n, code in enumerate(("youth", "health"))}


def held(login: str, division: str = "youth", title: str = "主事", role: str = "caseworker") -> Holding:
    return Holding(id=1, post_id=1, login=login, division=division, title=title, roles=(role,), since=date(2024, 4, 1))


HOUSE = Organisation(DIVISIONS, PEOPLE, (held("a"), held("boss", "health", "主査", "administrator")))


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("区分,職員ID\n転勤,a\n", [(2, "区分", "plan.kind")]),
        ("職員ID\na\n", [(1, "区分", "table.no_column")]),
        ("区分,職員ID,課,職\n離任,,youth,\n", [(2, "職員ID", "field.required"), (2, "職", "field.required")]),
        ("区分,職員ID,課,職\n着任,a,無い課,主事\n", [(2, "課", "admin.division")]),
        ("区分,職員ID,課,職,役割\n着任,a,youth,主事,王\n", [(2, "役割", "admin.role")]),
    ],
)
def test_a_file_of_moves_names_line_and_column(text: str, errors: list[tuple[int, str, str]]) -> None:
    moves, found = rules.read_moves(text.encode(), WORDS)
    assert ([(one.line, one.column, one.error.code) for one in found], moves) == (errors, ())


def test_a_division_that_the_plan_opens_may_be_served_in_the_same_plan() -> None:
    text = (
        "区分,職員ID,課,職,役割,課の名前\n課の新設,,digital,,,デジタル課\n着任,a,digital,主事,担当,\n"
        "離任,a,youth,主事,,\n退職,b,,,,\n"
    )
    moves, errors = rules.read_moves(text.encode(), WORDS)
    found = rules.after(HOUSE, moves, DAY)
    assert (errors, found.errors) == ((), ())
    assert rules.posts_on(found.organisation, "a", DAY) == {("digital", "主事")}
    assert rules.posts_on(found.organisation, "a", DAY - timedelta(days=1)) == {("youth", "主事")}
    rights = {"caseworker": frozenset({"handle"}), "administrator": frozenset({"manage"})}
    effects = rules.effects(HOUSE, found.organisation, DAY, rights)
    assert [(one.login, one.lost, one.gained, one.may_no_longer, one.login_ends) for one in effects] == [
        ("a", (("youth", "主事"),), (("digital", "主事"),), (), False), ("b", (), (), (), True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (Move(line=2, kind="leave", login="b", division="youth", title="主事"), "plan.not_held"),
        (Move(line=2, kind="take", login="a", division="youth", title="主事"), "plan.held"),
        (Move(line=2, kind="take", login="nobody", division="youth", title="主事"), "plan.nobody"),
        (Move(line=2, kind="take", login="b", division="youth", title="参与"), "plan.roles"),
        (Move(line=2, kind="take", login="b", division="gone", title="主事", roles=("x",)), "plan.closed"),
        (Move(line=2, kind="open", division="youth", name="x"), "plan.division_there"),
        (Move(line=2, kind="close", division="gone"), "plan.closed"),
    ],
)
def test_what_can_not_be_is_said_and_changes_nothing(move: Move, code: str) -> None:
    found = rules.after(HOUSE, (move,), DAY)
    assert [one.error.code for one in found.errors] == [code]
    assert found.organisation == HOUSE


def test_open_cases_need_somebody_bound_ones_a_person() -> None:
    leave = Move(line=2, kind="leave", login="a", division="youth", title="主事")
    take = Move(line=3, kind="take", login="b", division="youth", title="主事", roles=("caseworker",))

    def orphan(*moves: Move, bound: int = 0) -> rules.Orphan | None:
        then = rules.after(HOUSE, moves, DAY).organisation
        return rules.case_orphan(
            login="a", division="youth", count=3, bound=bound, before=HOUSE, then=then, day=DAY, roles={"caseworker"}
        )

    assert orphan() is None
    nobody = orphan(leave)
    assert nobody is not None
    assert (nobody.proposed, [value for value, _ in nobody.choices]) == ("queue", ["queue"])
    successor = orphan(leave, take)
    assert successor is not None
    assert (successor.proposed, [value for value, _ in successor.choices]) == ("to:b", ["to:b", "queue"])
    stuck = orphan(leave, bound=1)
    assert stuck is not None
    assert (stuck.proposed, stuck.choices) == ("", ())
    assert rules.unanswered([stuck], {stuck.key: "queue"}) == [stuck]


class Ward:
    """The office of cases, with two administrators and a case in hand of `sato`."""

    def __init__(self) -> None:
        self.office = desk.build()
        accounts.create_division(actor=SYSTEM, code="information", names={"ja": "情報政策課"})
        self.boss, self.second, self.new = (
            self._official(login, role) for login, role in
            (("boss", "administrator"), ("second", "administrator"), ("new", "dx_office"))
        )  # fmt: skip
        self.case = desk.apply(self.office, HANA)
        cases.take_case(actor=self.office.sato, case_id=self.case.pk, expected_version=self.case.version)
        desk.apply(self.office, SAKURA)

    def _official(self, login: str, role: str) -> Actor:
        row = accounts.create_staff_account(
            actor=SYSTEM, login=login, name=login, password=desk.PASSWORD, roles=(role,),
            division_codes=("information",),
        )  # fmt: skip
        return desk.actor_of(row.pk)

    def plan(self, *moves: Move, day: date | None = None) -> queries.PlanView:
        key = actions.save_plan(actor=self.boss, title="4月1日付け", day=day or clock.today(), moves=moves)
        return self.look(key)

    def look(self, key: UUID) -> queries.PlanView:
        with unit(self.boss):
            found = queries.plan(key)
        assert found is not None
        return found

    def confirm(self, found: queries.PlanView, actor: Actor | None = None) -> None:
        seen = queries.preview(found.moves, found.day)
        actions.confirm_plan(actor=actor or self.second, id=found.id, expected=seen.fingerprint(found))

    def assignee(self) -> tuple[UUID | None, str]:
        row = desk.case(self.case.pk)
        return row.assignee_id, row.status


_ward = shared_world(Ward)


@pytest.fixture
def ward(db: None, _ward: Ward) -> Ward:
    return _ward


LEAVE = Move(line=2, kind="leave", login="sato", division="youth", title="主事")
TAKE = Move(line=3, kind="take", login="new", division="youth", title="主事", roles=("caseworker",))


def test_a_plan_is_written_answered_confirmed_by_a_second_and_carried_out_once(ward: Ward) -> None:
    found = ward.plan(LEAVE, TAKE)
    seen = queries.preview(found.moves, found.day)
    assert [(one.login, one.lost, one.gained) for one in seen.effects] == [
        ("new", (), (("youth", "主事"),)), ("sato", (("youth", "主事"),), ()),
    ]  # fmt: skip
    assert [(one.key, one.count, one.proposed) for one in seen.orphans] == [("cases:sato:youth", 1, "to:new")]
    for actor, code in ((ward.second, "plan.orphans"), (ward.boss, "plan.same_person")):
        with pytest.raises(Conflict, match=code):
            ward.confirm(found, actor)
    with pytest.raises(Conflict, match=r"plan\.changed"):
        actions.answer_orphans(actor=ward.boss, id=found.id, answers={}, expected_revision=99)
    actions.answer_orphans(
        actor=ward.boss, id=found.id, answers={"cases:sato:youth": "to:new", "cases:x:y": "to:new"}, expected_revision=1
    )
    answered = ward.look(found.id)
    assert answered.answers == {"cases:sato:youth": "to:new"}
    with pytest.raises(Conflict, match=r"plan\.changed"):
        actions.confirm_plan(actor=ward.second, id=found.id, expected=seen.fingerprint(found))
    ward.confirm(answered)
    with pytest.raises(IntegrityError), transaction.atomic(), unit(SYSTEM):
        Plan.objects.filter(pk=found.id).update(answers={})

    with pytest.raises(Forbidden):
        actions.carry_out_due(actor=ward.boss)
    assert ward.assignee()[0] == ward.office.sato.account_id
    assert actions.carry_out_due(actor=SYSTEM) == 1
    assert actions.carry_out_due(actor=SYSTEM) == 0
    assert ward.assignee() == (ward.new.account_id, "reviewing")
    done = ward.look(found.id)
    assert (done.state, done.result["people"], done.result["handed"][0]["moved"]) == ("done", 2, 1)
    today = clock.today()
    posts = {(one.login, one.division) for one in queries.organisation().holdings if one.holds_on(today)}
    assert ("new", "youth") in posts
    assert ("sato", "youth") not in posts
    with pytest.raises(Conflict, match=r"plan\.over"):
        actions.cancel_plan(actor=ward.boss, id=found.id)


def test_a_plan_of_a_later_day_waits_and_can_be_taken_back(ward: Ward) -> None:
    day = clock.today() + timedelta(days=30)
    found = ward.plan(LEAVE, TAKE, day=day)
    actions.answer_orphans(actor=ward.boss, id=found.id, answers={"cases:sato:youth": "queue"}, expected_revision=1)
    ward.confirm(ward.look(found.id))
    assert actions.carry_out_due(actor=SYSTEM) == 0
    actions.cancel_plan(actor=ward.boss, id=found.id)
    actions.cancel_plan(actor=ward.boss, id=found.id)
    assert actions.carry_out_due(actor=SYSTEM) == 0
    assert ward.assignee()[0] == ward.office.sato.account_id


def test_cases_without_a_successor_go_back_to_the_division(ward: Ward) -> None:
    stop = Move(line=2, kind="stop", login="sato")
    found = ward.plan(stop, day=clock.today())
    actions.answer_orphans(actor=ward.boss, id=found.id, answers={"cases:sato:youth": "queue"}, expected_revision=1)
    ward.confirm(ward.look(found.id))
    assert actions.carry_out_due(actor=SYSTEM) == 1
    assert ward.assignee() == (None, "received")
    assert ward.office.sato.account_id
    assert account_queries.signed_in(account_id=ward.office.sato.account_id) is None


def test_one_that_fails_changes_nothing_says_why_and_is_tried_again(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ward.plan(LEAVE, TAKE)
    actions.answer_orphans(actor=ward.boss, id=found.id, answers={"cases:sato:youth": "to:new"}, expected_revision=1)
    ward.confirm(ward.look(found.id))

    def fails(**_given: object) -> None:
        raise JichiError("case.state")

    with monkeypatch.context() as patch:
        patch.setattr(cases, "hand_over", fails)
        assert actions.carry_out_due(actor=SYSTEM) == 0
    assert ward.look(found.id).problem == "case.state"
    assert ward.assignee()[0] == ward.office.sato.account_id
    assert any(one.login == "sato" and one.until is None for one in queries.organisation().holdings)
    assert actions.carry_out_due(actor=SYSTEM) == 1
    assert (ward.look(found.id).problem, ward.assignee()[0]) == ("", ward.new.account_id)


def test_an_abolished_division_keeps_somebody_for_its_open_cases(ward: Ward) -> None:
    everybody = [
        Move(line=n, kind="leave", login=login, division="youth", title="主事")
        for n, login in enumerate(("sato", "suzuki", "clerk", "reader"), start=2)
    ]
    found = ward.plan(*everybody, Move(line=9, kind="close", division="youth"))
    seen = queries.preview(found.moves, found.day)
    keys = {one.key: one for one in seen.orphans}
    assert keys["rest:youth"].count == 2
    assert "to:takagi" in dict(keys["rest:youth"].choices)
    answers = {"cases:sato:youth": "queue", "rest:youth": "to:takagi"}
    actions.answer_orphans(actor=ward.boss, id=found.id, answers=answers, expected_revision=1)
    ward.confirm(ward.look(found.id))
    assert actions.carry_out_due(actor=SYSTEM) == 1
    takagi = ward.office.takagi.account_id
    assert takagi
    assert ward.office.youth in desk.actor_of(takagi).divisions
    assert not queries.organisation().divisions["youth"].is_active


def test_the_last_administrator_can_not_be_planned_away(ward: Ward) -> None:
    stops = [Move(line=n, kind="stop", login=login) for n, login in ((2, "boss"), (3, "second"))]
    found = ward.plan(*stops)
    assert "rights.last" in [one.error.code for one in queries.preview(found.moves, found.day).errors]
    with pytest.raises(Conflict, match=r"plan\.wrong"):
        ward.confirm(found)


def test_a_plan_that_would_leave_no_administrator_on_its_day_is_not_carried_out(ward: Ward) -> None:
    found = ward.plan(Move(line=2, kind="stop", login="boss"))
    ward.confirm(found)
    assert ward.second.account_id
    with unit(SYSTEM), connection.cursor() as cursor:  # the other one left in the meantime, past all guards
        cursor.execute("UPDATE eng_accounts_account SET is_active = false WHERE id = %s", [ward.second.account_id])
    assert actions.carry_out_due(actor=SYSTEM) == 0
    assert (ward.look(found.id).state, ward.look(found.id).problem) == ("confirmed", "rights.last")
    assert queries.organisation().people["boss"].is_active


def test_who_may_not_and_what_is_wrong_changes_nothing(ward: Ward) -> None:
    with pytest.raises(Forbidden):
        actions.save_plan(actor=ward.office.sato, title="x", day=clock.today(), moves=(LEAVE,))
    for title, day, moves in (
        ("", clock.today(), (LEAVE,)),
        ("x", date(2020, 1, 1), (LEAVE,)),
        ("x", clock.today(), ()),
    ):
        with pytest.raises(Invalid):
            actions.save_plan(actor=ward.boss, title=title, day=day, moves=moves)
    with unit(SYSTEM):
        assert not Plan.objects.exists()


def test_the_pages_show_effects_ask_and_confirm(ward: Ward) -> None:
    found = ward.plan(LEAVE, TAKE)
    assert ward.boss.account_id
    assert ward.second.account_id
    mine: Client = browser(ward.boss.account_id)
    path = f"/staff/admin/plans/{found.id}/"
    page = mine.get(path).content.decode()
    for words in ("佐藤 真紀(sato)", "引き継ぎが要るもの(1件)", "newが引き継ぐ", "できなくなる: "):
        assert words in page
    answer = {"act": "answer", "revision": "1", "answer-cases:sato:youth": "to:new"}
    assert mine.post(path, answer).status_code == 302
    assert "この計画を確認する" not in mine.get(path).content.decode()
    theirs: Client = browser(ward.second.account_id)
    page = theirs.get(path).content.decode()
    assert "この計画を確認する" in page
    stamp = page.split('name="fingerprint" value="')[1].split('"')[0]
    assert theirs.post(path, {"act": "confirm", "fingerprint": "x"}).status_code == 409
    assert theirs.post(path, {"act": "confirm", "fingerprint": stamp}).status_code == 302
    assert "確認済・実施待ち" in mine.get("/staff/admin/plans/").content.decode()
    assert "離任,sato,youth,主事" in mine.get(f"{path}export/").content.decode()
