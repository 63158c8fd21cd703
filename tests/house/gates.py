"""Checkers of access: every address declares it, and each visitor gets what the declaration promises."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import URLPattern, URLResolver, reverse

from jichi.engines.accounts.access import Access, declared_access
from jichi.engines.accounts.rules import reaches

from .world import Examples, Visitor, World

AUDIENCES = frozenset({"public", "resident", "staff", "staff_sign_in"})
OBJECT_NUMBER = re.compile(r"<int:(\w*_)?(id|pk)>")


@dataclass(frozen=True)
class Address:
    """One address of the house."""

    name: str
    route: str
    access: Access | None
    has_parameters: bool


@dataclass(frozen=True)
class Answer:
    """What a visitor got."""

    status: int
    location: str = ""


def addresses(resolver: URLResolver, route: str = "", prefix: str = "") -> Iterator[Address]:
    """Every address below a resolver, named or not."""
    for entry in resolver.url_patterns:
        full = f"{route}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from addresses(entry, full, prefix + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            name = prefix + entry.name if entry.name else ""
            yield Address(name, full, declared_access(entry.callback), bool(entry.pattern.regex.groups) or "<" in full)


def declaration_findings(found: Iterable[Address], permissions: Iterable[str]) -> list[str]:
    """Addresses that say nothing of who may open them, or something that can't be true."""
    permissions = set(permissions)
    problems = []
    for address in found:
        declared = address.access
        if declared is None:
            problems.append(f"/{address.route}: declares no access, so nobody may open it")
            continue
        if declared.audience not in AUDIENCES:
            problems.append(f"/{address.route}: unknown audience {declared.audience}")
        if declared.permission and declared.permission not in permissions:
            problems.append(f"/{address.route}: no manifest declares the permission {declared.permission}")
        if declared.permission and declared.audience != "staff":
            problems.append(f"/{address.route}: only officials hold permissions")
        if address.route.startswith("staff/") and declared.audience not in {"staff", "staff_sign_in"}:
            problems.append(f"/{address.route}: lies under /staff/ and is open to {declared.audience}")
        if not address.name:
            problems.append(f"/{address.route}: has no name")
    return problems


def number_findings(found: Iterable[Address]) -> list[str]:
    """Counting numbers in addresses: what can be counted can be guessed."""
    counted = [address.route for address in found if OBJECT_NUMBER.search(address.route)]
    return [f"/{route}: an object is named by a counting number" for route in counted]


def example_findings(found: Iterable[Address], examples: Examples) -> list[str]:
    """Addresses with parameters that no example fills, and examples of addresses that are gone."""
    found = tuple(found)
    names = {address.name for address in found}
    missing = [a.name for a in found if a.has_parameters and a.name not in examples.factories]
    problems = [f"{name}: no example in its room's tests/examples.py" for name in missing]
    gone = (set(examples.factories) | examples.shared) - names
    return problems + [f"{name}: example of an address that is gone" for name in sorted(gone)]


def expected(address: Address, visitor: Visitor, method: str, *, is_shared: bool) -> str:
    """What the declaration promises this visitor.

    "any" (no gate), "open", "sign in", "staff sign in", "second factor", "identify" (the step-up page, never a dead
    end), "hidden" or "method" (not taken).
    """
    declared = address.access
    if declared is None:
        return "hidden"
    if method not in declared.methods:
        return "method"
    if declared.audience in {"public", "staff_sign_in"}:
        return "any"
    kind = "resident" if visitor.kind == "guest" and declared.guests else visitor.kind
    if kind != declared.audience:
        return "staff sign in" if declared.audience == "staff" else "sign in"
    step_up = _before_the_object(declared, visitor)
    if step_up:
        return step_up
    if address.has_parameters and not is_shared and not visitor.is_owner:
        return "hidden"
    return "open"


def _before_the_object(declared: Access, visitor: Visitor) -> str:
    """What the gate asks before it looks for what the address names; "" for nothing."""
    if visitor.kind != "staff":
        is_low = bool(declared.level) and not reaches(visitor.actor.level, declared.level)
        return "identify" if is_low else ""
    if not visitor.second_factor:
        return "second factor"
    return "hidden" if declared.permission and not visitor.actor.may(declared.permission) else ""


def fits(wanted: str, answer: Answer) -> bool:
    """Is the answer the one promised? A server error never is."""
    if answer.status >= 500:
        return False
    gates = {
        "sign in": "eng_accounts:sign_in",
        "staff sign in": "eng_accounts_staff:staff_sign_in",
        "second factor": "eng_accounts_staff:staff_second_factor",
        "identify": "eng_accounts:identify",
    }
    if wanted in gates:
        return answer.status == 302 and answer.location.split("?")[0] == reverse(gates[wanted])
    if wanted == "hidden":
        return answer.status == 404
    if wanted == "method":
        return answer.status == 405
    if answer.status in {403, 404, 405}:
        return False
    doors = {reverse(name) for name in gates.values()}
    return wanted == "any" or answer.location.split("?")[0] not in doors


def visit(visitor: Visitor, key: str, path: str, method: str) -> Answer:
    """Open an address with the session of this key; whatever it changes, the session too, is undone."""
    with transaction.atomic():
        response = visitor.client(key).generic(method, path)
        answer = Answer(response.status_code, response.headers.get("Location", ""))
        if response.streaming:
            deque(response.streaming_content, maxlen=0)  # what breaks while it is sent breaks here; and it is closed
        transaction.set_rollback(True)
    return answer


def other_roles(address: Address, roles: Sequence[Visitor], turn: int) -> set[Visitor]:
    """Officials of one role that need no look at this address: others of whom the same is expected have one.

    Of those who are let in three stay, of those who are not two; which ones goes round from address to address.
    """
    alike: dict[str, list[Visitor]] = {}
    for visitor in roles:
        alike.setdefault(expected(address, visitor, "GET", is_shared=False), []).append(visitor)
    left_out: set[Visitor] = set()
    for wanted, group in alike.items():
        at = turn % len(group)
        left_out.update((group[at:] + group[:at])[3 if wanted == "open" else 2 :])
    return left_out


def matrix_findings(
    found: Iterable[Address], examples: Examples, world: World, *, every_role: bool = True
) -> list[str]:
    """Every address × every visitor × every method it takes, and GET: who gets something else than promised.

    Without `every_role`, of the officials of one role those that `some_roles` names for the address.
    """
    problems = []
    everybody = {visitor: visitor.session_key() for visitor in world.visitors}
    for turn, address in enumerate(found):
        unfilled = address.has_parameters and address.name not in examples.factories
        if address.access is None or not address.name or unfilled:
            continue  # the findings above name it
        factory = examples.factories.get(address.name)
        path = reverse(address.name, kwargs=dict(factory(world)) if factory else None)
        is_shared = address.name in examples.shared
        left_out = () if every_role else other_roles(address, world.roles, turn)
        keys = [(visitor, key) for visitor, key in everybody.items() if visitor not in left_out]
        for method in dict.fromkeys(("GET", *address.access.methods)):
            for visitor, key in keys:
                wanted = expected(address, visitor, method, is_shared=is_shared)
                answer = visit(visitor, key, path, method)
                if not fits(wanted, answer):
                    got = f"{answer.status} {answer.location}".strip()
                    problems.append(f"{method} {address.name} by {visitor.title}: {wanted} was promised, got {got}")
    return problems
