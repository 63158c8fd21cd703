"""Every operation for programs with whatever its document allows, and more, as each role: schemathesis.

No answer of 500, none that the document does not describe. The short run is part of every test; the long one runs
with `./jichi test --all`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from jichi.engines.accounts.queries import permissions_for, role_matrix
from jichi.engines.api.building import api, declared_operations
from jichi.engines.api.scopes import offered_permissions
from jichi.engines.api.tests.calling import Program

from .house.test_api import examples
from .house.world import World, make_world

pytestmark = pytest.mark.django_db
CHECKS: Final = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip
Asked = tuple[str, str, Mapping[str, str]]


@pytest.fixture
def world(db: None) -> World:
    """Two divisions, two residents, an official of each role."""
    return make_world()


@pytest.fixture
def document(db: None) -> Any:
    """The document as it is served."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def application(environ: dict[str, Any], start: Any) -> Any:
    """The house within the test's transaction: as Django's own test client, it leaves the connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        response = WSGIHandler()(environ, start)
        body = b"".join(response)
        response.close()
        return [body]
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.fixture
def asked(world: World) -> list[Asked]:
    """Method and path of every operation, and the names in the path of an object that is there."""
    found = []
    for method, written, declared in declared_operations(api()):
        path, _given, _version = examples()[declared.name](world)
        pattern = re.sub(r"\{\w+:", "{", written)  # without the kind of what stands there
        names = {
            part[1:-1]: real
            for part, real in zip(pattern.split("/"), path.split("/"), strict=True)
            if part.startswith("{")
        }
        found.append((method, f"/api/v1{pattern}", names))
    return found


def attack(document: Any, program: Program, one: Asked, times: int) -> int:
    """So many calls of one operation; answers how many were made. What a call changes is undone."""
    method, path, names = one
    made = []

    @hypothesis(
        max_examples=times, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=document[path][method].as_strategy(), is_there=st.booleans())
    def run(case: Any, is_there: bool) -> None:
        if is_there:
            case.path_parameters.update(names)
        case.headers["Authorization"] = f"Bearer {program.key}"
        with transaction.atomic():
            case.call_and_validate(checks=CHECKS)
            made.append(case)
            transaction.set_rollback(True)

    run()
    return len(made)


def roles() -> Iterator[tuple[str, frozenset[str]]]:
    """What the keys hold: what each role may, and everything."""
    yield "everything", offered_permissions()
    for role in role_matrix():
        held = permissions_for(frozenset({role})) & offered_permissions()
        if held:
            yield role, held


def run_all(world: World, document: Any, asked: list[Asked], times: Callable[[str], int]) -> int:
    """Every operation as every role; answers how many calls were made."""
    made = 0
    for role, held in roles():
        if not times(role):
            continue
        program = Program.of(world.division.code, held, per_minute=100_000)
        for one in asked:
            with connection.cursor() as cursor:  # the bucket is full again: it is not what is looked at here
                cursor.execute("DELETE FROM eng_api_ratebucket")
            made += attack(document, program, one, times(role))
    return made


def test_nothing_that_is_sent_breaks_an_operation(world: World, document: Any, asked: list[Asked]) -> None:
    assert settings.DEBUG is False
    assert (
        run_all(world, document, asked, lambda role: {"everything": 3, "caseworker": 1}.get(role, 0)) >= len(asked) * 3
    )


@pytest.mark.matrix
@pytest.mark.timeout(1800)
def test_nothing_that_is_sent_breaks_an_operation_at_length(world: World, document: Any, asked: list[Asked]) -> None:
    assert run_all(world, document, asked, lambda role: 80 if role == "everything" else 15) >= len(asked) * 80
