"""A small office for tests: two divisions with officials, applicants with their cases, and browsers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.test import Client, override_settings

from jichi.engines.accounts import actions as account_actions
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.tests.browser import CHEAP_HASHERS
from jichi.engines.accounts.tests.browser import browser as signed_in_browser
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.cases import actions
from jichi.engines.cases.models import Case
from jichi.engines.forms import actions as forms
from jichi.engines.forms.rules import load_definition, run_checks, uniqueness_key
from jichi.engines.forms.tests.sending import send
from jichi.engines.forms.tests.ward import GATHERING, source
from jichi.engines.registry import queries as registry
from jichi.engines.registry.tests.people import address_line, fill, measure, resident_line
from jichi.kernel import clock
from jichi.kernel.business_days import add_open_days
from jichi.kernel.receipt_number import new_number

SYSTEM = system_actor("test")
HANA, SAKURA, AOI = "100000018", "100000042", "100000050"
"""Applicants of twenty; 葵 is protected."""
NAMES = {
    HANA: ("試験　花", "シケン　ハナ"),
    SAKURA: ("隣　さくら", "トナリ　サクラ"),
    AOI: ("𠮷田　葵", "ヨシダ　アオイ"),
}
PASSWORD = "many plain words 1"
OFFICIALS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "sato": ("佐藤 真紀", ("caseworker",), "youth"),
    "suzuki": ("鈴木 聡", ("section_chief",), "youth"),
    "reader": ("閲覧 一郎", ("case_reader",), "youth"),
    "clerk": ("森 和彦", ("caseworker", "register_clerk"), "youth"),
    "takagi": ("高木 優子", ("caseworker",), "health"),
}
"""Login → name, roles, division."""


@dataclass(frozen=True)
class Office:
    """Who works and who applies. `sato` and `suzuki` serve the youth division, `takagi` another."""

    sato: Actor
    suzuki: Actor
    reader: Actor
    clerk: Actor
    takagi: Actor
    residents: Mapping[str, Actor]
    youth: int


def actor_of(account_id: UUID, purpose: str = "test") -> Actor:
    """The account as the middleware would have it act."""
    found = accounts.signed_in(account_id=account_id)
    assert found is not None
    return found.actor("", purpose)


def _official(login: str, name: str, roles: tuple[str, ...], division: str) -> Actor:
    account = account_actions.create_staff_account(
        actor=SYSTEM, login=login, name=name, password=PASSWORD, roles=roles, division_codes=(division,)
    )
    return actor_of(account.pk)


def _resident(number: str) -> Actor:
    account = account_actions.create_resident_account(
        actor=SYSTEM, email=f"r{number}@example.jp", name=NAMES[number][0]
    )
    account_actions.link_person(actor=SYSTEM, account_id=account.pk, addressee_no=number, how="sample")
    return actor_of(account.pk)


def build() -> Office:
    """Fill the database; commits where the surrounding connection does."""
    lines = [
        resident_line(
            number, name=name, kana=kana, household_no=f"H{number}", birth_date="2006-05-05",
            birth_text="平成18年5月5日",
        )
        for number, (name, kana) in NAMES.items()
    ]  # fmt: skip
    places = [address_line(number, household_no=f"H{number}", block=f"{number[-2:]}番") for number in NAMES]
    fill(lines, places, measure(AOI, start_on=date(2026, 1, 1), end_on=date(2027, 12, 31)))
    youth = account_actions.create_division(
        actor=SYSTEM, code="youth", names={"ja": "子ども若者課"}, document_prefix="みど子"
    )
    account_actions.create_division(actor=SYSTEM, code="health", names={"ja": "保健予防課"}, document_prefix="みど保")
    forms.publish_definition(actor=SYSTEM, source=source("coming-of-age"))
    with override_settings(PASSWORD_HASHERS=CHEAP_HASHERS):  # nobody signs in here by password
        officials = {key: _official(key, *rest) for key, rest in OFFICIALS.items()}
    return Office(
        **officials,
        residents={number: _resident(number) for number in NAMES},
        youth=youth.pk,
    )


def apply(office: Office, number: str = HANA, *, answers: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
          language: str = "ja", slug: str = "coming-of-age", follows: str = "") -> Case:  # fmt: skip
    """An application for the gathering, or by a form like it, sent by the person: its case as the system sees it."""
    applicant = office.residents[number]
    with unit(applicant):
        draft = forms.start_draft(actor=applicant, slug=slug, applicant_no=number, language=language, follows=follows)
        revision = draft.revision
        for page, raw in (answers or GATHERING).items():
            saved = forms.save_page(
                actor=applicant, draft_id=draft.id, page=page, raw=raw, expected_revision=revision, applicant_no=number
            )
            assert not saved.errors, saved.errors
            revision = saved.draft.revision
        ready = forms.prepare_seal(
            actor=applicant, draft_id=draft.id, declared=("own_application",), language=language, applicant_no=number
        )
        definition, today = ready.draft.definition, clock.today()
        person = registry.resident(number)
        assert person is not None
        checks: list[dict[str, Any]] = [
            {"id": c.id, "title": dict(c.title), "outcome": c.outcome, "reason": dict(c.reason)}
            for c in run_checks(definition, ready.answers, ready.facts, today)
        ]
        opened = actions.open_case(
            actor=applicant,
            new=actions.NewCase(
                draft_id=draft.id, revision=ready.draft.revision, answers=ready.answers,
                content_hash=ready.content_hash, language=language, procedure=ready.draft.slug,
                title=definition.title, keywords="", applicant_no=number,
                name=person.display_name, kana=person.display_kana,
                due_on=add_open_days(today, definition.processing_days),
                once_key=uniqueness_key(definition, number, today) or "", checks=checks,
            ),
        )  # fmt: skip
    return case(opened.case_id)


def case(case_id: UUID) -> Case:
    """The case as it stands, past row security."""
    with unit(SYSTEM):
        return Case.objects.get(pk=case_id)


def browser(actor: Actor) -> Client:
    """A browser signed in as this official, second factor done."""
    assert actor.account_id is not None
    return signed_in_browser(actor.account_id)


def pile(office: Office, count: int, *, status: str = "received", **fields: Any) -> list[Case]:
    """Many applications of 花, written straight: cases of her division in this state, oldest first."""
    text, made = source("coming-of-age"), []
    definition, account = load_definition(text), office.residents[HANA].account_id
    assert account is not None
    with unit(SYSTEM):
        for place in range(count):
            version_id, submission_id = send(
                text, division_id=office.youth, account_id=account, subject_no=HANA, answers={}
            )
            made.append(
                Case.objects.create(
                    number=new_number(secrets.token_bytes(16)), procedure=definition.id, form_version_id=version_id,
                    submission_id=submission_id, title=dict(definition.title), division_id=office.youth,
                    account_id=account, subject_no=HANA, applicant_no=HANA, name=NAMES[HANA][0], status=status,
                    received_at=clock.now() + timedelta(milliseconds=place), due_on=clock.today() + timedelta(days=5),
                    assignee_id=None if status == "received" else office.sato.account_id, **fields,
                )
            )  # fmt: skip
    return made
