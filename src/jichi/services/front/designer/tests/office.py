"""Two divisions with those who design and approve, and the DX office."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.test import Client

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.forms import actions as forms

from .. import actions, rules
from .. import queries as designs
from .written import complete

SYSTEM = system_actor("test")
PAGE = ("pages", "page_1")
FIELD = (*PAGE, "fields", "question_1")


class Office:
    """佐藤 and 鈴木 of 子ども課 (鈴木 approves), 高木 of 保健課, 林 of the DX office."""

    def __init__(self) -> None:
        for code, name in (("youth", "子ども課"), ("health", "保健課")):
            accounts.create_division(actor=SYSTEM, code=code, names={"ja": name})
        self.sato = self._official("佐藤", "sato", "youth", "caseworker")
        self.suzuki = self._official("鈴木", "suzuki", "youth", "division_manager")
        self.takagi = self._official("高木", "takagi", "health", "division_manager")
        self.hayashi = self._official("林", "hayashi", "health", "dx_office")

    @staticmethod
    def _official(name: str, login: str, division: str, role: str) -> Actor:
        account = accounts.create_staff_account(
            actor=SYSTEM, login=login, name=name, password="many plain words 1", roles=(role,),
            division_codes=(division,), starts_on=date(2020, 4, 1),
        )  # fmt: skip
        found = queries.signed_in(account_id=account.pk)
        assert found is not None
        return found.actor("", "test")

    def design(self, slug: str = "bench", **items: Any) -> UUID:
        """A design of 子ども課 with everything written."""
        return actions.begin_from_file(actor=self.sato, text=rules.to_yaml(complete(slug, "youth", **items)))

    def published(self, slug: str = "bench", **items: Any) -> None:
        """A procedure of 子ども課 that runs."""
        forms.publish_definition(actor=SYSTEM, source=rules.to_yaml(complete(slug, "youth", **items)))


def at(actor: Actor) -> Client:
    """A browser of this official."""
    assert actor.account_id is not None
    return browser(actor.account_id)


def seen(actor: Actor, id: UUID) -> designs.DesignView:
    """The design as this official sees it."""
    with unit(actor):
        return designs.design(id)


def add(office: Office, id: UUID, place: Any, label: str, kind: str = "text", revision: int = 1) -> Any:
    """One more member at the end of a list, by 佐藤."""
    return actions.add_part(actor=office.sato, id=id, place=place, kind=kind, label=label, expected_revision=revision)[
        1
    ]


def say(
    office: Office, id: UUID, item: str, words: str, *, place: Any = FIELD, revision: int = 1, by: Any = None
) -> int:
    """One item typed and saved, by 佐藤."""
    return actions.save_part(
        actor=by or office.sato, id=id, place=place, items=[item], raw={item: [words]}, expected_revision=revision
    )
