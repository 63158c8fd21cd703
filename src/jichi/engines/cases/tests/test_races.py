"""Two officials at once, on real commits: one wins, the other is told; without the guard one would be lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from conftest import own_world
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions
from jichi.engines.cases.actions import changing
from jichi.engines.cases.models import Case, CaseEvent, Correction, Decision
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, Office
from jichi.kernel import clock
from jichi.kernel.errors import Conflict

Outcome = str | BaseException


office = own_world(desk.build)


def applied(office: Office, number: str = HANA) -> Case:
    with transaction.atomic():
        return desk.apply(office, number)


def at_once(*presses: Callable[[], object]) -> list[Outcome]:
    """All presses begin together, each on a connection of its own; what became of each, in order."""
    gate = threading.Barrier(len(presses))
    found: list[Outcome] = [""] * len(presses)

    def run(place: int, press: Callable[[], object]) -> None:
        gate.wait()
        try:
            press()
            found[place] = "done"
        except BaseException as error:  # handed to the test
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, press)) for i, press in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def decide(actor: Actor, case: Case, outcome: Any, version: int | None) -> Callable[[], object]:
    return lambda: actions.decide_case(
        actor=actor, case_id=case.pk, outcome=outcome, reason="理由", expected_version=version  # type: ignore[arg-type] # None: without the guard
    )  # fmt: skip


def only_one(found: list[Outcome]) -> bool:
    return sorted("done" if f == "done" else type(f).__name__ for f in found) == ["Conflict", "done"]


def test_of_two_decisions_one_counts(office: Office) -> None:
    case = applied(office)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    found = at_once(decide(office.sato, case, "approved", 2), decide(office.suzuki, case, "refused", 2))
    assert only_one(found), found
    with unit(desk.SYSTEM):
        assert Decision.objects.filter(case=case).count() == 1
        kinds = list(CaseEvent.objects.filter(case=case).values_list("kind", flat=True))
    assert len([k for k in kinds if k in {"approved", "refused"}]) == 1


def test_of_two_who_take_it_one_has_it(office: Office) -> None:
    case = applied(office)
    found = at_once(
        lambda: actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1),
        lambda: actions.take_case(actor=office.suzuki, case_id=case.pk, expected_version=1),
    )
    assert only_one(found), found
    winner = (office.sato, office.suzuki)[found.index("done")]
    assert desk.case(case.pk).assignee_id == winner.account_id


def test_without_the_version_the_second_silently_takes_it_from_the_first(office: Office) -> None:
    """What the guard is for: both believe that the case is theirs."""
    case = applied(office)
    found = at_once(
        lambda: actions.take_case(actor=office.sato, case_id=case.pk, expected_version=None),  # type: ignore[arg-type] # no guard
        lambda: actions.take_case(actor=office.suzuki, case_id=case.pk, expected_version=None),  # type: ignore[arg-type] # no guard
    )
    assert found == ["done", "done"]


def test_without_lock_and_version_a_decision_meets_a_correction(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read the same state; only the lock makes the second see what the first did."""
    case = applied(office)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    both_have_read = threading.Barrier(2)
    met: set[int] = set()

    def unlocked(case_id: UUID) -> Case:
        found = Case.objects.get(pk=case_id)
        if threading.get_ident() not in met:
            met.add(threading.get_ident())
            both_have_read.wait(timeout=30)
        return found

    for module in ("deciding", "correcting"):
        monkeypatch.setattr(f"jichi.engines.cases.actions.{module}.locked_case", unlocked)
    found = at_once(decide(office.sato, case, "refused", None), _ask(office.suzuki, case, None))
    assert found == ["done", "done"]
    with unit(desk.SYSTEM):
        lost = (
            Decision.objects.filter(case=case).exists(),
            Correction.objects.filter(case=case, state="open").exists(),
        )
    assert lost == (True, True)  # decided, and yet the applicant is asked to correct it


def test_with_lock_and_version_they_do_not_meet(office: Office) -> None:
    case = applied(office)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    found = at_once(decide(office.sato, case, "refused", 2), _ask(office.suzuki, case, 2))
    assert only_one(found), found
    with unit(desk.SYSTEM):
        met = (Decision.objects.filter(case=case).exists(), Correction.objects.filter(case=case, state="open").exists())
    assert sum(met) == 1


def _ask(actor: Actor, case: Case, version: int | None) -> Callable[[], object]:
    return lambda: actions.request_correction(
        actor=actor, case_id=case.pk, points=[{"field": "phone", "sentence": "番号"}],
        due_on=clock.today().replace(year=clock.today().year + 1), expected_version=version,  # type: ignore[arg-type] # None: without the guard
    )  # fmt: skip


def test_a_withdrawal_and_a_decision_do_not_both_happen(office: Office) -> None:
    case = applied(office)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    found = at_once(
        decide(office.sato, case, "approved", 2),
        lambda: actions.withdraw_case(actor=office.residents[HANA], case_id=case.pk),
    )
    assert only_one(found), found
    with unit(desk.SYSTEM):
        decided = Decision.objects.filter(case=case).exists()
    assert desk.case(case.pk).status == ("approved" if decided else "withdrawn")


def test_two_decisions_at_once_get_two_numbers_in_a_row(office: Office) -> None:
    cases = [applied(office, number) for number in (HANA, SAKURA)]
    for case in cases:
        actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    found = at_once(*(decide(office.sato, case, "approved", 2) for case in cases))
    assert found == ["done", "done"], found
    with unit(desk.SYSTEM):
        numbers = sorted(Decision.objects.values_list("document_number", flat=True))
    assert numbers == ["8みど子第1号", "8みど子第2号"]


def test_the_same_press_twice_at_once_decides_once(office: Office) -> None:
    case = applied(office)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    press = decide(office.sato, case, "approved", 2)
    assert only_one(at_once(press, press))


def test_the_lock_is_taken_before_anything_is_read(office: Office) -> None:
    """A step waits for the one before it, and then sees its result."""
    case = applied(office)
    with transaction.atomic(), unit(office.sato):
        changing.locked_case(case.pk)
        found: list[Outcome] = []

        def late() -> None:
            found.extend(at_once(lambda: actions.take_case(actor=office.suzuki, case_id=case.pk, expected_version=1)))

        waiting = threading.Thread(target=late)
        waiting.start()
        waiting.join(timeout=0.5)
        assert waiting.is_alive()
        actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    waiting.join(timeout=60)
    assert isinstance(found[0], Conflict)
