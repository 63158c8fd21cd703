"""起案, route and 決裁: a decision bound to its content, with the names of who decided, whatever comes in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from conftest import own_world, shared_world
from jichi.engines.accounts import actions as account_actions
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions, contents, queries, routing, rules
from jichi.engines.cases.models import Case, Decision, IssuedDocument, Proposal
from jichi.engines.cases.rules import Draft
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, Office
from jichi.engines.cases.tests.test_races import at_once
from jichi.engines.forms import actions as forms
from jichi.engines.forms.rules import load_definition
from jichi.engines.forms.tests.ward import source
from jichi.engines.inbox import queries as inbox
from jichi.engines.routes import actions as routes
from jichi.engines.routes import queries as route_queries
from jichi.engines.routes.tests import hall
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError
from jichi.kernel.receipt_number import format_number

YES = Draft(outcome="approved", question="承認してよろしいか伺います。")
NO = Draft(
    outcome="refused",
    reason="資格がないためです。",
    question="不承認としてよろしいか伺います。",
    seal="sealed",
    dispatch="post",
)


def furnished() -> tuple[Office, Actor]:
    """The office with ranks, its manager, and the procedure decided on the route 課長専決."""
    office = desk.build()
    text = re.sub(r"(?m)^version: (\d+)", lambda m: f"version: {int(m[1]) + 1}", source("coming-of-age"))
    forms.publish_definition(actor=desk.SYSTEM, source=text + "\nroute: single\n")
    for actor, rank in ((office.sato, "clerk"), (office.suzuki, "chief")):
        assert actor.account_id is not None
        routes.rank_post(actor=desk.SYSTEM, post_id=hall.post_of(actor.account_id), rank=rank, division_code="youth")
    return office, hall.appoint("kato", "加藤 恵", "youth", "課長", "manager", "youth")


_town = shared_world(furnished)
busy = own_world(furnished)
plain = own_world(desk.build)
"""The office before any procedure of it went over a route."""


@pytest.fixture
def town(db: None, _town: tuple[Office, Actor]) -> tuple[Office, Actor]:
    return _town


def reviewed(office: Office, number: str = HANA) -> Case:
    with transaction.atomic():
        case = desk.apply(office, number)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    return desk.case(case.pk)


def propose(office: Office, case: Case, draft: Draft = YES, actor: Actor | None = None) -> UUID:
    actions.propose_decision(
        actor=actor or office.sato, case_id=case.pk, draft=draft, expected_version=desk.case(case.pk).version
    )
    return route_id(case)


def route_id(case: Case) -> UUID:
    with unit(desk.SYSTEM):
        found = route_queries.route_of(routing.subject_of(case.pk))
    assert found is not None
    return found.id


def picture(case: Case) -> tuple[Any, ...]:
    with unit(desk.SYSTEM):
        return (
            Case.objects.filter(pk=case.pk).values_list("status", "stage", "version", "payment").get(),
            list(Proposal.objects.filter(case=case).order_by("turn").values_list("state", "content_hash", "revision")),
            Decision.objects.count(), IssuedDocument.objects.count(),
        )  # fmt: skip


def refused(case: Case, code: str, press: Callable[[], object]) -> None:
    before = picture(case)
    with pytest.raises(JichiError) as caught:
        press()
    assert (caught.value.code, picture(case)) == (code, before)


# -- the hash -------------------------------------------------------------------------------------


@given(st.sampled_from(["outcome", "reason_code", "reason", "question", "seal", "dispatch"]), st.text(max_size=20))
def test_any_other_content_has_another_hash(name: str, text: str) -> None:
    def digest(draft: Draft, **other: str) -> str:
        given_ = {"submission_hash": "0" * 64, "appeal": "教示", "rule": "", **other}
        return rules.content_hash(draft, **given_)

    changed = replace(NO, **{name: text})  # type: ignore[arg-type] # any words
    assert (digest(changed) == digest(NO)) == (changed == NO)
    assert digest(NO, submission_hash="1" * 64) != digest(NO)
    assert digest(NO, appeal="別の教示") != digest(NO)
    assert digest(NO, rule="要綱3条") != digest(NO)


# -- the way --------------------------------------------------------------------------------------


def test_from_the_proposal_over_the_line_to_the_decision(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    route = propose(office, case)
    assert desk.case(case.pk).stage == "on_route"
    routes.approve_step(actor=office.suzuki, route_id=route)
    with unit(desk.SYSTEM):
        assert not Decision.objects.exists()
    routes.decide_route(actor=kato, route_id=route)
    now = desk.case(case.pk)
    assert (now.status, now.stage) == ("approved", "")
    with unit(desk.SYSTEM):
        decision = Decision.objects.get()
        assert (decision.decided_by_id, decision.decided_for_id) == (kato.account_id, None)
        assert decision.document_number == "8みど子第1号"
        assert decision.proposal is not None
        assert decision.proposal.state == "decided"
        assert IssuedDocument.objects.count() == 1


def test_a_deputy_decides_and_both_names_are_kept(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    route = propose(office, case, NO)
    routes.approve_step(actor=office.suzuki, route_id=route)
    today = clock.today()
    routes.declare_absence(actor=kato, starts_on=today, ends_on=today + timedelta(days=3), reason="出張")
    routes.decide_route(actor=office.suzuki, route_id=route, as_deputy=True)
    with unit(office.sato):
        record = queries.look_at_case(actor=office.sato, number=case.number)
    assert record.decision is not None
    assert (record.decision.decided_by, record.decision.decided_for) == (office.suzuki.account_id, kato.account_id)
    assert (record.decision.seal, record.decision.dispatch) == ("sealed", "post")


def test_such_a_procedure_is_not_decided_past_its_route(town: tuple[Office, Actor]) -> None:
    office, _kato = town
    case = reviewed(office)
    refused(
        case, "case.needs_route",
        lambda: actions.decide_case(actor=office.sato, case_id=case.pk, outcome="approved", expected_version=2),
    )  # fmt: skip
    propose(office, case)
    refused(case, "case.on_route", lambda: propose(office, case))
    refused(
        case, "case.on_route",
        lambda: actions.release_case(actor=office.sato, case_id=case.pk, expected_version=desk.case(case.pk).version),
    )  # fmt: skip


def test_without_a_route_a_proposal_is_the_decision(plain: Office) -> None:
    office = plain
    case = reviewed(office)
    made = actions.propose_decision(actor=office.sato, case_id=case.pk, draft=NO, expected_version=2)
    assert isinstance(made, Decision)
    assert (made.seal, made.dispatch, desk.case(case.pk).status) == ("sealed", "post", "refused")


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        (Draft(outcome="refused"), Invalid),
        (replace(NO, reason="あ" * 2001), Invalid),
        (replace(YES, question="あ" * 2001), Invalid),
        (replace(YES, reason_code="nobody-knows"), Invalid),
        (replace(YES, dispatch="pigeon"), Invalid),
    ],
)
def test_what_cannot_be_decided_is_not_proposed(
    town: tuple[Office, Actor], draft: Draft, error: type[JichiError]
) -> None:
    office, _kato = town
    case = reviewed(office)
    before = picture(case)
    with pytest.raises(error):
        actions.propose_decision(actor=office.sato, case_id=case.pk, draft=draft, expected_version=2)
    assert picture(case) == before


def test_self_approval_is_refused(town: tuple[Office, Actor]) -> None:
    """The drafter on the line, and the person with authority whose own application it is."""
    office, kato = town
    case = reviewed(office)
    route = propose(office, case)
    before = picture(case)
    with pytest.raises(JichiError):
        routes.approve_step(actor=office.sato, route_id=route)
    routes.approve_step(actor=office.suzuki, route_id=route)
    assert kato.account_id is not None
    with unit(desk.SYSTEM):
        resident = office.residents[HANA].account_id
        assert resident is not None
        account_actions.end_link(actor=desk.SYSTEM, account_id=resident)
        account_actions.link_person(actor=desk.SYSTEM, account_id=kato.account_id, addressee_no=HANA, how="sample")
    refused(case, "case.own", lambda: routes.decide_route(actor=kato, route_id=route))
    with unit(desk.SYSTEM):
        assert route_queries.route(route).status == "running"
    assert picture(case) == before


def test_what_the_drafter_marks_goes_to_a_higher_post(town: tuple[Office, Actor]) -> None:
    office, kato = town
    abe = hall.appoint("abe", "阿部 進", "youth", "部長", "director", "youth")
    case = reviewed(office)
    refused(
        case, "invalid",
        lambda: actions.propose_decision(
            actor=office.sato, case_id=case.pk, draft=YES, marks=["urgent"], expected_version=2
        ),
    )  # fmt: skip
    client = desk.browser(office.sato)
    page = f"/staff/cases/{desk.case(case.pk).number}/approve/"
    plain = client.post(page, {"act": "check", "version": 2}).content.decode()
    lifted = client.post(page, {"act": "check", "version": 2, "marks": ["important"]}).content.decode()
    words = "起案者の判断: 重要。課長の専決ではなく、部長が決裁します。代決できません。"
    assert (words in plain, words in lifted) == (False, True)
    assert ("阿部 進" in plain, "阿部 進" in lifted) == (False, True)
    assert client.post(page, {"act": "decide", "version": 2, "marks": ["important"]}).status_code == 302
    route = route_id(case)
    for actor in (office.suzuki, kato):
        routes.approve_step(actor=actor, route_id=route)
    assert words in desk.browser(abe).get(f"/staff/routes/{route}/").content.decode()
    with unit(office.sato):
        assert routing.marks_of(case.pk) == {"important"}
    refused(case, "proposal.not_minor", lambda: change(office, case, YES, minor=True, marks=[]))
    change(office, case, replace(YES, question="直した伺い文"), minor=True)
    change(office, case, replace(YES, question="直した伺い文"), marks=[], why="重要ではない")
    routes.approve_step(actor=office.suzuki, route_id=route)
    routes.decide_route(actor=kato, route_id=route)
    assert desk.case(case.pk).status == "approved"


# -- what changes on the way ----------------------------------------------------------------------


def change(office: Office, case: Case, draft: Draft, **other: Any) -> object:
    given_ = {"minor": False, "why": "書き間違い", **other}
    return actions.change_proposal(
        actor=office.sato, case_id=case.pk, draft=draft, expected_version=desk.case(case.pk).version, **given_
    )


def test_a_change_after_an_approval_asks_for_it_again(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    route = propose(office, case, NO)
    routes.approve_step(actor=office.suzuki, route_id=route)
    with unit(desk.SYSTEM):
        shown = route_queries.route(route).version
    change(office, case, replace(NO, reason="年齢の条件に当たらないためです。"))
    with pytest.raises(JichiError):
        routes.decide_route(actor=kato, route_id=route)
    with pytest.raises(Conflict):  # the page that kato has open shows the old text
        routes.decide_route(actor=kato, route_id=route, expected_version=shown)
    routes.approve_step(actor=office.suzuki, route_id=route)
    routes.decide_route(actor=kato, route_id=route)
    with unit(desk.SYSTEM):
        assert Decision.objects.get().reason == "年齢の条件に当たらないためです。"


def test_a_slip_of_the_pen_keeps_the_approvals(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    route = propose(office, case, NO)
    routes.approve_step(actor=office.suzuki, route_id=route)
    change(office, case, replace(NO, reason="資格がないためです"), minor=True)
    routes.decide_route(actor=kato, route_id=route)
    with unit(desk.SYSTEM):
        assert Decision.objects.get().reason == "資格がないためです"


def test_another_outcome_is_no_slip_of_the_pen(town: tuple[Office, Actor]) -> None:
    office, _kato = town
    case = reviewed(office)
    propose(office, case, NO)
    for draft in (replace(NO, outcome="approved"), replace(NO, seal="omitted"), replace(NO, dispatch="counter")):
        refused(case, "proposal.not_minor", lambda d=draft: change(office, case, d, minor=True))  # type: ignore[misc] # bound now
    refused(case, "invalid", lambda: change(office, case, replace(NO, reason="別の理由"), why=" "))
    with pytest.raises(Forbidden):
        actions.change_proposal(
            actor=office.suzuki, case_id=case.pk, draft=YES, minor=False, why="x",
            expected_version=desk.case(case.pk).version,
        )  # fmt: skip


def shown_changes(actor: Actor, case: Case) -> list[tuple[str, str, str]]:
    """What the panel of the case's page says has changed for this official."""
    with unit(actor):
        panel = route_queries.panel_of(actor=actor, subject=routing.subject_of(case.pk))
    assert panel is not None
    return [(c.label, c.before, c.after) for c in panel.changes]


def test_approvers_see_what_changed_since_they_looked(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    route = propose(office, case, NO)
    routes.approve_step(actor=office.suzuki, route_id=route)
    assert shown_changes(kato, case) == []
    change(office, case, replace(NO, reason="直した理由です。"), marks=["disputed"])
    changed = [("理由", NO.reason, "直した理由です。"), ("事案の判断", "", "疑義")]
    assert shown_changes(office.suzuki, case) == changed
    routes.send_back(actor=office.suzuki, route_id=route, to="drafter", reason="施行の方法を直してください。")
    again = replace(NO, reason="直した理由です。", dispatch="counter")
    actions.propose_decision(actor=office.sato, case_id=case.pk, draft=again, marks=["disputed"],
                             expected_version=desk.case(case.pk).version)  # fmt: skip
    assert [one[0] for one in shown_changes(office.suzuki, case)] == ["施行の方法"]
    assert (
        "前に承認・差戻しされたときから変わったところ"
        in desk.browser(office.suzuki).get(f"/staff/cases/{case.number}/").content.decode()
    )


def test_where_somebody_lives_stays_out_of_the_route_s_history() -> None:
    fields = dict(load_definition(source("coming-of-age")).fields)
    fields["phone"] = fields["phone"].model_copy(update={"kind": "postcode"})
    words = contents.answer_words(fields, {"phone": "1060032"}, {"phone": "1050011"}, contents.ELSEWHERE)
    assert words == {"電話番号": contents.ELSEWHERE}
    assert contents.answer_words(fields, {"phone": "1"}, {"phone": "1"}, "") == {}


def test_a_correction_answered_on_the_way_voids_what_was_approved(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    route = propose(office, case)
    routes.approve_step(actor=office.suzuki, route_id=route)
    actions.request_correction(
        actor=office.sato, case_id=case.pk, points=[{"field": "phone", "sentence": "番号"}],
        due_on=clock.today() + timedelta(days=14), expected_version=desk.case(case.pk).version,
    )  # fmt: skip
    refused(case, "case.state", lambda: routes.decide_route(actor=kato, route_id=route))
    applicant = office.residents[HANA]
    with unit(applicant):
        draft = forms.start_correction(
            actor=applicant, submission_id=desk.case(case.pk).submission_id, fields=["phone"],
            until=clock.now() + timedelta(days=14),
        )  # fmt: skip
        page = draft.definition.page_of_field["phone"]
        raw = {"phone": ["03-9999-0000"], "email": ["hana@example.jp"]}
        saved = forms.save_page(
            actor=applicant, draft_id=draft.id, page=page, raw=raw, expected_revision=draft.revision, applicant_no=HANA
        )
        actions.answer_correction(
            actor=applicant, case_id=case.pk, draft_id=draft.id, revision=saved.draft.revision, language="ja",
            applicant_no=HANA,
        )  # fmt: skip
    with pytest.raises(JichiError):
        routes.decide_route(actor=kato, route_id=route)
    assert [(label, after) for label, _, after in shown_changes(office.suzuki, case)] == [("電話番号", "03-9999-0000")]
    routes.approve_step(actor=office.suzuki, route_id=route)
    assert shown_changes(office.suzuki, case) == []
    routes.decide_route(actor=kato, route_id=route)
    with unit(desk.SYSTEM):
        decision = Decision.objects.get()
        assert decision.proposal is not None
        assert decision.proposal.revision == 2
    assert desk.case(case.pk).status == "approved"


def test_sent_back_it_is_proposed_again_on_the_same_route(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    route = propose(office, case, NO)
    routes.send_back(actor=office.suzuki, route_id=route, to="drafter", reason="理由を直してください。")
    now = desk.case(case.pk)
    assert (now.status, now.stage) == ("reviewing", "sent_back")
    assert office.sato.account_id is not None
    shown = browser(office.sato.account_id).get(f"/staff/cases/{format_number(now.number)}/").content.decode()
    lines = re.findall(r"差し戻されました.{0,300}", shown, re.S)
    assert any(office.suzuki.name in line.split("自動処理")[0] for line in lines)
    assert propose(office, case, replace(NO, reason="直した理由です。")) == route
    routes.approve_step(actor=office.suzuki, route_id=route)
    routes.decide_route(actor=kato, route_id=route)
    with unit(desk.SYSTEM):
        assert list(Proposal.objects.order_by("turn").values_list("turn", "state")) == [
            (1, "sent_back"),
            (2, "decided"),
        ]
        assert Decision.objects.get().reason == "直した理由です。"


def my_items(actor: Actor) -> list[tuple[str, str]]:
    """Kind and title of what stands open in an official's own list."""
    with unit(actor):
        return [(one.kind, one.title["ja"]) for one in inbox.items_for_staff(actor, scope="mine").items]


def test_the_drafter_has_one_thing_to_do_at_every_turn(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    title = "二十歳のつどい 参加申込"
    assert my_items(office.sato) == [("check", title)]
    route = propose(office, case, NO)
    assert my_items(office.sato) == []
    routes.send_back(actor=office.suzuki, route_id=route, to="drafter", reason="理由を直してください。")
    assert my_items(office.sato) == [("check", f"差戻し: {title}")]
    propose(office, case, replace(NO, reason="直した理由です。"))
    assert my_items(office.sato) == []
    routes.approve_step(actor=office.suzuki, route_id=route)
    routes.refuse_route(actor=kato, route_id=route, reason="要件を満たしません。")
    assert [one for one in my_items(office.sato) if one[0] != "read"] == [("check", title)]
    propose(office, case, YES)
    actions.take_back_proposal(actor=office.sato, case_id=case.pk, expected_version=desk.case(case.pk).version)
    assert [one for one in my_items(office.sato) if one[0] != "read"] == [("check", title)]


def test_put_on_its_way_again_on_the_route_s_page_it_is_the_same_proposal(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    route = propose(office, case, NO)
    routes.send_back(actor=office.suzuki, route_id=route, to="drafter", reason="確かめてください。")
    routes.resubmit_route(actor=office.sato, route_id=route)
    assert (desk.case(case.pk).stage, my_items(office.sato)) == ("on_route", [])
    routes.approve_step(actor=office.suzuki, route_id=route)
    routes.decide_route(actor=kato, route_id=route)
    assert desk.case(case.pk).status == "refused"
    with unit(desk.SYSTEM):
        assert list(Proposal.objects.order_by("turn").values_list("state", "drafted_by", "reason")) == [
            ("sent_back", office.sato.account_id, NO.reason), ("decided", office.sato.account_id, NO.reason),
        ]  # fmt: skip


def test_what_came_back_ends_with_the_withdrawal(town: tuple[Office, Actor]) -> None:
    office, _kato = town
    case = reviewed(office)
    route = propose(office, case, NO)
    routes.send_back(actor=office.suzuki, route_id=route, to="drafter", reason="確かめてください。")
    actions.withdraw_case(actor=office.residents[HANA], case_id=case.pk)
    with pytest.raises(Conflict):
        routes.resubmit_route(actor=office.sato, route_id=route)
    assert [one for one in my_items(office.sato) if one[0] != "read"] == []
    with unit(desk.SYSTEM):
        assert route_queries.route(route).status == "withdrawn"


def test_refused_on_the_route_it_goes_back_to_the_review(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    first = propose(office, case)
    routes.approve_step(actor=office.suzuki, route_id=first)
    routes.refuse_route(actor=kato, route_id=first, reason="要件を満たしません。")
    assert (desk.case(case.pk).status, desk.case(case.pk).stage) == ("reviewing", "sent_back")
    assert propose(office, case, NO) != first


def test_withdrawn_on_the_way_nothing_is_decided_any_more(town: tuple[Office, Actor]) -> None:
    office, kato = town
    case = reviewed(office)
    route = propose(office, case)
    routes.approve_step(actor=office.suzuki, route_id=route)
    actions.withdraw_case(actor=office.residents[HANA], case_id=case.pk)
    with pytest.raises(JichiError):
        routes.decide_route(actor=kato, route_id=route)
    now = desk.case(case.pk)
    assert (now.status, now.stage) == ("withdrawn", "")
    with unit(desk.SYSTEM):
        assert route_queries.route(route).status == "withdrawn"
        assert Proposal.objects.get().state == "ended"


def test_the_drafter_takes_it_back(town: tuple[Office, Actor]) -> None:
    office, _kato = town
    case = reviewed(office)
    propose(office, case)
    before = picture(case)
    with pytest.raises(Forbidden):
        actions.take_back_proposal(actor=office.suzuki, case_id=case.pk, expected_version=desk.case(case.pk).version)
    assert picture(case) == before
    actions.take_back_proposal(actor=office.sato, case_id=case.pk, expected_version=desk.case(case.pk).version)
    assert desk.case(case.pk).stage == ""
    refused(case, "case.not_on_route", lambda: change(office, case, NO))


def test_of_a_decision_and_a_withdrawal_at_once_one_happens(busy: tuple[Office, Actor]) -> None:
    office, kato = busy
    case = reviewed(office)
    route = propose(office, case)
    routes.approve_step(actor=office.suzuki, route_id=route)
    found = at_once(
        lambda: routes.decide_route(actor=kato, route_id=route),
        lambda: actions.withdraw_case(actor=office.residents[HANA], case_id=case.pk),
    )
    assert found.count("done") == 1, found
    decided = desk.case(case.pk).status == "approved"
    with unit(desk.SYSTEM):
        assert Decision.objects.exists() == decided


def test_two_proposals_at_once_make_one(busy: tuple[Office, Actor]) -> None:
    office, _kato = busy
    case = reviewed(office, SAKURA)
    version = desk.case(case.pk).version

    def press() -> object:
        return actions.propose_decision(actor=office.sato, case_id=case.pk, draft=YES, expected_version=version)

    found = at_once(press, press)
    assert sorted("done" if f == "done" else type(f).__name__ for f in found) == ["Conflict", "done"]
    with unit(desk.SYSTEM):
        assert Proposal.objects.count() == 1


def test_the_database_keeps_what_was_proposed(town: tuple[Office, Actor]) -> None:
    office, _kato = town
    case = reviewed(office)
    propose(office, case)
    actions.take_back_proposal(actor=office.sato, case_id=case.pk, expected_version=desk.case(case.pk).version)
    for statement in ("UPDATE eng_cases_proposal SET reason = 'x'", "DELETE FROM eng_cases_proposal"):
        with pytest.raises(DatabaseError), transaction.atomic(), unit(desk.SYSTEM), connection.cursor() as cursor:
            cursor.execute(statement)
    with unit(office.residents[HANA]):
        assert Proposal.objects.count() == 0  # applicants see none
