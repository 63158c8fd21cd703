"""31 March, 24:00: what closes, what begins anew, to the second."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from conftest import TestDatabase
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.actions import create_resident_account
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.cases import actions as cases
from jichi.engines.cases import queries as case_queries
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.errors import Conflict
from jichi.services.front.applications.actions import submit_application
from jichi.services.front.applications.sample import fill_draft

TINY = (Path(__file__).parent / "tiny_procedure.yaml").read_text(encoding="utf-8")
SECOND = timedelta(seconds=1)


def midnight() -> datetime:
    """The end of this fiscal year: 31 March 24:00, which is 1 April 0:00."""
    return datetime(fiscal_year(clock.today()) + 1, 4, 1, tzinfo=clock.TOKYO)


def publish(slug: str, *extra: str) -> None:
    """The tiny procedure under a name of its own, with more lines."""
    source = TINY.replace("bicycle-helmet", slug) + "\n".join(extra) + "\n"
    forms.publish_definition(actor=system_actor("test"), source=source)


def sakura() -> tuple[Actor, str]:
    """A demo resident and the 宛名番号."""
    account = create_resident_account(actor=system_actor("test"), email="sakura@midori.example")
    found = accounts.signed_in(account_id=account.pk)
    assert found is not None
    return found.actor("test", "test"), found.addressee_no


def official(login: str) -> Actor:
    """A demo official as an actor."""
    account_id = accounts.staff_account_id(login)
    found = accounts.signed_in(account_id=account_id) if account_id else None
    assert found is not None
    return found.actor("test", "test")


def filled(actor: Actor, number: str, slug: str) -> UUID:
    """A draft with every answer."""
    draft = forms.start_draft(actor=actor, slug=slug, applicant_no=number, subject_no=number)
    return fill_draft(random.Random(3), actor, draft, number).id


def send(actor: Actor, number: str, draft_id: UUID) -> cases.Opened:
    """Press 申請する."""
    return submit_application(actor=actor, draft_id=draft_id, declared=("care",), applicant_no=number)


@pytest.mark.parametrize("written", ["-03-31", "-03-31 24:00"])
def test_the_last_day_counts_to_its_end(ward_db: TestDatabase, written: str) -> None:
    end = midnight()
    publish("closes", f'closes_on: "{end.year}{written}"')
    actor, number = sakura()
    with clock.standing_at(end - timedelta(hours=1)):
        in_time = filled(actor, number, "closes")
    with clock.standing_at(end - SECOND):
        assert queries.procedure("closes").open_state().state == "open"
        assert send(actor, number, in_time).fresh
        too_late = filled(actor, number, "closes")
    with clock.standing_at(end):
        assert queries.procedure("closes").open_state().state == "closed"
        with pytest.raises(Conflict) as refused:
            send(actor, number, too_late)
        assert refused.value.code == "forms.closed"
        # Pressed again after midnight, what was sent before it stays received.
        assert not send(actor, number, in_time).fresh
        with unit(actor):
            assert queries.draft(too_late).submitted_at is None  # kept, not sent


def test_a_procedure_opens_at_the_stroke_of_its_first_day(ward_db: TestDatabase) -> None:
    end = midnight()
    publish("opens", f'opens_on: "{end:%Y-%m-%d}"')
    actor, number = sakura()
    with clock.standing_at(end - SECOND), pytest.raises(Conflict) as refused:
        forms.start_draft(actor=actor, slug="opens", applicant_no=number, subject_no=number)
    assert refused.value.code == "forms.not_open_yet"
    with clock.standing_at(end):
        assert send(actor, number, filled(actor, number, "opens")).fresh


def test_once_in_a_fiscal_year_is_again_from_the_first_of_april(ward_db: TestDatabase) -> None:
    end = midnight()
    source = TINY.replace("bicycle-helmet", "yearly").replace("uniqueness: none", "uniqueness: subject_per_fiscal_year")
    forms.publish_definition(actor=system_actor("test"), source=source)
    actor, number = sakura()
    with clock.standing_at(end - timedelta(minutes=5)):
        first = send(actor, number, filled(actor, number, "yearly"))
    with clock.standing_at(end - SECOND):
        second = filled(actor, number, "yearly")
        with pytest.raises(Conflict) as refused:
            send(actor, number, second)
        assert refused.value.code == "case.already_open"
    with clock.standing_at(end):
        again = send(actor, number, second)
    assert again.fresh
    assert again.number != first.number


def test_document_numbers_begin_anew_with_the_fiscal_year(ward_db: TestDatabase) -> None:
    end = midnight()
    publish("numbered")
    actor, number = sakura()
    takagi = official("takagi")
    written = []
    for moment in (end - 2 * SECOND, end - SECOND, end, end + SECOND):
        with clock.standing_at(moment):
            opened = send(actor, number, filled(actor, number, "numbered"))
            cases.take_case(actor=takagi, case_id=opened.case_id, expected_version=1)
            cases.decide_case(actor=takagi, case_id=opened.case_id, outcome="approved", expected_version=2)
            with unit(actor):
                decision = case_queries.applicant_case(actor=actor, number=opened.number).decision
        assert decision is not None
        written.append(decision.document_number)
    era = end.year - 2018  # 令和
    assert written == [f"{era - 1}みど保第1号", f"{era - 1}みど保第2号", f"{era}みど保第1号", f"{era}みど保第2号"]
