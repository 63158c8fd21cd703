"""住民票の写し in this room's tests, without card and signature: applied for, charged, put right, paid."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions, rules
from jichi.engines.cases.models import Case
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, Office
from jichi.engines.forms import actions as forms
from jichi.engines.forms.tests.ward import source
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.engines.payments.queries import ChargeView
from jichi.kernel import clock
from jichi.kernel.business_days import add_open_days

Pages = Mapping[str, Mapping[str, Sequence[str]]]
FIELDS: Mapping[str, Sequence[str]] = {"purpose": ("purpose", "copies"), "receiving": ("receive",)}
"""Page → what is asked to be put right there."""


def publish() -> None:
    """The shipped definition as the youth division's, for anybody who is signed in."""
    text = source("juminhyo-copy").replace("identification: card", "identification: email")
    text = text.replace("applicants: [self, household, guardian, agent]", "applicants: [self, household]")
    text = re.sub(r"(?ms)^signature:\n(  .*?\n)+(?=\w)", "", text).replace("division: residents", "division: youth")
    forms.publish_definition(actor=desk.SYSTEM, source=text)


def office() -> desk.Office:
    """The office, with copies of the register to ask for."""
    made = desk.build()
    publish()
    return made


def pages(copies: str = "1", receive: str = "post", purpose: str = "work") -> dict[str, dict[str, list[str]]]:
    """Page → what is posted."""
    found = {
        "person": {"person_ok": ["yes"]}, "contents": {"scope": ["one"]},
        "purpose": {"purpose": [purpose], "copies": [copies]},
        "receiving": {"receive": [receive], "phone": ["03-1234-5678"]},
    }  # fmt: skip
    return found | ({"sending": {"send_to": ["register"]}} if receive == "post" else {})


def _fill(actor: Actor, draft_id: UUID, revision: int, given: Pages, number: str) -> int:
    for page, raw in given.items():
        saved = forms.save_page(
            actor=actor, draft_id=draft_id, page=page, raw=raw, expected_revision=revision, applicant_no=number
        )
        assert not saved.errors, saved.errors
        revision = saved.draft.revision
    return revision


def apply(office: Office, given: Pages | None = None, number: str = HANA) -> Case:
    """Sent and charged."""
    who = office.residents[number]
    with unit(who):
        draft = forms.start_draft(actor=who, slug="juminhyo-copy", applicant_no=number)
        _fill(who, draft.id, draft.revision, given or pages(), number)
        ready = forms.prepare_seal(actor=who, draft_id=draft.id, declared=("proper_use",), applicant_no=number)
        definition = ready.draft.definition
        opened = actions.open_case(
            actor=who,
            new=actions.NewCase(
                draft_id=draft.id, revision=ready.draft.revision, answers=ready.answers, language="ja",
                content_hash=ready.content_hash, procedure=ready.draft.slug, title=definition.title, keywords="",
                applicant_no=number, name=desk.NAMES[number][0], kana="", once_key="", checks=[],
                due_on=add_open_days(clock.today(), definition.processing_days),
            ),
        )  # fmt: skip
        actions.charge_case(actor=who, case_id=opened.case_id)
        actions.charge_case(actor=who, case_id=opened.case_id)
    return desk.case(opened.case_id)


def ask(office: Office, case: Case, *fields: str) -> None:
    """The official asks for these to be put right."""
    now = desk.case(case.pk)
    if now.status == "received":
        actions.take_case(actor=office.sato, case_id=case.pk, expected_version=now.version)
    actions.request_correction(
        actor=office.sato, case_id=case.pk, points=[{"field": f, "sentence": "確かめてください。"} for f in fields],
        due_on=clock.today() + timedelta(days=9), expected_version=desk.case(case.pk).version,
    )  # fmt: skip


def put_right(office: Office, case: Case, given: Pages, number: str = HANA) -> tuple[UUID, int]:
    """The pages answered anew, not sent: draft and its revision."""
    who, now = office.residents[number], desk.case(case.pk)
    fields = [field for page in given for field in FIELDS[page]]
    with unit(who):
        draft = forms.start_correction(
            actor=who, submission_id=now.submission_id, fields=fields, until=clock.now() + timedelta(days=9)
        )
        return draft.id, _fill(who, draft.id, draft.revision, given, number)


def correct(office: Office, case: Case, given: dict[str, Any]) -> Case:
    """Asked for, put right and sent."""
    ask(office, case, *(field for page in given for field in FIELDS[page]))
    return send(office, case, *put_right(office, case, given))


def send(office: Office, case: Case, draft_id: UUID, revision: int) -> Case:
    """What was put right, twice pressed."""
    for _ in range(2):
        actions.answer_correction(
            actor=office.residents[HANA], case_id=case.pk, draft_id=draft_id, revision=revision, language="ja",
            applicant_no=HANA,
        )  # fmt: skip
    return desk.case(case.pk)


def money(case: Case) -> list[ChargeView]:
    """The case's charges, oldest first, past row security."""
    with unit(desk.SYSTEM):
        return list(charges.charges_of(rules.subject_key(case.pk)))


def pay(office: Office, case: Case) -> None:
    """What is due, over the counter."""
    for one in money(case):
        if one.state == "due":
            payments.record_counter_payment(actor=office.sato, charge_id=one.id, method="cash", slip=str(one.id)[:8])
