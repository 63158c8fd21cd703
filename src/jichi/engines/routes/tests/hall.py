"""A small town hall for tests: a youth division with its line of posts, two other sections, the posts above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import override_settings

from jichi.engines.accounts import actions as account_actions
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.tests.browser import CHEAP_HASHERS
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock

from .. import actions, queries
from ..rules import RouteSpec

SYSTEM = system_actor("test")
HASH_1, HASH_2, HASH_3 = ("1" * 64, "2" * 64, "3" * 64)
PEOPLE: Mapping[str, tuple[str, str, str, str]] = {
    "sato": ("佐藤 真紀", "youth", "主事", "clerk"),
    "suzuki": ("鈴木 聡", "youth", "係長", "chief"),
    "kato": ("加藤 恵", "youth", "課長", "manager"),
    "abe": ("阿部 進", "welfare", "部長", "director"),
    "ueno": ("上野 誠", "executive", "副区長", "vice_mayor"),
    "mori": ("森 和彦", "residents", "課長", "manager"),
    "ito": ("伊藤 薫", "residents", "係長", "chief"),
    "kanri": ("管理 太郎", "information", "課長", "manager"),
}
"""Login → name, division, title, rank."""
SERVES: Mapping[str, str | None] = {"abe": "youth", "ueno": None}
"""Posts that serve another division than their own (None: the whole house)."""


@dataclass(frozen=True)
class Hall:
    """The people as actors by login, and the youth division."""

    people: Mapping[str, Actor]
    youth: int

    def __getattr__(self, login: str) -> Actor:
        return self.people[login]

    def id(self, login: str) -> UUID:
        """The account of a login."""
        found = self.people[login].account_id
        assert found is not None
        return found


def actor_of(account_id: UUID) -> Actor:
    """The account as the middleware would have it act."""
    found = accounts.signed_in(account_id=account_id)
    assert found is not None
    return found.actor("", "test")


def appoint(
    login: str, name: str, division: str, title: str, rank: str | None, serves: str | None,
    roles: tuple[str, ...] = (),
) -> Actor:  # fmt: skip
    """An official with a post, which has a rank on routes."""
    with override_settings(PASSWORD_HASHERS=CHEAP_HASHERS):  # nobody signs in here by password
        account = account_actions.create_staff_account(
            actor=SYSTEM, login=login, name=name, password="many plain words 1",
            roles=roles or (("caseworker",) if rank in ("clerk", "chief") else ("decider",)),
            division_codes=(division,), title=title, starts_on=date(2020, 4, 1),
        )  # fmt: skip
    if rank is not None:
        actions.rank_post(actor=SYSTEM, post_id=post_of(account.pk), rank=rank, division_code=serves)
    return actor_of(account.pk)


def post_of(account_id: UUID) -> int:
    """The number of the post an official holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT post_id FROM eng_accounts_postholding WHERE account_id = %s AND during @> %s::date",
            (account_id, clock.today()),
        )
        return int(cursor.fetchone()[0])


def build() -> Hall:
    """Fill the database; commits where the surrounding connection does."""
    codes = dict.fromkeys(division for _, division, _, _ in PEOPLE.values())
    for code in codes:
        account_actions.create_division(actor=SYSTEM, code=code, names={"ja": f"{code}課"})
    people = {
        login: appoint(login, name, division, title, rank, SERVES.get(login, division))
        for login, (name, division, title, rank) in PEOPLE.items()
    }
    youth = accounts.division("youth")
    assert youth is not None
    return Hall(people, youth.id)


def draft(hall: Hall, spec: str | RouteSpec = "single", *, by: str = "sato", subject: str = "test:1",
          facts: Mapping[str, int | str] | None = None, **more: Any) -> UUID:  # fmt: skip
    """A matter put on its route."""
    return actions.open_route(
        actor=hall.people[by], subject=subject, route=queries.spec(spec) if isinstance(spec, str) else spec,
        content_hash=HASH_1, facts=facts or {}, division_id=hall.youth, title={"ja": "はたちのつどいの開催"},
        url_path="/staff/", about="", dedupe_key=more.pop("dedupe_key", f"open:{subject}"), **more,
    )  # fmt: skip


def view(hall: Hall, route_id: UUID, who: str = "sato") -> queries.RouteView:
    """The route as somebody sees it."""
    with unit(hall.people[who]):
        return queries.route(route_id)


def waits_for(hall: Hall, who: str, *kinds: str) -> list[str]:
    """What waits for somebody, as kind and how."""
    with unit(hall.people[who]):
        rows = queries.waiting(hall.people[who], kinds=kinds or ("act", "returned", "after", "read")).rows
    return [f"{row.kind}:{row.how}" for row in rows]
