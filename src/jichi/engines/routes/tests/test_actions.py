"""Acts on a route through its actions: what they do, what they refuse, and that a refusal changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import queries as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, JichiError, NotFound

from .. import actions, queries, tasks
from ..models import Route, RouteAct, RouteTurn
from ..rules import Seat
from .hall import HASH_1, HASH_2, HASH_3, SYSTEM, Hall, appoint, build, draft, view, waits_for

_hall = shared_world(build)


@pytest.fixture
def hall(db: None, _hall: Hall) -> Hall:
    return _hall


def everything() -> tuple[Any, ...]:
    """All rows that an act could have changed."""
    with unit(SYSTEM):
        return (
            list(Route.objects.order_by("pk").values_list("pk", "version", "head", "status", "content_hash")),
            list(RouteAct.objects.order_by("pk").values_list("pk", "hash")),
            list(RouteTurn.objects.order_by("pk").values_list("pk", "kind", "step", "closed_at")),
        )


def titles(actor: Actor, *scopes: Any) -> list[str]:
    """What stands open in somebody's work list."""
    with unit(actor):
        pages = [inbox.items_for_staff(actor, scope=scope) for scope in scopes or ("mine", "reading")]
    return [item.title["ja"] for page in pages for item in page.items]


def away(hall: Hall, who: str, deputy: str | None = None) -> None:
    actions.declare_absence(
        actor=hall.people[who], starts_on=clock.today(), ends_on=clock.today() + timedelta(days=3),
        deputy_id=hall.id(deputy) if deputy else None,
    )  # fmt: skip


# -- the line -------------------------------------------------------------------------------------


def test_a_route_goes_up_the_line_to_its_decision(hall: Hall) -> None:
    route_id = draft(hall)
    assert waits_for(hall, "suzuki") == ["act:holder"]
    assert titles(hall.suzuki) == ["決裁: はたちのつどいの開催"]
    actions.approve_step(actor=hall.suzuki, route_id=route_id, expected_version=1)
    assert (waits_for(hall, "suzuki"), waits_for(hall, "kato")) == ([], ["act:holder"])
    assert titles(hall.suzuki) == []
    actions.decide_route(actor=hall.kato, route_id=route_id, expected_version=2)
    found = view(hall, route_id)
    assert (found.status, found.version, found.content_hash) == ("approved", 3, HASH_1)
    assert [(a.kind, a.by_name) for a in found.acts] == [
        ("submit", "佐藤 真紀"), ("approve", "鈴木 聡"), ("decide", "加藤 恵"),
    ]  # fmt: skip
    assert waits_for(hall, "kato") == []
    assert titles(hall.sato) == ["決裁されました: はたちのつどいの開催"]
    with unit(hall.sato):
        assert queries.verify_chain(route_id) == queries.ChainCheck(3, None)


@pytest.mark.parametrize(
    ("amount", "line", "decider"),
    [
        (300_000, ["suzuki"], "kato"),
        (300_001, ["suzuki", "kato"], "abe"),
        (1_000_000, ["suzuki", "kato"], "abe"),
        (1_000_001, ["suzuki", "kato", "abe"], "ueno"),
    ],
)
def test_the_amount_says_who_decides(hall: Hall, amount: int, line: list[str], decider: str) -> None:
    route_id = draft(hall, "subsidy", facts={"amount": amount})
    for login in line:
        actions.approve_step(actor=hall.people[login], route_id=route_id)
    actions.decide_route(actor=hall.people[decider], route_id=route_id)
    assert view(hall, route_id).status == "approved"


def test_a_route_asks_for_the_facts_it_depends_on(hall: Hall) -> None:
    with pytest.raises(Invalid) as refused:
        draft(hall, "subsidy")
    assert (refused.value.code, refused.value.params) == ("route.fact_missing", {"fact": "amount"})
    assert everything() == ([], [], [])


def test_opened_twice_it_is_one_route(hall: Hall) -> None:
    first = draft(hall)
    before = everything()
    assert draft(hall) == first
    with pytest.raises(Conflict, match=r"route\.open_already"):
        draft(hall, dedupe_key="another")
    assert everything() == before


def test_a_chief_who_drafts_is_not_asked_by_the_own_step(hall: Hall) -> None:
    route_id = draft(hall, by="suzuki")
    assert waits_for(hall, "kato") == ["act:holder"]
    actions.decide_route(actor=hall.kato, route_id=route_id)
    assert view(hall, route_id).status == "approved"


def test_nobody_decides_their_own_draft_and_the_post_above_does(hall: Hall) -> None:
    route_id = draft(hall, by="kato")
    before = everything()
    with pytest.raises(Forbidden, match=r"route\.own"):
        actions.decide_route(actor=hall.kato, route_id=route_id)
    assert everything() == before
    assert waits_for(hall, "abe") == ["act:above"]
    actions.decide_route(actor=hall.abe, route_id=route_id)
    assert view(hall, route_id).acts[-1].how == "above"


def test_the_drafter_decides_where_the_route_says_so(hall: Hall) -> None:
    route_id = draft(hall, replace(queries.spec("single"), drafter_decides=True), by="kato")
    actions.decide_route(actor=hall.kato, route_id=route_id)
    assert view(hall, route_id).status == "approved"


@pytest.mark.parametrize(
    ("who", "code"),
    [("kato", "route.not_yours"), ("sato", "route.own"), ("abe", "route.not_yours"), ("ueno", None), ("mori", None)],
)
def test_out_of_turn_nothing_happens(hall: Hall, who: str, code: str | None) -> None:
    route_id = draft(hall)
    before = everything()
    with pytest.raises(JichiError) as refused:
        actions.approve_step(actor=hall.people[who], route_id=route_id)
    assert refused.value.code == (code or "not_found")
    assert everything() == before


def test_what_was_shown_before_somebody_acted_is_refused(hall: Hall) -> None:
    route_id = draft(hall)
    actions.content_changed(actor=hall.sato, subject="test:1", content_hash=HASH_2, minor=False, reason="誤り")
    before = everything()
    with pytest.raises(Conflict) as refused:
        actions.approve_step(actor=hall.suzuki, route_id=route_id, expected_version=1)
    assert (refused.value.code, refused.value.params["by"]) == ("route.changed", "佐藤 真紀")
    assert everything() == before


def test_a_second_press_does_nothing_more(hall: Hall) -> None:
    route_id = draft(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id, expected_version=1)
    before = everything()
    assert actions.approve_step(actor=hall.suzuki, route_id=route_id, expected_version=1) == route_id
    assert everything() == before


# -- back and forth -------------------------------------------------------------------------------


def test_sent_back_to_the_drafter_and_submitted_again(hall: Hall) -> None:
    route_id = draft(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    with pytest.raises(Invalid) as refused:
        actions.send_back(actor=hall.kato, route_id=route_id, to="drafter", reason=" ")
    assert refused.value.fields == {"reason": FieldError("route.reason_required")}
    actions.send_back(actor=hall.kato, route_id=route_id, to="drafter", reason="領収書の日付が対象期間外です。")
    assert view(hall, route_id).status == "returned"
    assert (waits_for(hall, "sato"), waits_for(hall, "kato")) == (["returned:drafter"], [])
    assert titles(hall.suzuki) == ["差し戻され、承認が取り消されました: はたちのつどいの開催"]
    actions.resubmit_route(actor=hall.sato, route_id=route_id)
    assert (waits_for(hall, "sato"), waits_for(hall, "suzuki"), waits_for(hall, "kato")) == ([], ["act:holder"], [])


def test_sent_back_to_a_step_voids_from_there(hall: Hall) -> None:
    route_id = draft(hall, "subsidy", facts={"amount": 900_000})
    for login in ("suzuki", "kato"):
        actions.approve_step(actor=hall.people[login], route_id=route_id)
    actions.send_back(actor=hall.abe, route_id=route_id, to="manager", reason="額を確かめてください。")
    assert (waits_for(hall, "suzuki"), waits_for(hall, "kato")) == ([], ["act:holder"])
    with pytest.raises(JichiError):
        actions.decide_route(actor=hall.abe, route_id=route_id)


def test_taken_back_only_before_somebody_acts(hall: Hall) -> None:
    route_id = draft(hall)
    actions.pull_back(actor=hall.sato, route_id=route_id)
    assert view(hall, route_id).status == "returned"
    actions.resubmit_route(actor=hall.sato, route_id=route_id)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    before = everything()
    with pytest.raises(Conflict, match=r"route\.acted_already"):
        actions.pull_back(actor=hall.sato, route_id=route_id)
    assert everything() == before


def test_pulled_up_the_skipped_are_told(hall: Hall) -> None:
    route_id = draft(hall)
    actions.pull_up(actor=hall.kato, route_id=route_id, reason="急ぎのため")
    assert (waits_for(hall, "suzuki"), waits_for(hall, "kato")) == ([], ["act:holder"])
    assert titles(hall.suzuki) == ["引上げがありました: はたちのつどいの開催"]
    actions.decide_route(actor=hall.kato, route_id=route_id)
    assert view(hall, route_id).status == "approved"


def test_the_director_of_another_division_reaches_and_pulls_up_what_comes_to_them(hall: Hall) -> None:
    route_id = draft(hall, "subsidy", facts={"amount": 900_000})
    actions.pull_up(actor=hall.abe, route_id=route_id, reason="急ぎのため")
    assert waits_for(hall, "abe") == ["act:holder"]


def test_refused_by_the_decider_it_ends(hall: Hall) -> None:
    route_id = draft(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    actions.refuse_route(actor=hall.kato, route_id=route_id, reason="予算がありません。")
    assert view(hall, route_id).status == "refused"
    before = everything()
    with pytest.raises(Conflict, match=r"route\.ended"):
        actions.decide_route(actor=hall.kato, route_id=route_id)
    assert everything() == before


def test_withdrawn_it_ends_and_another_may_begin(hall: Hall) -> None:
    draft(hall)
    assert actions.withdraw_route(actor=hall.sato, subject="test:1", reason="取り下げられたため") is True
    assert actions.withdraw_route(actor=hall.sato, subject="test:1", reason="取り下げられたため") is False
    assert waits_for(hall, "suzuki") == []
    assert view(hall, draft(hall, dedupe_key="second")).status == "running"


# -- content --------------------------------------------------------------------------------------


def test_a_changed_content_voids_what_was_approved(hall: Hall) -> None:
    route_id = draft(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    assert actions.content_changed(
        actor=SYSTEM, subject="test:1", content_hash=HASH_2, minor=False, reason="補正が届いた"
    ) == 1  # fmt: skip
    assert (waits_for(hall, "suzuki"), waits_for(hall, "kato")) == (["act:holder"], [])
    with pytest.raises(JichiError):
        actions.decide_route(actor=hall.kato, route_id=route_id)
    assert view(hall, route_id).content_hash == HASH_2


def test_a_minor_correction_keeps_approvals_and_tells_their_givers(hall: Hall) -> None:
    route_id = draft(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    with pytest.raises(Invalid):
        actions.content_changed(actor=hall.sato, subject="test:1", content_hash=HASH_3, minor=True, reason="")
    actions.content_changed(actor=hall.sato, subject="test:1", content_hash=HASH_3, minor=True, reason="誤字")
    assert titles(hall.suzuki) == ["軽微な修正がありました: はたちのつどいの開催"]
    actions.decide_route(actor=hall.kato, route_id=route_id)
    assert (view(hall, route_id).status, view(hall, route_id).content_hash) == ("approved", HASH_3)


def test_a_changed_amount_may_have_another_decider(hall: Hall) -> None:
    route_id = draft(hall, "subsidy", facts={"amount": 250_000})
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    before = everything()
    with pytest.raises(Conflict, match=r"route\.not_minor"):
        actions.content_changed(
            actor=hall.sato, subject="test:1", content_hash=HASH_2, minor=True, reason="誤記", facts={"amount": 900_000}
        )
    with pytest.raises(Invalid, match=r"route\.fact_missing"):
        actions.content_changed(
            actor=hall.sato, subject="test:1", content_hash=HASH_2, minor=False, reason="増額", facts={}
        )
    assert everything() == before
    actions.content_changed(
        actor=hall.sato, subject="test:1", content_hash=HASH_2, minor=False, reason="増額", facts={"amount": 900_000}
    )
    for login in ("suzuki", "kato"):
        actions.approve_step(actor=hall.people[login], route_id=route_id)
    with pytest.raises(JichiError):
        actions.decide_route(actor=hall.kato, route_id=route_id)
    actions.decide_route(actor=hall.abe, route_id=route_id)
    assert view(hall, route_id).status == "approved"


# -- consent --------------------------------------------------------------------------------------


def test_consent_in_parallel_and_a_disagreement_that_stops(hall: Hall) -> None:
    route_id = draft(hall, "consent")
    for login in ("suzuki", "kato"):
        actions.approve_step(actor=hall.people[login], route_id=route_id)
    assert (waits_for(hall, "mori"), waits_for(hall, "kanri")) == (["act:holder"], ["act:holder"])
    actions.agree_step(actor=hall.kanri, route_id=route_id, answer="agree")
    actions.agree_step(actor=hall.mori, route_id=route_id, answer="disagree", comment="会場が足りません。")
    assert (waits_for(hall, "abe"), waits_for(hall, "mori")) == ([], ["act:holder"])
    with pytest.raises(JichiError):
        actions.decide_route(actor=hall.abe, route_id=route_id)
    actions.agree_step(actor=hall.mori, route_id=route_id, answer="agree_comment", comment="会場を変えるなら可。")
    actions.decide_route(actor=hall.abe, route_id=route_id)
    assert view(hall, route_id, "mori").status == "approved"
    assert waits_for(hall, "ito") == ["read:holder"]
    actions.mark_copy_read(actor=hall.ito, route_id=route_id)
    assert waits_for(hall, "ito") == []


def test_an_extra_consent_comes_before_the_present_step(hall: Hall) -> None:
    route_id = draft(hall)
    with pytest.raises(Conflict, match=r"route\.vacant"):
        actions.insert_consent(
            actor=hall.suzuki, route_id=route_id, seats=[Seat("mayor", "residents")], reason="会場のため"
        )
    actions.insert_consent(
        actor=hall.suzuki, route_id=route_id, seats=[Seat("manager", "residents")], reason="会場のため"
    )
    assert (waits_for(hall, "suzuki"), waits_for(hall, "mori")) == ([], ["act:holder"])
    actions.agree_step(actor=hall.mori, route_id=route_id, answer="agree")
    assert waits_for(hall, "suzuki") == ["act:holder"]


# -- absence, vacancy, personnel change -----------------------------------------------------------


def test_a_deputy_decides_in_an_absence_and_the_holder_reads_afterwards(hall: Hall) -> None:
    route_id = draft(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    before = everything()
    with pytest.raises(Forbidden, match=r"route\.holder_present"):
        actions.decide_route(actor=hall.suzuki, route_id=route_id, as_deputy=True)
    assert everything() == before
    away(hall, "kato")
    assert (waits_for(hall, "kato"), waits_for(hall, "suzuki")) == ([], ["act:deputy"])
    with pytest.raises(Conflict, match=r"route\.say_how"):
        actions.decide_route(actor=hall.suzuki, route_id=route_id)
    actions.decide_route(actor=hall.suzuki, route_id=route_id, as_deputy=True)
    last = view(hall, route_id).acts[-1]
    assert (last.by_name, last.how, last.on_behalf_name) == ("鈴木 聡", "deputy", "加藤 恵")
    assert waits_for(hall, "kato") == ["after:holder"]
    with pytest.raises(Conflict, match=r"route\.nothing_to_read"):
        actions.read_afterwards(actor=hall.suzuki, route_id=route_id)
    assert waits_for(hall, "kato") == ["after:holder"]
    actions.read_afterwards(actor=hall.kato, route_id=route_id)
    assert waits_for(hall, "kato") == []


@pytest.mark.parametrize("flag", ["important", "unusual", "disputed"])
def test_an_excluded_matter_goes_to_a_higher_post_and_to_no_deputy(hall: Hall, flag: str) -> None:
    route_id = draft(hall, facts={flag: 1})
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    away(hall, "kato", "suzuki")
    before = everything()
    with pytest.raises(Forbidden, match=r"route\.deputy_excluded"):
        actions.approve_step(actor=hall.suzuki, route_id=route_id, as_deputy=True)
    assert everything() == before
    assert waits_for(hall, "kato") == ["act:holder"]
    actions.approve_step(actor=hall.kato, route_id=route_id)
    assert waits_for(hall, "abe") == ["act:holder"]
    with pytest.raises(JichiError):
        actions.decide_route(actor=hall.kato, route_id=route_id)
    actions.decide_route(actor=hall.abe, route_id=route_id)


def test_a_mark_stands_until_it_is_taken_off_and_every_decider_reads_it(hall: Hall) -> None:
    plain = queries.preview(spec=queries.spec("subsidy"), facts={"amount": 1}, division_id=hall.youth,
                            drafter_id=hall.id("sato"))  # fmt: skip
    assert [(f.label, f.value) for f in plain.lines] == [("回議 係長", "鈴木 聡"), ("決裁 課長", "加藤 恵")]
    marked = queries.preview(spec=queries.spec("subsidy"), facts={"amount": 1, "unusual": 1}, division_id=hall.youth,
                             drafter_id=hall.id("suzuki"))  # fmt: skip
    assert [(f.label, f.value) for f in marked.lines] == [("回議 課長", "加藤 恵"), ("決裁 部長", "阿部 進")]
    note = "起案者の判断: 異例。課長の専決ではなく、部長が決裁します。代決できません。"
    assert (plain.notes, marked.notes) == ((), (note,))
    route_id = draft(hall, "subsidy", facts={"amount": 1, "unusual": 1})
    actions.content_changed(actor=hall.sato, subject="test:1", content_hash=HASH_2, minor=False, reason="x",
                            facts={"amount": 2})  # fmt: skip
    found = view(hall, route_id)
    assert (dict(found.state.facts), found.state.decider) == ({"amount": 2, "unusual": 1}, Seat("director", "youth"))
    for who in ("suzuki", "abe"):
        assert queries.panel(actor=hall.people[who], route=found).marks == (note,)
    actions.content_changed(actor=hall.sato, subject="test:1", content_hash=HASH_2, minor=False, reason="x",
                            facts={"amount": 2, "unusual": 0})  # fmt: skip
    assert view(hall, route_id).state.decider == Seat("manager", "youth")


def test_back_early_the_holder_acts_again(hall: Hall) -> None:
    route_id = draft(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    away(hall, "kato")
    with unit(hall.kato):
        absence = queries.absences_of(hall.id("kato"))[0]
    with pytest.raises(NotFound):
        actions.cancel_absence(actor=hall.suzuki, absence_id=absence.id)
    actions.cancel_absence(actor=hall.kato, absence_id=absence.id)
    assert (waits_for(hall, "kato"), waits_for(hall, "suzuki")) == (["act:holder"], [])
    actions.decide_route(actor=hall.kato, route_id=route_id)


def test_absences_do_not_overlap_and_end_after_they_begin(hall: Hall) -> None:
    away(hall, "kato")
    with pytest.raises(Conflict, match=r"absence\.overlaps"):
        away(hall, "kato")
    with pytest.raises(Invalid) as refused:
        actions.declare_absence(
            actor=hall.suzuki, starts_on=clock.today(), ends_on=clock.today() - timedelta(days=1),
            deputy_id=hall.id("suzuki"),
        )  # fmt: skip
    assert {name: error.code for name, error in refused.value.fields.items()} == {
        "ends_on": "absence.days", "deputy": "absence.deputy",
    }  # fmt: skip


def test_a_step_belongs_to_the_post_not_to_the_person(hall: Hall) -> None:
    """人事異動 in the middle: the turn moves with the appointment, in its transaction; history stays."""
    route_id = draft(hall)
    actions.approve_step(actor=hall.suzuki, route_id=route_id)
    accounts.end_post(actor=SYSTEM, account_id=hall.id("kato"), division_code="youth", title="課長",
                      ends_on=clock.today() - timedelta(days=1))  # fmt: skip
    assert (waits_for(hall, "kato"), waits_for(hall, "abe")) == ([], ["act:above"])
    new = appoint("ono", "小野 明", "youth", "課長", None, None, roles=("decider",))
    people = Hall({**hall.people, "ono": new}, hall.youth)
    assert (waits_for(people, "abe"), waits_for(people, "ono")) == ([], ["act:holder"])
    assert (titles(hall.kato), titles(new)) == ([], ["決裁: はたちのつどいの開催"])
    before = everything()
    assert accounts.end_post(actor=SYSTEM, account_id=hall.id("kato"), division_code="youth", title="課長",
                             ends_on=clock.today()) == 0  # fmt: skip
    assert actions.renew_turns(actor=SYSTEM) == 1
    assert everything() == before
    with unit(SYSTEM):
        assert [a.kind for a in queries.route(route_id).acts] == ["submit", "approve"]
        assert queries.verify_chain(route_id).is_whole
    with pytest.raises(Forbidden, match=r"route\.not_yours"):
        actions.decide_route(actor=hall.kato, route_id=route_id)
    actions.decide_route(actor=new, route_id=route_id)
    assert view(people, route_id).acts[-1].by_name == "小野 明"


def test_many_routes_are_left_to_a_job(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jichi.engines.routes.actions.posts.AT_ONCE", 1)
    for number in (1, 2):
        draft(hall, subject=f"test:{number}", dedupe_key=str(number))
    _end_holding(hall, "suzuki")
    appoint("ono", "小野 明", "youth", "係長", "chief", "youth", roles=("section_chief",))
    assert len(waits_for(hall, "suzuki")) == 2
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'routes.renew_turns_of_division'")
        jobs = [json.loads(row[0]) for row in cursor.fetchall()]
    assert {job["division_id"] for job in jobs} == {hall.youth}
    tasks.renew_turns_of_division(**jobs[0])
    assert waits_for(hall, "suzuki") == []
    with pytest.raises(Forbidden):
        actions.renew_turns_of_holding(actor=hall.kato, account_id=hall.id("kato"), post_id=1)


def test_a_vacant_post_is_stood_for_by_the_post_above(hall: Hall) -> None:
    route_id = draft(hall)
    _end_holding(hall, "suzuki")
    actions.renew_turns(actor=SYSTEM)
    assert waits_for(hall, "kato") == ["act:above"]
    actions.approve_step(actor=hall.kato, route_id=route_id)
    actions.decide_route(actor=hall.kato, route_id=route_id)
    assert [a.how for a in view(hall, route_id).acts] == ["drafter", "above", "holder"]


def _end_holding(hall: Hall, who: str) -> None:
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE eng_accounts_postholding SET during = daterange(lower(during), %s) WHERE account_id = %s",
            (clock.today(), hall.id(who)),
        )


# -- what the database keeps ----------------------------------------------------------------------


ADDED = "INSERT INTO eng_routes_routeact (route_id, number, kind, at, by_id, body, previous, hash) SELECT route_id, "


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE eng_routes_routeact SET body = replace(body, '佐藤', '偽物')",
        "DELETE FROM eng_routes_routeact",
        "UPDATE eng_routes_route SET head = repeat('0', 64)",
        "UPDATE eng_routes_route SET version = version + 1",
        "UPDATE eng_routes_route SET facts = '{\"amount\": 1}'",
        "DELETE FROM eng_routes_route",
        ADDED + "2, kind, at, by_id, body, hash, repeat('a', 64) FROM eng_routes_routeact",
        ADDED + "3, kind, at, by_id, body, hash, routes_link(hash, body) FROM eng_routes_routeact",
        ADDED + "2, 'decide', at, by_id, body, hash, routes_link(hash, body) FROM eng_routes_routeact",
    ],
)
def test_history_is_added_to_in_order_and_never_changed(hall: Hall, sql: str) -> None:
    route_id = draft(hall)
    before = everything()
    with unit(SYSTEM), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert everything() == before
    with unit(SYSTEM):
        assert queries.verify_chain(route_id).is_whole


def test_others_do_not_see_the_route(hall: Hall) -> None:
    route_id = draft(hall)
    for who in ("mori", "ueno"):
        with unit(hall.people[who]), pytest.raises(NotFound):
            queries.route(route_id)
    for who in ("sato", "suzuki", "kato", "abe"):
        assert view(hall, route_id, who).id == route_id


def test_statements_do_not_grow_with_the_route(hall: Hall, django_assert_num_queries: Any) -> None:
    short = draft(hall, subject="test:short")
    long = draft(hall, "subsidy", subject="test:long", facts={"amount": 2_000_000})
    for login in ("suzuki", "kato", "abe"):
        actions.approve_step(actor=hall.people[login], route_id=long)
    with unit(hall.suzuki):
        for subject in ("test:short", "test:long"):
            with django_assert_num_queries(4):
                found = queries.route_of(subject)
            assert found is not None
            with django_assert_num_queries(0):
                queries.possible_acts(hall.suzuki, found)
        with django_assert_num_queries(1):
            queries.waiting(hall.suzuki)
        with django_assert_num_queries(1):
            assert queries.waiting_counts(hall.suzuki) == {"act": 1, "returned": 0, "asked": 0, "after": 0, "read": 0}
    assert view(hall, short).subject == "test:short"


@pytest.mark.parametrize("who", ["sato", "kato"])
def test_only_administrators_give_ranks(hall: Hall, who: str) -> None:
    post = accounts.give_post(
        actor=SYSTEM, account_id=hall.id("sato"), division_code="youth", title="参事", roles=()
    ).post_id
    with pytest.raises(Forbidden):
        actions.rank_post(actor=hall.people[who], post_id=post, rank="manager", division_code="youth")
    with unit(SYSTEM):
        assert len(queries.ranked_posts()) == 8
