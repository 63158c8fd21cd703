"""This room of the sample ward: two clubs, about 120 children, months since April; some pay late, some never."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Final

from jichi.engines.accounts import actions as account_acts
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.collection import actions as collection
from jichi.engines.collection.actions import NewReceipt
from jichi.engines.forms import actions as forms
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import add_months, fiscal_year, fiscal_year_bounds
from jichi.kernel.sampling import SampleContext
from jichi.kernel.tables import write_table

from . import actions, queries, rules
from .commands import set_up

SYSTEM: Final = system_actor("sample", purpose="sample")
DIVISION: Final = "youth"
PROCEDURE: Final = Path(__file__).parent / "procedures" / "after-school-club.yaml"
CHILDREN: Final = 120
PARENT: Final = "gakudo@midori.example"
"""Login of a parent whose child uses a club."""
CLUBS: Final = (("kita", "みどり北学童クラブ", 70), ("minami", "みどり南学童クラブ", 65))
TABLE: Final = {
    "monthly": "5000", "second_child": "50", "third_child": "100", "class_A": "100", "class_B": "100", "class_C": "50",
    "class_D": "0", "ground_single_parent": "50", "ground_disaster": "100", "ground_school_aid": "50", "cut": "10",
    "due_day": "31",
}  # fmt: skip
EXAMPLES: Final = (
    "見本1,D,1,なし,5000\n見本2,D,2,なし,2500\n見本3,A,1,なし,0\n見本4,C,1,ひとり親,2500\n見本5,B,3,なし,0"
)


def fill(context: SampleContext) -> None:
    """Children, a table in force, a run for each month, what was paid; filled before: nothing more."""
    division = accounts.division(DIVISION)
    with unit(SYSTEM):
        if division is None or queries.clubs(month=context.today):
            return
    rng, april = context.rng_for("after_school"), fiscal_year_bounds(fiscal_year(context.today))[0]
    forms.publish_definition(actor=SYSTEM, source=PROCEDURE.read_text(encoding="utf-8"))
    set_up(division.id)
    for code, name, capacity in CLUBS:
        actions.set_club(actor=SYSTEM, code=code, name=name, capacity=capacity, division_id=division.id)
    for year in (fiscal_year(context.today), fiscal_year(context.today) + 1):
        made = actions.save_table(
            actor=SYSTEM, fiscal_year=year, division_id=division.id, given=TABLE, examples=EXAMPLES
        )
        if year == fiscal_year(context.today):
            actions.approve_table(actor=SYSTEM, table_id=made)
    if not _enrol(context, rng, april):
        return
    months = rules.months_between(april, add_months(context.today.replace(day=1), -1))
    for place, month in enumerate(months):
        if place == len(months) - 2:
            _remind()
        _month(month, division.id, rng, context.today)
    _plans(context)


def _plans(context: SampleContext) -> None:
    """Some who owe agreed on other days; one of them took it back."""
    with unit(SYSTEM):
        late = [bill for bill in queries.unpaid(due_before=context.today) if bill.payer_no not in context.played]
    homes: dict[str, list[str]] = {}
    for bill in late:
        homes.setdefault(bill.payer_no, []).append(bill.view.key)
    made = [
        actions.agree_plan(
            actor=SYSTEM, payer_no=payer, keys=keys, first_day=add_months(context.today, 1), each=1,
            decision_ref="見本子若第40号",
        )
        for payer, keys in sorted(homes.items())[:3]
    ]  # fmt: skip
    if len(made) > 1:
        actions.cancel_plan(actor=SYSTEM, plan_id=made[-1], reason="本人の申し出")


def _enrol(context: SampleContext, rng: Random, april: date) -> int:
    """Applications of the last April, all but four of them approved; how many there are, 0 if none is approved."""
    with unit(SYSTEM):
        born = registry.residents_born_between(
            april - timedelta(days=10 * 365), april - timedelta(days=6 * 365 + 2), limit=4 * CHILDREN
        )
        found = []
        for child in [number for number in born if number not in context.played][:CHILDREN]:
            home = registry.household_of(child)
            grown = [one for one in home if (one.age_on(april) or 0) >= 20]
            if grown:
                found.append((child, grown[0].addressee_no, home))
    rows: list[tuple[str, ...]] = []
    for child, payer, home in found:
        age = next((one.age_on(april) or 6 for one in home if one.addressee_no == child), 6)
        club = CLUBS[len(rows) % 2][1]
        income = rng.choices("ABCD", (3, 8, 6, 83))[0]
        rows.append((child, payer, club, str(min(max(age - 5, 1), 4)), f"{april:%Y-%m}", income))
    if not rows:  # a file without lines is refused
        return 0
    headings = [names[0] for names in rules.COLUMNS.values()]
    with clock.standing_at(datetime.combine(april - timedelta(days=50), time(10), tzinfo=clock.TOKYO)):
        count, errors = actions.apply_file(actor=SYSTEM, data=write_table(headings, rows))
    if errors:
        raise RuntimeError(f"the sample's applications are wrong: {errors[:3]}")
    with unit(SYSTEM):
        applied, _, _ = queries.enrolments(state="applied", limit=CHILDREN)
    if len(applied) <= 4:  # a tiny ward: all of them wait, and nothing is charged
        return 0
    actions.decide(
        actor=SYSTEM, ids=[one.id for one in applied[4:]], approve=True, decision_ref="見本子若第20号", decided_on=april
    )
    _login_of(applied[7].payer_no if len(applied) > 7 else applied[-1].payer_no)
    for one in applied[4:7]:
        actions.set_term(
            actor=SYSTEM, enrolment_id=one.id, kind="ground", word="single_parent", first_month=april, last_month=None,
            decision_ref="見本子若第21号",
        )  # fmt: skip
    return count


def _login_of(payer: str) -> None:
    """One parent signs in: months, fees and how they came about are there to see."""
    with unit(SYSTEM):
        there = accounts.account_of_person(payer)
    if there is None:
        made = account_acts.create_resident_account(actor=SYSTEM, email=PARENT)
        account_acts.link_person(actor=SYSTEM, account_id=made.pk, addressee_no=payer, how="sample")


def _month(month: date, division_id: int, rng: Random, today: date) -> None:
    """One month charged on its fifth day; most pay in time, some late, a few never."""
    with unit(SYSTEM):
        lines = queries.preview(month=month)
    run_id = actions.make_run(
        actor=SYSTEM, month=month, division_id=division_id, expected=rules.fingerprint(lines), on=month.replace(day=5),
        decision_ref=f"見本子若第{30 + month.month}号",
    )  # fmt: skip
    with unit(SYSTEM):
        bills = queries.bills_of_run(run_id=run_id)
    receipts = []
    for bill in bills:
        chance = rng.random()
        paid_on = bill.view.due_on + timedelta(days=-rng.randrange(1, 20) if chance < 0.88 else rng.randrange(2, 40))
        if bill.view.owed and chance < 0.95 and paid_on <= today:
            receipts.append(NewReceipt(
                dedupe_key=f"sample:after-school:{bill.view.key}", channel="store", key=bill.view.key, paid_on=paid_on,
                amount_yen=bill.view.owed,
            ))  # fmt: skip
    collection.record_receipts(actor=SYSTEM, receipts=receipts)


def _remind() -> None:
    with unit(SYSTEM):
        waiting = queries.to_remind()
    if waiting:
        actions.send_reminders(actor=SYSTEM, expected=queries.reminded_fingerprint(waiting))
