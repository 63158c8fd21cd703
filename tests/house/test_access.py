"""Every address × every role: what is declared is what happens, and what is not declared is closed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import get_resolver, path

from jichi.engines.accounts.access import Access, access
from jichi.engines.accounts.queries import all_permissions
from jichi.engines.audit.context import Actor

from . import gates
from .gates import Address, Answer
from .tree import report
from .world import Examples, Visitor, World, load_examples, make_world


@pytest.fixture
def world(db: None) -> World:
    """Two divisions, two residents, an official of each role."""
    return make_world()


ONE_ROOM = "JICHI_TEST_ONE_ROOM"
"""Label of a room: only its addresses are walked. For the room that is added in a copy of the house."""


def house() -> list[Address]:
    """Every address of the house but the operations for programs, which `test_api` walks with keys."""
    found = gates.addresses(get_resolver(settings.ROOT_URLCONF))
    return [one for one in found if not one.route.startswith("api/v1/") or one.route.endswith("openapi.json")]


def test_every_address_declares_who_may_open_it() -> None:
    found = gates.declaration_findings(house(), all_permissions())
    assert not found, report(found)


def test_objects_are_not_numbered_in_addresses() -> None:
    found = gates.number_findings(house())
    assert not found, report(found)


def test_every_address_with_parameters_has_an_example() -> None:
    found = gates.example_findings(house(), load_examples(settings.JICHI_ROOMS))
    assert not found, report(found)


@pytest.mark.timeout(900)  # thousands of requests: with both cores busy the usual limit is near
@pytest.mark.parametrize("every_role", [False, pytest.param(True, marks=pytest.mark.matrix)])
def test_everybody_gets_what_is_declared(world: World, tmp_path: Path, every_role: bool) -> None:
    # The demo's own pages, which are not there otherwise, are tried too; their mailbox is not the developer's.
    of_room = os.environ.get(ONE_ROOM, "")
    addresses = [address for address in house() if address.name.startswith(of_room)]
    assert addresses
    with override_settings(JICHI_DEMO=True, JICHI_HOME=tmp_path):
        found = gates.matrix_findings(addresses, load_examples(settings.JICHI_ROOMS), world, every_role=every_role)
    assert not found, report(found)


# -- good and bad examples -----------------------------------------------------------------------

STAFF = Visitor("official", "staff", second_factor=True, is_owner=True)
STRANGER = Visitor("other division", "staff", second_factor=True)
NEW = Visitor("no second factor", "staff", second_factor=False, is_owner=True)
RESIDENT = Visitor("resident", "resident", is_owner=True)
NEIGHBOUR = Visitor("neighbour", "resident")
NOBODY = Visitor("anonymous")
GUEST = Visitor("guest", "guest")
SURE = Visitor("known by card", "resident", actor=Actor(kind="resident", level="card"), is_owner=True)


@pytest.mark.parametrize(
    ("declared", "route", "findings"),
    [
        (Access("public"), "a/", 0),
        (Access("staff", permission="eng_accounts.manage"), "staff/a/", 0),
        (None, "a/", 1),
        (Access("everybody"), "a/", 1),  # type: ignore[arg-type] # the bad example
        (Access("staff", permission="nobody.declared"), "staff/a/", 1),
        (Access("resident", permission="eng_accounts.manage"), "a/", 1),
        (Access("public"), "staff/a/", 1),
    ],
)
def test_declaration_examples(declared: Access | None, route: str, findings: int) -> None:
    address = Address("a", route, declared, has_parameters=False)
    assert len(gates.declaration_findings([address], ["eng_accounts.manage"])) == findings


@pytest.mark.parametrize(
    ("route", "count"),
    [("cases/<uuid:case_id>/", 0), ("cases/<int:page>/", 0), ("cases/<int:pk>/", 1), ("c/<int:case_id>/", 1)],
)
def test_number_examples(route: str, count: int) -> None:
    assert len(gates.number_findings([Address("a", route, None, has_parameters=True)])) == count


def test_example_examples() -> None:
    plain = Address("a:list", "a/", Access("public"), has_parameters=False)
    one = Address("a:one", "a/<uuid:id>/", Access("public"), has_parameters=True)
    assert gates.example_findings([plain, one], Examples({"a:one": lambda world: {}})) == []
    assert len(gates.example_findings([plain, one], Examples({}))) == 1
    assert len(gates.example_findings([plain], Examples({"a:one": lambda world: {}}))) == 1


@pytest.mark.parametrize(
    ("declared", "visitor", "promised"),
    [
        (Access("public"), NOBODY, "any"),
        (Access("resident"), NOBODY, "sign in"),
        (Access("resident"), STAFF, "sign in"),
        (Access("resident"), RESIDENT, "open"),
        (Access("resident"), NEIGHBOUR, "hidden"),
        (Access("resident"), GUEST, "sign in"),
        (Access("resident", guests=True), GUEST, "hidden"),
        (Access("staff"), GUEST, "staff sign in"),
        (Access("staff"), NOBODY, "staff sign in"),
        (Access("staff"), RESIDENT, "staff sign in"),
        (Access("staff"), NEW, "second factor"),
        (Access("staff"), STAFF, "open"),
        (Access("staff"), STRANGER, "hidden"),
        (Access("staff", permission="p"), STAFF, "hidden"),
        (Access("resident", level="card"), RESIDENT, "identify"),
        (Access("resident", level="card"), NEIGHBOUR, "identify"),
        (Access("resident", level="card"), NOBODY, "sign in"),
        (Access("resident", level="account"), SURE, "open"),
        (Access("staff", methods=("POST",)), STAFF, "method"),
        (None, STAFF, "hidden"),
    ],
)
def test_promise_examples(declared: Access | None, visitor: Visitor, promised: str) -> None:
    address = Address("a:one", "a/<uuid:id>/", declared, has_parameters=True)
    assert gates.expected(address, visitor, "GET", is_shared=False) == promised


def test_what_is_shared_is_open_to_neighbours() -> None:
    address = Address("a:one", "a/<uuid:id>/", Access("resident", guests=True), has_parameters=True)
    assert gates.expected(address, NEIGHBOUR, "GET", is_shared=True) == "open"
    assert gates.expected(address, GUEST, "GET", is_shared=True) == "open"


@pytest.mark.parametrize(
    ("wanted", "answer", "fits"),
    [
        ("open", Answer(200), True),
        ("open", Answer(302, "/items/"), True),
        ("open", Answer(422), True),
        ("open", Answer(404), False),
        ("open", Answer(302, "/sign-in/?next=/"), False),
        ("open", Answer(302, "/sign-in/identity/?next=/"), False),
        ("identify", Answer(302, "/sign-in/identity/?next=/&level=card"), True),
        ("identify", Answer(403), False),
        ("identify", Answer(200), False),
        ("open", Answer(500), False),
        ("any", Answer(302, "/sign-in/"), True),
        ("any", Answer(500), False),
        ("sign in", Answer(302, "/sign-in/?next=/"), True),
        ("sign in", Answer(200), False),
        ("sign in", Answer(404), False),
        ("hidden", Answer(404), True),
        ("hidden", Answer(200), False),
        ("hidden", Answer(403), False),
        ("method", Answer(405), True),
        ("method", Answer(200), False),
    ],
)
def test_answer_examples(wanted: str, answer: Answer, fits: bool) -> None:
    assert gates.fits(wanted, answer) is fits


# -- the matrix itself, over a small house with bad rooms ----------------------------------------


def _page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("page")


def _breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a page that breaks")


def _view(name: str, declared: Access | None, view: object = _page) -> object:
    def opened(request: HttpRequest, **kwargs: object) -> HttpResponse:
        return view(request, **kwargs)  # type: ignore[operator] # a view

    opened.__name__ = name
    if declared:
        access(audience=declared.audience, permission=declared.permission, methods=declared.methods)(opened)
    return opened


def small_house() -> list[object]:
    """The real addresses and these."""
    from jichi.config.urls import urlpatterns as real

    return [
        path("example/open/", _view("open", Access("public")), name="example_open"),
        path("example/own/", _view("own", Access("resident")), name="example_own"),
        path("example/desk/", _view("desk", Access("staff", permission="eng_accounts.manage")), name="example_desk"),
        path("example/undeclared/", _view("undeclared", None), name="example_undeclared"),
        path("example/leak/<str:key>/", _view("leak", Access("resident")), name="example_leak"),
        path("example/breaks/", _view("breaks", Access("public"), _breaks), name="example_breaks"),
        *real,
    ]


class SmallHouse:
    """A URLconf made when it is asked for."""

    def __init__(self) -> None:
        self.urlpatterns = small_house()


def findings_of(name: str, world: World, examples: Examples | None = None) -> list[str]:
    """The matrix of one address of the small house."""
    urlconf = SmallHouse()
    with override_settings(ROOT_URLCONF=urlconf):
        found = [address for address in gates.addresses(get_resolver(urlconf)) if address.name == name]
        assert len(found) == 1
        return gates.matrix_findings(found, examples or Examples({}), world)


def test_of_roles_that_are_treated_alike_some_are_asked_and_in_turn_all(world: World) -> None:
    desk = Address("desk", "staff/desk/", Access("staff", permission="eng_accounts.manage"), has_parameters=False)
    allowed = {one for one in world.roles if one.actor.may("eng_accounts.manage")}
    asked: set[Visitor] = set()
    for turn in range(len(world.roles)):
        now = set(world.roles) - gates.other_roles(desk, world.roles, turn)
        assert len(now & allowed) == min(3, len(allowed))
        assert len(now - allowed) == 2
        asked |= now
    assert asked == set(world.roles)


@pytest.mark.parametrize("name", ["example_open", "example_own", "example_desk"])
def test_good_addresses_pass_the_matrix(name: str, world: World) -> None:
    assert findings_of(name, world) == []


def test_an_address_that_breaks_is_found(world: World) -> None:
    assert len(findings_of("example_breaks", world)) == len(world.visitors)


def test_an_object_shown_to_neighbours_is_found(world: World) -> None:
    examples = Examples({"example_leak": lambda world: {"key": "1"}})
    assert findings_of("example_leak", world, examples) == [
        "GET example_leak by other resident: hidden was promised, got 200"
    ]


def test_without_the_gate_the_matrix_finds_open_doors(world: World) -> None:
    without = [name for name in settings.MIDDLEWARE if not name.endswith("AccessMiddleware")]
    with override_settings(MIDDLEWARE=without):
        found = findings_of("example_desk", world)
    assert "GET example_desk by anonymous: staff sign in was promised, got 200" in found
    assert any("official without a role" in finding for finding in found)
    assert any("official without second factor" in finding for finding in found)


def test_an_undeclared_address_is_closed_to_everybody(world: World) -> None:
    with override_settings(ROOT_URLCONF=SmallHouse()):
        assert {gates.visit(visitor, "", "/example/undeclared/", "GET").status for visitor in world.visitors} == {404}
