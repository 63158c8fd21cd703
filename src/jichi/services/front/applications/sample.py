"""This room of the sample ward: its procedures published, and applications on their way through them.

`fill_draft` answers any definition, so that a procedure published later is tried out the same way.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.queries import account_of_person, signed_in, staff_account_id
from jichi.engines.audit.context import Actor, system_actor
from jichi.engines.cases import actions as cases
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.rules import Field, first_unanswered, visible_pages
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.sampling import SampleContext

from .actions import submit_application

PROCEDURES: Final = Path(__file__).parent / "procedures"
SYSTEM: Final = system_actor("sample", purpose="sample")
SHARE: Final = 400
"""One application for so many residents; at least 3, at most 60."""
DAYS: Final = 28


def fill(context: SampleContext) -> None:
    """Publish the procedures; let some residents apply over the last four weeks, and officials act on it."""
    for file in sorted(PROCEDURES.glob("*.yaml")):
        forms.publish_definition(actor=SYSTEM, source=file.read_text(encoding="utf-8"))
    rng = context.rng_for("applications")
    count = max(3, min(60, context.size // SHARE))
    year = context.today.year - (context.today.month < 4)
    cohort = registry.residents_born_between(date(year - 20, 4, 2), date(year - 19, 4, 1), limit=4 * count)
    officials = [s for s in (accounts_of("sato"), accounts_of("suzuki")) if s]
    for place, number in enumerate(rng.sample(cohort, min(count, len(cohort)))):
        _one(rng, context, number, place, officials)
    from .sample_desks import fill_desks  # answers its forms with what stands here

    fill_desks(context)


def accounts_of(login: str) -> Actor | None:
    """The demo's official as an actor, if there is one."""
    account_id = staff_account_id(login)
    found = signed_in(account_id=account_id) if account_id else None
    return found.actor("sample", "sample") if found else None


def _one(rng: random.Random, context: SampleContext, number: str, place: int, officials: list[Actor]) -> None:
    day = context.today - timedelta(days=rng.randrange(1, DAYS))
    moment = datetime.combine(day, time(rng.randrange(7, 23), rng.randrange(60)), tzinfo=clock.TOKYO)
    if number in context.played or account_of_person(number):
        return  # one of the demo's own people: their application is the visitor's to make
    with clock.standing_at(moment):
        account = accounts.create_resident_account(actor=SYSTEM, email=f"hatachi{place + 1}@midori.example")
        accounts.link_person(actor=SYSTEM, account_id=account.pk, addressee_no=number, how="sample")
        person = signed_in(account_id=account.pk)
        if person is None:
            return
        actor = person.actor("sample", "sample")
        draft = forms.start_draft(actor=actor, slug="coming-of-age", applicant_no=number, subject_no=number)
        fill_draft(rng, actor, draft, number)
        declared = [d.id for d in draft.definition.declarations]
        opened = submit_application(actor=actor, draft_id=draft.id, declared=declared, applicant_no=number)
    if officials:
        _review(rng, opened, moment, rng.choice(officials), context)


def _review(
    rng: random.Random, opened: cases.Opened, moment: datetime, official: Actor, context: SampleContext
) -> None:
    """Older applications are further along."""
    latest = datetime.combine(context.today, time(0), tzinfo=clock.TOKYO)
    later = moment + timedelta(days=rng.randrange(1, 6), hours=1)
    if later >= latest or rng.random() < 0.15:
        return
    with clock.standing_at(later):
        cases.take_case(actor=official, case_id=opened.case_id, expected_version=1)
    chance = rng.random()
    later += timedelta(days=rng.randrange(1, 4))
    if chance < 0.3 or later >= latest:
        return
    with clock.standing_at(later):
        if chance < 0.4:
            definition = queries.procedure("coming-of-age").definition
            ready = definition.corrections[0] if definition.corrections else None
            if ready is not None:
                point = {"field": ready.field, "sentence": ready.text["ja"]}
                due = context.today + timedelta(days=14)
                cases.request_correction(
                    actor=official, case_id=opened.case_id, points=[point], due_on=due, expected_version=2
                )
            return
        cases.decide_case(actor=official, case_id=opened.case_id, outcome="approved", expected_version=2)


def fill_draft(
    rng: random.Random, actor: Actor, draft: queries.DraftView, applicant_no: str,
    given: Mapping[str, str] | None = None,
) -> queries.DraftView:  # fmt: skip
    """Answer every page of a draft, whatever its procedure, as somebody in a hurry would.

    Args:
        given: what is answered to some questions, and in some columns of tables, by their ids.

    Raises:
        RuntimeError: a page refuses every answer this knows to give.
    """
    today = clock.today()
    facts = queries.facts_for(draft, applicant_no)
    for _try in range(100):
        page_id = first_unanswered(draft.definition, draft.answers, facts, today)
        if page_id is None:
            return draft
        page = next(p for p in visible_pages(draft.definition, draft.answers, facts, today) if p.id == page_id)
        raw: dict[str, list[str]] = {}
        uploads: dict[str, list[Any]] = {}
        for field in page.fields:
            if field.kind == "file":
                if field.required:
                    uploads[field.id] = [_picture()]
                continue
            raw.update(_answer(rng, field, facts, given or {}))
        saved = forms.save_page(
            actor=actor, draft_id=draft.id, page=page_id, raw=raw, uploads=uploads,
            expected_revision=draft.revision, applicant_no=applicant_no,
        )  # fmt: skip
        if saved.errors:
            raise RuntimeError(f"{draft.slug}, page {page_id}: {saved.errors}")
        draft = saved.draft
    raise RuntimeError(f"{draft.slug} does not come to an end")


_TYPED: Final[Mapping[str, str]] = {
    "text": "サンプル",
    "name": "見本　花子",
    "kana": "ミホン　ハナコ",
    "textarea": "見本の文です。",
    "email": "mihon@midori.example",
    "phone": "0312345678",
    "postcode": "1050011",
    "number": "1",
    "count": "1",
    "money": "10000",
}


_CHOSEN: Final[Mapping[str, tuple[str, ...]]] = {
    "confirm": ("yes",),
    "yesno": ("yes", "no", "no"),
    "address": ("register",),
    "consent": ("1",),
}


def _answer(
    rng: random.Random, field: Field, facts: Mapping[str, Any], given: Mapping[str, str]
) -> dict[str, list[str]]:
    if not field.is_question:
        return {}
    if field.id in given:
        return {field.id: [given[field.id]]}
    known = facts.get(field.prefill) if field.prefill else None
    if known:
        return {field.id: [known.isoformat() if isinstance(known, date) else str(known)]}
    if field.kind == "table":
        return _table(rng, field, facts, given)
    if field.kind in _CHOSEN:
        return {field.id: [rng.choice(_CHOSEN[field.kind])]}
    if field.kind == "date":
        return {field.id: [clock.today().isoformat()]}
    if field.options is not None:
        return {field.id: [_option(rng, field)]}
    return {field.id: [_TYPED[field.kind] if field.required else ""]}


def _table(
    rng: random.Random, field: Field, facts: Mapping[str, Any], given: Mapping[str, str]
) -> dict[str, list[str]]:
    """As many rows as there must be, at least one."""
    rows = max(1, field.min_rows)
    raw = {f"{field.id}__rows": [str(rows)]}
    for row in range(rows):
        for column in field.columns or ():
            raw[f"{field.id}__{row}__{column.id}"] = _answer(rng, column, facts, given)[column.id]
    return raw


def _option(rng: random.Random, field: Field) -> str:
    """Most people need nothing special: the exclusive option, where there is one, is the usual answer."""
    options = field.options or ()
    usual = [o.value for o in options if getattr(o, "exclusive", False)]
    return usual[0] if usual and rng.random() < 0.8 else rng.choice(options).value


def _picture() -> SimpleUploadedFile:
    from PIL import Image

    data = BytesIO()
    Image.new("RGB", (640, 400), (210, 220, 235)).save(data, "JPEG")
    return SimpleUploadedFile("photo.jpg", data.getvalue(), content_type="image/jpeg")
