"""The sample ward's counters: copies asked for and paid at the counter, and subsidies on their way to a decision."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.queries import account_of_person, signed_in
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions as cases
from jichi.engines.cases import queries as case_queries
from jichi.engines.cases.actions import Entry
from jichi.engines.cases.rules import Draft, subject_key
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.payments import actions as payments
from jichi.engines.payments.queries import charges_of
from jichi.engines.registry import queries as registry
from jichi.engines.routes import actions as routes
from jichi.engines.routes import queries as route_queries
from jichi.kernel import clock
from jichi.kernel.sampling import SampleContext

from .actions import submit_application
from .sample import SYSTEM, accounts_of, fill_draft


@dataclass(frozen=True, slots=True)
class Copies:
    """One person at the counter: how many days ago, by which way, how many copies, how far it has come."""

    days: int
    channel: str
    copies: int
    receive: str
    paid: bool = False
    taken: bool = False
    outcome: str = ""


COPIES: Final = (
    Copies(1, "counter", 1, "counter"), Copies(2, "phone", 2, "post"), Copies(12, "paper", 1, "post", taken=True),
    Copies(1, "counter", 3, "counter", paid=True), Copies(4, "counter", 1, "post", paid=True, taken=True),
    Copies(6, "paper", 2, "post", paid=True, taken=True, outcome="approved"),
    Copies(9, "counter", 1, "counter", paid=True, taken=True, outcome="refused"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subsidy:
    """One association's project: how many days ago, what, how much, and who has approved its proposal so far."""

    days: int
    name: str
    yen: int
    proposed: bool = False
    approved_by: tuple[str, ...] = ()
    decided_by: str = ""


SUBSIDIES: Final = (
    Subsidy(1, "春の防災訓練", 180_000), Subsidy(5, "花いっぱい運動", 250_000, proposed=True),
    Subsidy(8, "夏まつり", 450_000, proposed=True, approved_by=("watanabe",)),
    Subsidy(14, "見守り茶話会", 120_000, proposed=True, approved_by=("watanabe",), decided_by="kato"),
)  # fmt: skip


def fill_desks(context: SampleContext) -> None:
    """What officials of the counters have on their desks; nothing where the demo has no officials or associations."""
    clerk, officer_of = accounts_of("ito"), accounts_of("okada")
    if clerk is not None:
        rng = context.rng_for("applications.copies")
        for number, one in zip(_adults(rng, context), COPIES, strict=False):
            _copies(rng, context, clerk, number, one)
    if officer_of is not None:
        rng = context.rng_for("applications.subsidies")
        found = [(_login(number, place), number, org_no) for place, (number, org_no) in enumerate(_officers(context))]
        for place, two in enumerate(SUBSIDIES if found else ()):
            actor, number, org_no = found[place % len(found)]  # a small ward's association has more than one project
            _subsidy(rng, context, officer_of, actor, (number, org_no), two)


def _adults(rng: random.Random, context: SampleContext) -> Iterator[str]:
    """Some people whom no visitor of the demo plays."""
    born = date(context.today.year - 60, 1, 1), date(context.today.year - 30, 12, 31)
    found = registry.residents_born_between(*born, limit=10 * len(COPIES))
    for number in rng.sample(found, len(found)):
        if number not in context.played and not account_of_person(number):
            yield number


def _moment(context: SampleContext, days: int, hour: int) -> datetime:
    return datetime.combine(context.today - timedelta(days=days), time(hour, 15), tzinfo=clock.TOKYO)


def _version(case_id: UUID) -> int:
    with unit(SYSTEM):
        return case_queries.case_by_id(case_id).version


def _copies(rng: random.Random, context: SampleContext, clerk: Actor, number: str, one: Copies) -> None:
    """住民票の写し over the counter: entered, paid, looked at, decided, sent, as far as it has come."""
    with clock.standing_at(_moment(context, one.days, 10)):
        entry = Entry(channel=one.channel, received_on=clock.today(), applicant_no=number)
        draft_id = cases.begin_entry(actor=clerk, slug="juminhyo-copy", entry=entry)
        platform = cases.entering(actor=clerk)
        given = {"copies": str(one.copies), "receive": one.receive, "purpose": "work", "person_ok": "yes"}
        with unit(platform):
            fill_draft(rng, platform, queries.draft(draft_id), number, given)
        opened = cases.finish_entry(actor=clerk, draft_id=draft_id, entry=entry)
        if one.paid:
            _pay(clerk, opened.case_id, opened.number)
    with clock.standing_at(_moment(context, one.days, 14)):
        if one.taken:
            cases.take_case(actor=clerk, case_id=opened.case_id, expected_version=_version(opened.case_id))
        if one.outcome:
            _decide(clerk, opened.case_id, one)


def _pay(clerk: Actor, case_id: UUID, number: str) -> None:
    with unit(SYSTEM):
        due = [charge.id for charge in charges_of(subject_key(case_id)) if charge.state == "due"]
    for charge_id in due:
        payments.record_counter_payment(actor=clerk, charge_id=charge_id, method="cash", slip=f"R-{number}")


def _decide(clerk: Actor, case_id: UUID, one: Copies) -> None:
    refused = one.outcome == "refused"
    cases.decide_case(
        actor=clerk, case_id=case_id, outcome="refused" if refused else "approved",
        reason_code="not_entitled" if refused else "",
        reason="請求できる方であることを確かめられなかったためです。" if refused else "",
        expected_version=_version(case_id),
    )  # fmt: skip
    if not refused:
        cases.record_dispatch(
            actor=clerk, case_id=case_id, way="registered", tracking_number="1234-5678-9012", sent_on=clock.today(),
            dedupe_key="sample",
        )  # fmt: skip


def _officers(context: SampleContext) -> Iterator[tuple[str, str]]:
    """Officers of neighbourhood associations whom no visitor plays: 宛名番号 and 団体番号, one of each association."""
    for body in registry.search_organisations(actor=SYSTEM, kind="neighbourhood", limit=len(SUBSIDIES)).rows:
        with unit(SYSTEM):
            found = registry.organisation(body.org_no)
        for officer in found.officers if found else ():
            number = officer.addressee_no
            if officer.holds_on(context.today) and number not in context.played and not account_of_person(number):
                yield number, body.org_no
                break


def _login(number: str, place: int) -> Actor:
    """An officer's login, linked with the register."""
    account = accounts.create_resident_account(actor=SYSTEM, email=f"chokai{place + 1}@midori.example")
    accounts.link_person(actor=SYSTEM, account_id=account.pk, addressee_no=number, how="sample")
    person = signed_in(account_id=account.pk)
    if person is None:
        raise RuntimeError(f"the login just made for {number} can't sign in")
    return person.actor("sample", "sample")


def _subsidy(
    rng: random.Random, context: SampleContext, official: Actor, actor: Actor, who: tuple[str, str], one: Subsidy
) -> None:
    """町会等補助金: sent by an officer (宛名番号, 団体番号), proposed, on its way through the posts."""
    number, org_no = who
    with clock.standing_at(_moment(context, one.days, 20)):
        draft = forms.start_draft(
            actor=actor, slug="neighbourhood-subsidy", applicant_no=number, subject_no=org_no, applies_as="officer"
        )
        given = {"project_name": one.name, "requested": str(one.yen), "yen": str(one.yen), "people": "80"}
        fill_draft(rng, actor, draft, number, given)
        declared = [d.id for d in draft.definition.declarations]
        opened = submit_application(actor=actor, draft_id=draft.id, declared=declared, applicant_no=number)
    if one.proposed:
        with clock.standing_at(_moment(context, one.days - 1, 10)):
            cases.take_case(actor=official, case_id=opened.case_id, expected_version=_version(opened.case_id))
            proposal = Draft(outcome="approved", question="交付を決定してよろしいか伺います。", dispatch="")
            cases.propose_decision(
                actor=official, case_id=opened.case_id, draft=proposal, expected_version=_version(opened.case_id)
            )
        _through_the_posts(context, opened.case_id, one)


def _through_the_posts(context: SampleContext, case_id: UUID, one: Subsidy) -> None:
    with unit(SYSTEM):
        route = route_queries.route_of(f"{subject_key(case_id)}:decision")
    if route is None:
        return
    for place, login in enumerate((*one.approved_by, *filter(None, [one.decided_by]))):
        decider = accounts_of(login)
        if decider is None:
            return
        with clock.standing_at(_moment(context, one.days - 2, 9 + place)):
            act = routes.decide_route if login == one.decided_by else routes.approve_step
            act(actor=decider, route_id=route.id)
