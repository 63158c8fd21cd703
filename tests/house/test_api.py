"""Every operation for programs × every key: what is declared is what happens, what is not declared answers nobody.

Rooms give examples in `tests/api_examples.py`: operation → function of a World that makes an object of its
division and returns (path, query or body, version).
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from jichi.engines.accounts.queries import all_permissions, permissions_for, role_matrix
from jichi.engines.api import building, commands, document
from jichi.engines.api.operations import Operation, Router, operation
from jichi.engines.api.scopes import offered_permissions
from jichi.engines.api.tests.calling import Program

from .tree import modules, report
from .world import World, make_world

Example = tuple[str, Mapping[str, Any] | None, int | None]
Factory = Callable[[World], Example]


@dataclass(frozen=True)
class Call:
    """An operation of the house."""

    method: str
    path: str
    declared: Operation


def operations() -> list[Call]:
    """All of them."""
    return [Call(*one) for one in building.declared_operations(building.api())]


def examples() -> dict[str, Factory]:
    """What rooms say of their operations."""
    found: dict[str, Factory] = {}
    for room in settings.JICHI_ROOMS:
        name = f"{room}.tests.api_examples"
        if importlib.util.find_spec(f"{room}.tests") and importlib.util.find_spec(name):
            found |= importlib.import_module(name).api_examples()
    return found


@pytest.fixture
def world(db: None) -> World:
    """Two divisions, two residents, an official of each role."""
    return make_world()


def declaration_findings(calls: list[Call], undeclared: list[str]) -> list[str]:
    """Operations that say nothing of who may call them, or something that can't be true."""
    known, problems = all_permissions(), list(undeclared)
    for call in calls:
        key = call.declared.permission
        if key and key not in known:
            problems.append(f"{call.method} {call.path}: no manifest declares the permission {key}")
        if not key and call.declared.writes:
            problems.append(f"{call.method} {call.path}: a write that every client may do")
    return problems


def test_every_operation_declares_who_may_call_it() -> None:
    found = declaration_findings(operations(), building.undeclared(building.api()))
    assert not found, report(found)


def test_a_forgotten_declaration_is_found() -> None:
    router = Router()

    @router.get("/open")
    def forgotten(request: object) -> dict[str, str]:
        return {}

    @operation(router, "POST", "/free", permission="", response=None, summary="a", english="a")
    def free(request: object) -> None: ...

    @operation(router, "GET", "/odd", permission="nobody.declared", response=None, summary="a", english="a")
    def odd(request: object) -> None: ...

    made = building.make_api((router,))
    calls = [Call(*one) for one in building.declared_operations(made)]
    assert declaration_findings(calls, building.undeclared(made)) == [
        "GET /open: declares no permission, so nobody may call it",
        "POST /free: a write that every client may do",
        "GET /odd: no manifest declares the permission nobody.declared",
    ]


def test_every_operation_has_an_example_and_its_names_are_unique() -> None:
    names = [call.declared.name for call in operations()]
    assert sorted(names) == sorted(set(names))
    assert sorted(examples()) == sorted(names)


def visit(program: Program, call: Call, example: Example) -> HttpResponse:
    """Call it; whatever it changes is undone."""
    path, given, version = example
    with transaction.atomic():
        if call.method == "GET":
            answer = program.get(path, **(given or {}))
        else:
            answer = program.post(path, given, version=version)
        if answer.streaming:
            deque(answer.streaming_content, maxlen=0)  # type: ignore[attr-defined] # what streams has it
        transaction.set_rollback(True)
    return answer


def test_every_key_gets_what_is_declared(world: World) -> None:
    """Without a key 401, without the permission 403, of another division nothing of this one's; else it is answered."""
    everything = offered_permissions()
    programs = {"every permission": (Program.of(world.division.code, everything), everything)}
    for role in role_matrix():
        held = permissions_for(frozenset({role})) & everything
        if held:
            programs[f"role {role}"] = (Program.of(world.division.code, held), held)
    stranger = Program.of(world.other_division.code, everything)
    problems = []
    for call in operations():
        example = examples()[call.declared.name](world)
        for title, (program, held) in programs.items():
            answer = visit(program, call, example)
            may = not call.declared.permission or call.declared.permission in held
            fits = (answer.status_code < 300 or answer.status_code == 422) if may else answer.status_code == 403
            if not fits:
                problems.append(f"{call.method} {example[0]} by {title}: {answer.status_code} {answer.content[:300]!r}")
        for browser in (world.resident, world.official):
            cookies = Program("", http=browser.client())
            if visit(cookies, call, example).status_code != 401:
                problems.append(f"{call.method} {example[0]} with a session instead of a key")
        problems += _of_others(stranger, call, example)
    assert not problems, report(problems)


def _of_others(stranger: Program, call: Call, example: Example) -> list[str]:
    """What a client of another division gets: nothing that an address names, and no list with it."""
    answer = visit(stranger, call, example)
    if call.declared.name in SHARED:
        return []
    if "{" in call.path or call.method != "GET":
        return (
            []
            if answer.status_code in {404, 422}
            else [f"{call.method} {example[0]} by a stranger: {answer.status_code}"]
        )
    found = json.loads(answer.content) if answer.status_code == 200 else {}
    return [f"GET {example[0]} by a stranger shows something"] if found.get("items") else []


SHARED = frozenset({
    "me", "procedures", "procedure", "answers_schema", "inventory", "residents", "resident", "send_file",
})  # fmt: skip
"""Operations whose answer does not hang on the division: as on the pages; a file sent ahead is the client's own."""


def test_programs_meet_the_framework_in_one_place() -> None:
    """Rooms declare through `engines.api.operations`; how that is done underneath is nobody else's business."""
    found = [
        module.name
        for module in modules()
        if "ninja" in module.text and ("import ninja" in module.text or "from ninja" in module.text)
        if not module.name.startswith("jichi.engines.api.") and not module.is_test
    ]
    assert found == []


def test_the_document_in_the_repository_is_the_one_that_is_served() -> None:
    assert commands.KEPT.read_text(encoding="utf-8") == document.text(), "run `jichi api schema --write`"


def test_the_document_is_a_valid_one() -> None:
    made = document.document()
    assert made["openapi"].startswith("3.1")
    ids = [one["operationId"] for methods in made["paths"].values() for one in methods.values()]
    assert len(ids) == len(set(ids)) == len(operations())
    assert {one["x-permission"] for methods in made["paths"].values() for one in methods.values()} - {
        ""
    } == offered_permissions()
