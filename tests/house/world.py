"""A small world for tests that walk every address: two divisions, two residents, a guest, an official of each role.

Rooms whose addresses have parameters give examples in `tests/examples.py`: `url_examples()` returns
URL name → function of a World that makes an object of `world.resident` in `world.division` and returns
the address's keyword arguments. `SHARED` names the URLs whose object is everybody's.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client

from jichi.engines.accounts import actions, guests, queries
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, system_actor

SYSTEM = system_actor("house test")
Factory = Callable[["World"], Mapping[str, Any]]


@dataclass(frozen=True)
class Visitor:
    """Somebody who opens pages."""

    title: str
    kind: str = "anonymous"
    account_id: UUID | None = None
    addressee_no: str = ""
    actor: Actor = field(default_factory=Actor)
    division: str = ""
    second_factor: bool = True
    is_owner: bool = False

    def client(self, key: str = "") -> Client:
        """A browser with this visitor's session, or with the one of this key."""
        if not self.account_id:
            return Client(raise_request_exception=False)
        if key:
            opened = Client()
            opened.cookies[settings.SESSION_COOKIE_NAME] = key
        else:
            opened = browser(self.account_id, second_factor=self.kind == "staff" and self.second_factor)
        opened.raise_request_exception = False  # an error of a page is a finding, not the end of the walk
        return opened

    def session_key(self) -> str:
        """The key of a new session of this visitor; "" without a login."""
        return self.client().cookies[settings.SESSION_COOKIE_NAME].value if self.account_id else ""


@dataclass(frozen=True)
class World:
    """Who there is. `resident` and `official` own and serve what the examples make; `guest` has no login.

    `roles` are officials who hold one role each.
    """

    division: queries.DivisionInfo
    other_division: queries.DivisionInfo
    resident: Visitor
    other_resident: Visitor
    official: Visitor
    roles: tuple[Visitor, ...]
    others: tuple[Visitor, ...]
    guest: Visitor
    system: Actor = SYSTEM

    @property
    def visitors(self) -> tuple[Visitor, ...]:
        """Everybody, anonymous first."""
        return (
            Visitor("anonymous"),
            self.guest,
            self.resident,
            self.other_resident,
            self.official,
            *self.roles,
            *self.others,
        )


def _resident(title: str, addressee_no: str, *, is_owner: bool) -> Visitor:
    account = actions.create_resident_account(actor=SYSTEM, email=f"{addressee_no}@example.jp", name=title)
    actions.link_person(actor=SYSTEM, account_id=account.pk, addressee_no=addressee_no, how="sample")
    return Visitor(title, "resident", account.pk, addressee_no, _actor(account.pk), is_owner=is_owner)


def _guest() -> Visitor:
    found = guests.begin_guest(actor=Actor(), language="ja", client="house test")
    return Visitor("guest", "guest", found.account_id, "", found.actor("", "house test"))


def _official(
    title: str, division: str, roles: Iterable[str], *, second_factor: bool = True, is_owner: bool = False
) -> Visitor:
    account = actions.create_staff_account(
        actor=SYSTEM,
        login=title.replace(" ", "-"),
        name=title,
        password="many plain words 1",
        roles=tuple(sorted(roles)),
        division_codes=(division,),
    )
    actor = _actor(account.pk)
    return Visitor(title, "staff", account.pk, "", actor, division, second_factor, is_owner)


def _actor(account_id: UUID) -> Actor:
    found = queries.signed_in(account_id=account_id)
    assert found is not None
    return found.actor("", "house test")


def make_world() -> World:
    """Make the world in the open transaction."""
    for code in ("HOUSE-A", "HOUSE-B"):
        actions.create_division(actor=SYSTEM, code=code, names={"ja": f"{code}課", "en": code})
    division, other = queries.division("HOUSE-A"), queries.division("HOUSE-B")
    assert division
    assert other
    roles = queries.role_matrix()
    return World(
        division=division,
        other_division=other,
        resident=_resident("resident", "900000000000001", is_owner=True),
        other_resident=_resident("other resident", "900000000000002", is_owner=False),
        guest=_guest(),
        official=_official("official of every role", division.code, roles, is_owner=True),
        roles=tuple(_official(f"role {role}", division.code, [role], is_owner=True) for role in sorted(roles)),
        others=(
            _official("official of another division", other.code, roles),
            _official("official without a role", division.code, []),
            _official("official without second factor", division.code, roles, second_factor=False),
        ),
    )


@dataclass(frozen=True)
class Examples:
    """What the rooms say of their addresses."""

    factories: Mapping[str, Factory]
    shared: frozenset[str] = frozenset()


def load_examples(rooms: Iterable[str]) -> Examples:
    """The examples of every room that has `tests/examples.py`."""
    factories: dict[str, Factory] = {}
    shared: set[str] = set()
    for room in rooms:
        name = f"{room}.tests.examples"
        if importlib.util.find_spec(f"{room}.tests") and importlib.util.find_spec(name):
            module = importlib.import_module(name)
            factories |= module.url_examples()
            shared |= getattr(module, "SHARED", frozenset())
    return Examples(factories, frozenset(shared))
