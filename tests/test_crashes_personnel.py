"""kill -9 in the middle of a personnel change: nothing of it is there, or all of it, and the next run carries it out."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import system_actor
from jichi.services.office.administration import actions
from jichi.services.office.administration.tests.test_plans import LEAVE, TAKE, Ward

from .dying import Act, dies_after

own_ward = own_world(Ward)

MOST_STATEMENTS = 400
EVERY = 29
"""Some statements only: a change takes well over a hundred, and each try is a process."""
CONCERNED = (
    "eng_accounts_postholding", "eng_accounts_account", "eng_accounts_division", "eng_cases_case",
    "eng_cases_caseevent", "eng_inbox_workitem", "eng_routes_routeturn", "office_administration_plan",
    "eng_audit_auditevent",
)  # fmt: skip


def standing(database: TestDatabase) -> tuple[str, ...]:
    """What stands in every table that a personnel change touches, past row security."""
    with psycopg.connect(database.super_url) as there:
        return tuple(
            str(there.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t"  # type: ignore[arg-type] # our own names
            ).fetchone())
            for table in CONCERNED
        )  # fmt: skip


def carrying_out() -> Callable[[], object]:
    """What the worker does every five minutes."""
    return lambda: actions.carry_out_due(actor=system_actor("administration.plans"))


def test_a_personnel_change_killed_at_any_step_leaves_all_or_nothing(own_ward: Ward, own_db: TestDatabase) -> None:
    plan = own_ward.plan(LEAVE, TAKE)
    actions.answer_orphans(actor=own_ward.boss, id=plan.id, answers={"cases:sato:youth": "to:new"}, expected_revision=1)
    own_ward.confirm(own_ward.look(plan.id))
    before, killed = standing(own_db), 0
    for statements in range(1, MOST_STATEMENTS, EVERY):
        lived = dies_after(own_db, statements, Act(carrying_out, {}))
        assert (standing(own_db) == before) == (not lived)
        if lived:
            break
        killed += 1
    assert killed >= 3
    assert own_ward.assignee()[0] == own_ward.new.account_id
    after = standing(own_db)
    assert actions.carry_out_due(actor=system_actor("administration.plans")) == 0
    assert standing(own_db) == after
