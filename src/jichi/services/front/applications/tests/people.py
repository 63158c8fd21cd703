"""A small ward for tests of applications: its people, a register clerk, browsers, and a way through the form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.test import Client, override_settings

from jichi.engines.accounts import actions as account_actions
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.tests.browser import CHEAP_HASHERS, browser
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.tests import ward
from jichi.engines.forms.tests.ward import GATHERING, HANA, Ward
from jichi.engines.registry.tests.people import address_line, measure, resident_line
from jichi.kernel.clock import TOKYO, standing_at

DAY = datetime(2026, 11, 21, 10, 0, tzinfo=TOKYO)
SYSTEM = system_actor("test")
DAISUKE, AOI = "100000059", "100000067"
"""People whom no login has; Aoi's address is protected."""


CARDS = ({
    "key": "sakura", "name": "試験　花", "kana": "シケン　ハナ", "birth_date": "2006-05-05", "address": "みどり区",
    "postcode": "0000001",
},)  # fmt: skip
"""Hana's card, for the stand-in of the identity provider."""


@dataclass(frozen=True)
class People:
    """The ward, the clerk who decides about links, and a login that is not linked."""

    ward: Ward
    clerk: Actor
    nobody: Actor

    @property
    def hana(self) -> Actor:
        """Twenty this year, with a baby."""
        return self.ward.hana


def build() -> People:
    """Fill the database; commits where the surrounding connection does."""
    made = ward.build(
        [
            resident_line(
                DAISUKE, name="鈴木　大輔", kana="スズキ　ダイスケ", household_no="H9", birth_date="2006-12-24"
            ),
            resident_line(AOI, name="吉田　葵", kana="ヨシダ　アオイ", household_no="H8", birth_date="2006-06-06"),
        ],
        [address_line(DAISUKE, household_no="H9"), address_line(AOI, household_no="H8")],
        measure(AOI, start_on=date(2026, 1, 1), end_on=date(2027, 12, 31)),
    )
    account_actions.create_division(actor=SYSTEM, code="residents", names={"ja": "戸籍住民課"}, phone="03-0000-0000")
    with override_settings(PASSWORD_HASHERS=CHEAP_HASHERS):
        clerk = account_actions.create_staff_account(
            actor=SYSTEM, login="mori", name="森 和彦", password="many plain words 1", roles=("register_clerk",),
            division_codes=("residents",),
        )  # fmt: skip
    nobody = account_actions.create_resident_account(actor=SYSTEM, email="nobody@example.jp")
    return People(ward=made, clerk=_actor(clerk.pk), nobody=_actor(nobody.pk))


def that_day() -> People:
    """The ward as built on the day that stands."""
    with standing_at(DAY):
        return build()


def _actor(account_id: UUID) -> Actor:
    found = accounts.signed_in(account_id=account_id)
    assert found is not None
    return found.actor("", "test")


def client_of(actor: Actor) -> Client:
    """A browser signed in as this person."""
    assert actor.account_id is not None
    return browser(actor.account_id)


def draft_of(actor: Actor, slug: str = "coming-of-age", subject_no: str = "") -> UUID:
    """A draft just begun."""
    with unit(actor):
        return forms.start_draft(actor=actor, slug=slug, applicant_no=HANA, subject_no=subject_no).id


def answered(actor: Actor, pages: Any = GATHERING) -> UUID:
    """A draft of the gathering with every page answered."""
    draft_id = draft_of(actor)
    revision = 1
    for page, raw in pages.items():
        saved = forms.save_page(
            actor=actor, draft_id=draft_id, page=page, raw=raw, expected_revision=revision, applicant_no=HANA
        )
        assert not saved.errors, saved.errors
        revision = saved.draft.revision
    return draft_id


def revision_of(actor: Actor, draft_id: UUID) -> int:
    """The draft's revision now."""
    with unit(actor):
        return queries.draft(draft_id).revision


def page(client: Client, path: str, status: int = 200) -> str:
    """The page at the address, with this status."""
    response = client.get(path)
    assert response.status_code == status, (path, response.headers.get("Location"), response.content.decode()[:1500])
    return response.content.decode()


def main_of(html: str) -> str:
    """What stands between header and footer."""
    return re.sub(r"\s+", " ", html.partition("<main")[2].partition("</main")[0])
