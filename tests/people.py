"""People of the sample ward, as actors and at browsers, and a look at what is really there."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.test import Client

from conftest import TestDatabase
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions as cases
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries as form_queries
from jichi.services.front.applications.actions import submit_application
from jichi.services.front.applications.sample import fill_draft

from . import intruder

SECOND = "vaccination-form-reissue"
ANSWERS: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]] = {
    SECOND: {
        "child": {"child_ok": ["yes"]},
        "vaccines": {"vaccines": ["varicella"]},
        "reason": {"reason": ["lost"]},
        "contact": {"phone": ["0312345678"]},
    }
}
"""Pages that take no invented answer."""


@dataclass(frozen=True)
class Somebody:
    """A demo account: as an actor, with the 宛名番号 behind it, and at a browser."""

    actor: Actor
    number: str

    @property
    def account_id(self) -> UUID:
        assert self.actor.account_id
        return self.actor.account_id

    def client(self) -> Client:
        """A browser in which this person is signed in."""
        return intruder.browser(self.account_id, mfa=self.actor.kind == "staff")


def somebody(account_id: UUID | None) -> Somebody:
    found = accounts.signed_in(account_id=account_id) if account_id else None
    assert found is not None
    return Somebody(found.actor("test", "test"), found.addressee_no)


@dataclass
class Ward:
    """The sample ward and a way to look past row security."""

    database: TestDatabase

    def __post_init__(self) -> None:
        self.wire = psycopg.connect(self.database.super_url, autocommit=True)

    def one(self, statement: str, *arguments: object) -> Any:
        found = self.wire.execute(statement, arguments).fetchone()  # type: ignore[arg-type] # test's own words
        return found[0] if found else None

    def resident(self, name: str) -> Somebody:
        return somebody(self.one("SELECT id FROM eng_accounts_account WHERE email = %s", f"{name}@midori.example"))

    def official(self, login: str) -> Somebody:
        return somebody(accounts.staff_account_id(login))

    def child_of(self, who: Somebody, *, other: bool = False) -> str:
        """A small child of this person's household, or of another one."""
        return str(
            self.one(
                "SELECT c.addressee_no FROM eng_registry_resident c JOIN eng_registry_resident p "
                "ON p.addressee_no = %s AND p.is_current "
                "WHERE c.is_current AND c.state = 'resident' "
                f"AND c.birth_date > now() - interval '6 years' AND "
                f"c.household_no {'<>' if other else '='} p.household_no "
                "ORDER BY c.birth_date LIMIT 1",
                who.number,
            )
        )


def drafted(who: Somebody, slug: str = "coming-of-age", subject: str = "") -> UUID:
    with unit(who.actor):
        draft = forms.start_draft(actor=who.actor, slug=slug, applicant_no=who.number, subject_no=subject or who.number)
        for page, raw in ANSWERS.get(slug, {}).items():
            saved = forms.save_page(
                actor=who.actor, draft_id=draft.id, page=page, raw=raw, expected_revision=draft.revision,
                applicant_no=who.number,
            )  # fmt: skip
            assert not saved.errors, saved.errors
            draft = saved.draft
        fill_draft(random.Random(3), who.actor, draft, who.number)
        return draft.id


def sent(who: Somebody, draft_id: UUID) -> cases.Opened:
    with unit(who.actor):
        view = form_queries.draft(draft_id)
        return submit_application(
            actor=who.actor, draft_id=draft_id, applicant_no=who.number,
            declared=[one.id for one in view.definition.declarations],
        )  # fmt: skip


def applied(ward: Ward, name: str = "sakura") -> tuple[Somebody, cases.Opened]:
    """This person's application, sent now or by the sample before."""
    who = ward.resident(name)
    number = ward.one(
        "SELECT number FROM eng_cases_case WHERE account_id = %s AND status <> 'withdrawn'", who.account_id
    )
    if number:
        case_id = ward.one("SELECT id FROM eng_cases_case WHERE number = %s", number)
        return who, cases.Opened(number=number, case_id=case_id, fresh=False)
    return who, sent(who, drafted(who))
