"""A result on a route of approval: proposed once, decided with the run or not at all; without a route as before."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, unit
from jichi.engines.routes import actions as routes
from jichi.engines.routes import queries as route_queries
from jichi.engines.routes.tests.hall import appoint
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries
from ..models import Run
from .office import SYSTEM, Office, family_in


class Ranked(Office):
    """The office with posts on routes: a clerk who drafts, a chief and a manager above."""

    def __init__(self) -> None:
        super().__init__()
        self.clerk = appoint("tanaka", "田中", "youth", "主事", "clerk", "youth", ("nursery_clerk", "caseworker"))
        self.chief = appoint("ueda", "上田", "youth", "係長", "chief", "youth", ("nursery_clerk", "caseworker"))
        self.manager = appoint("kato", "加藤", "youth", "課長", "manager", "youth", ("decider",))
        one = self.born(1)
        self.take(family_in("A", one), family_in("B", one), family_in("C", one, full=False))


office = shared_world(Ranked)
pytestmark = pytest.mark.django_db


def kept(run: UUID) -> Run:
    with unit(SYSTEM):
        return Run.objects.get(pk=run)


def status(run: UUID) -> str:
    with unit(SYSTEM):
        found = route_queries.route_of(queries.subject_of(run))
    return found.status if found else ""


def on_route(office: Ranked) -> tuple[UUID, UUID]:
    actions.choose_route(actor=office.sato, round_id=office.round, route="single")
    run = office.run()
    return run, actions.propose_run(actor=office.clerk, run_id=run)


def test_a_result_is_decided_on_its_route_and_then_published(office: Ranked) -> None:
    run, route = on_route(office)
    assert actions.propose_run(actor=office.clerk, run_id=run) == route, "pressed twice it is one"
    with pytest.raises(Conflict, match="on_route"):
        actions.approve_run(actor=office.suzuki, run_id=run)
    routes.approve_step(actor=office.chief, route_id=route)
    with pytest.raises(Conflict, match="not_approved"):
        actions.publish_run(actor=office.sato, run_id=run)
    routes.decide_route(actor=office.manager, route_id=route)
    done = kept(run)
    assert (done.first_by_id, done.second_by_id) == (office.clerk.account_id, office.manager.account_id)
    assert actions.publish_run(actor=office.sato, run_id=run)


def test_what_changed_meanwhile_cannot_be_decided(office: Ranked) -> None:
    run, route = on_route(office)
    routes.approve_step(actor=office.chief, route_id=route)
    actions.set_vacancy(actor=office.sato, round_id=office.round, code="N1", class_id="1", seats="2")
    with pytest.raises(Conflict, match="inputs_changed"):
        routes.decide_route(actor=office.manager, route_id=route)
    assert (kept(run).second_by_id, status(run)) == (None, "running")
    again = office.run()
    second = actions.propose_run(actor=office.clerk, run_id=again)
    assert (status(run), status(again)) == ("withdrawn", "running")
    routes.approve_step(actor=office.chief, route_id=second)
    routes.refuse_route(actor=office.manager, route_id=second, reason="枠を確かめる")
    assert (kept(again).second_by_id, status(again)) == (None, "refused")
    assert actions.propose_run(actor=office.clerk, run_id=again) != second, "after 否決 it may be drafted again"


def test_a_route_is_chosen_by_the_division_while_nothing_has_begun(office: Ranked) -> None:
    assert "single" in queries.choosable()
    assert "subsidy" not in queries.choosable(), "it asks for an amount"
    for actor, route, refusal in (
        (office.sato, "subsidy", Invalid), (office.sato, "nothing", Invalid), (office.other, "single", NotFound),
        (office.manager, "single", Forbidden),
    ):  # fmt: skip
        with pytest.raises(refusal):
            actions.choose_route(actor=actor, round_id=office.round, route=route)
    run = office.run()
    with pytest.raises(Conflict, match="no_route"):
        actions.propose_run(actor=office.clerk, run_id=run)
    actions.approve_run(actor=office.sato, run_id=run)
    with pytest.raises(Conflict, match="approval_begun"):
        actions.choose_route(actor=office.sato, round_id=office.round, route="single")


def test_the_route_is_chosen_and_followed_on_the_pages(office: Ranked) -> None:
    desk = _desk(office.clerk)
    page = f"/staff/nursery/{office.round}/"
    assert "担当者2人の承認" in desk.get(page).content.decode()
    assert desk.post(page, {"act": "route", "route": "nothing"}).status_code == 409
    assert desk.post(page, {"act": "route", "route": "single"}).status_code == 302
    run = office.run()
    address = f"/staff/nursery/runs/{run}/"
    shown = desk.get(address).content.decode()
    assert "決裁に回す" in shown
    assert "この結果を承認する" not in shown
    assert desk.post(address, {"act": "approve"}).status_code == 409
    assert desk.post(address, {"act": "propose"}).status_code == 302
    shown = desk.get(address).content.decode()
    assert "加藤" in shown
    assert "決裁に回す" not in shown
    assert desk.post(page, {"act": "route", "route": ""}).status_code == 409, "its way is begun"
    with unit(office.sato):
        assert queries.round_of(office.round).route == "single"  # type: ignore[union-attr] # it is there


def _desk(actor: Actor) -> Client:
    assert actor.account_id is not None
    return browser(actor.account_id, second_factor=True)
