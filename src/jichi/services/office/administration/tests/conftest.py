"""A small office: two divisions, two administrators, officials with posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries
from jichi.engines.audit.context import Actor, system_actor

SYSTEM = system_actor("test")
START = date(2024, 4, 1)
PASSWORD = "-".join(("long", "enough", "word", "26"))


@dataclass
class Office:
    """Who there is, by login name."""

    ids: dict[str, UUID]

    def actor(self, login: str) -> Actor:
        """As this official acts today."""
        found = queries.signed_in(account_id=self.ids[login])
        assert found is not None
        return found.actor("r", "test")


@pytest.fixture
def office(db: None) -> Office:
    for code, name, letters in (("youth", "子ども若者課", "みど子"), ("information", "情報政策課", "みど情")):
        accounts.create_division(actor=SYSTEM, code=code, names={"ja": name, "en": code}, document_prefix=letters)
    people = (
        ("boss", "管理　太郎", "主査", "administrator", "information"),
        ("deputy", "管理　花子", "主査", "administrator", "information"),
        ("sato", "佐藤　真紀", "主事", "caseworker", "youth"), ("suzuki", "鈴木　聡", "係長", "section_chief", "youth"),
        ("ono", "小野　葵", "主事", "dx_office", "information"),
    )  # fmt: skip
    ids = {
        login: accounts.create_staff_account(
            actor=SYSTEM, login=login, name=name, password=PASSWORD, roles=(role,),
            division_codes=(division,), title=title, starts_on=START,
        ).pk
        for login, name, title, role, division in people
    }  # fmt: skip
    return Office(ids)
