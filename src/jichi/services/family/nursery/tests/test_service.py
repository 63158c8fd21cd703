"""The service end to end: scores confirmed by two, one run at a time, published once, each family its own rows."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import queries as inbox
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .. import actions, queries
from ..commands import main
from ..models import Application, Child, Outcome, Round, Run, ScoreTable
from ..rules.committing import root_from
from .office import SYSTEM, Office, family_in, resident


def build() -> Office:
    """The office and three families of the 1-year class for two seats; the third works part-time."""
    office = Office()
    one = office.born(1)
    office.take(
        family_in("A", one), family_in("B", one, number="900000000000001"), family_in("C", one, full=False)
    )  # fmt: skip
    return office


office = shared_world(build)
pytestmark = pytest.mark.django_db


def places(run: UUID) -> dict[str, str]:
    with unit(SYSTEM):
        rows = Outcome.objects.filter(run_id=run).values_list("child__application__code", "facility")
        return dict(rows)


def test_a_score_counts_once_two_officials_have_confirmed_it(office: Office) -> None:
    office.take(family_in("D", office.born(2)), confirm=False)
    with unit(office.sato):
        child = Child.objects.get(code="D-1")
    assert child.score is not None
    assert (child.score["base"], child.score["adjust"], child.class_id) == (40, 0, 2)
    actions.confirm_score(actor=office.sato, child_id=child.pk, expected=child.score_sha256)
    with pytest.raises(Conflict, match="other_person"):
        actions.confirm_score(actor=office.sato, child_id=child.pk, expected=child.score_sha256)
    with pytest.raises(Conflict, match="changed_since"):
        actions.confirm_score(actor=office.suzuki, child_id=child.pk, expected="0" * 64)
    assert len(places(office.run())) == 3
    actions.confirm_score(actor=office.suzuki, child_id=child.pk, expected=child.score_sha256)
    assert len(places(office.run())) == 4


def test_another_answer_takes_confirmations_back_and_missing_papers_hold_a_family_out(office: Office) -> None:
    office.take(family_in("A", office.born(1), full=False), confirm=False)
    with unit(office.sato):
        child = Child.objects.get(code="A-1")
        assert (child.first_by_id, child.second_by_id, child.score and child.score["base"]) == (None, None, 32)
        other = Application.objects.get(code="B")
    actions.note_papers(
        actor=office.sato, application_id=other.pk, missing=["就労証明書"], expected_revision=other.revision
    )
    assert set(places(office.run())) == {"C"}


def test_a_table_is_approved_by_another_and_then_stays(office: Office) -> None:
    year = date(2040, 4, 1)
    data = actions.example_table(actor=office.sato, key="hundred")
    made, errors = actions.make_table(
        actor=office.sato, division_id=office.division, name="次の表", valid_from=year, valid_until=date(2041, 3, 31),
        data=data,
    )  # fmt: skip
    assert errors == ()
    assert made is not None
    with pytest.raises(Conflict, match="not_proposed"):
        actions.approve_table(actor=office.suzuki, id=made, expected_revision=1)
    with pytest.raises(Conflict, match="cases_missing"):
        actions.propose_table(actor=office.sato, id=made)
    cases = actions.example_cases(actor=office.sato, key="hundred")
    wrong = cases.replace(b",80,0,0\n", b",79,0,0\n")
    assert actions.change_cases(actor=office.sato, id=made, data=wrong, expected_revision=1) == ()
    with pytest.raises(Conflict, match="cases_wrong"):
        actions.propose_table(actor=office.sato, id=made)
    with pytest.raises(Conflict, match="changed_since"):
        actions.change_cases(actor=office.sato, id=made, data=cases, expected_revision=1)
    assert actions.change_cases(actor=office.sato, id=made, data=cases, expected_revision=2) == ()
    actions.propose_table(actor=office.sato, id=made)
    with pytest.raises(Conflict, match="other_person"):
        actions.approve_table(actor=office.sato, id=made, expected_revision=3)
    with unit(SYSTEM):  # a table that was changed behind the actions is tested again
        ScoreTable.objects.filter(pk=made).update(cases=wrong)
    with pytest.raises(Conflict, match="cases_wrong"):
        actions.approve_table(actor=office.suzuki, id=made, expected_revision=3)
    with unit(SYSTEM):
        ScoreTable.objects.filter(pk=made).update(cases=cases)
    actions.approve_table(actor=office.suzuki, id=made, expected_revision=3)
    for change, given in ((actions.change_table, data), (actions.change_cases, cases)):
        with pytest.raises(Conflict, match="table_fixed"):
            change(actor=office.sato, id=made, data=given, expected_revision=3)
    with unit(office.sato):
        assert queries.rules_on(office.division, date(2040, 12, 1)) is not None
        assert queries.rules_on(office.division, date(2042, 4, 1)) is None


def test_the_first_two_get_the_seats_and_the_third_is_told_why(office: Office) -> None:
    run = office.run()
    found = places(run)
    assert sorted([found["A"], found["B"]]) == ["N1", "N2"]
    assert found["C"] == ""
    with unit(office.sato):
        third = Application.objects.get(code="C")
        (outcome,) = queries.outcomes_of(run_id=run, application_id=third.pk)
    assert outcome.status == "WAITING"
    assert [(r["rank"], r["facility"], r["code"], r["own"], r["cutoff"]) for r in outcome.reasons] == [
        (1, "N1", "CUTOFF", 32, 40), (2, "N2", "CUTOFF", 32, 40),
    ]  # fmt: skip


def test_started_twice_is_one_run_and_a_cut_off_run_begins_anew(office: Office) -> None:
    made = actions.start_run(actor=office.sato, round_id=office.round)
    assert actions.start_run(actor=office.suzuki, round_id=office.round) == made
    with unit(SYSTEM):
        Run.objects.filter(pk=made).update(state="running")  # a worker died here
    actions.work_off(actor=SYSTEM, run_id=made)
    actions.work_off(actor=SYSTEM, run_id=made)
    assert len(places(made)) == 3


def test_a_stopped_run_keeps_nothing_and_another_set_waits(office: Office) -> None:
    made = actions.start_run(actor=office.sato, round_id=office.round)
    office.take(family_in("E", office.born(1)))
    with pytest.raises(Conflict, match="run_busy"):
        actions.start_run(actor=office.suzuki, round_id=office.round)
    actions.stop_run(actor=office.suzuki, run_id=made)
    actions.work_off(actor=SYSTEM, run_id=made)
    assert places(made) == {}
    assert len(places(office.run())) == 4


def test_what_changed_meanwhile_must_be_run_again(office: Office) -> None:
    made = office.run()
    with unit(office.sato):
        first = Application.objects.get(code="A")
    actions.withdraw(actor=office.sato, application_id=first.pk)
    with pytest.raises(Conflict, match="inputs_changed"):
        actions.approve_run(actor=office.sato, run_id=made)
    again = office.run()
    with unit(office.sato):
        moved = {one.code: (one.before, one.after) for one in queries.changes_between(made, again)}
    assert moved["A/A-1"][1] == "対象外"
    assert moved["C/C-1"][0] == ""
    assert set(places(again)) == {"B", "C"}


def test_more_seats_are_tried_without_a_trace_and_a_pin_is_kept_to(office: Office) -> None:
    made = office.run()
    with unit(office.sato):
        before = Run.objects.count()
        found = queries.what_if(made, {("N2", 1): 2})
        assert found is not None
        assert [(one.code, one.before, one.after) for one in found[1]] == [("C/C-1", "", "N2")]
        assert queries.what_if(made, {("N9", 1): 2}) is None
        assert Run.objects.count() == before
        child = Child.objects.get(code="C-1")
    actions.pin_child(actor=office.sato, child_id=child.pk, facility="N1", reason="虐待の防止")
    assert places(office.run())["C"] == "N1"


def test_a_result_is_published_once_by_two_and_stays(office: Office) -> None:
    made = office.run()
    actions.approve_run(actor=office.sato, run_id=made)
    actions.approve_run(actor=office.sato, run_id=made)
    with pytest.raises(Conflict, match="not_approved"):
        actions.publish_run(actor=office.sato, run_id=made)
    actions.approve_run(actor=office.suzuki, run_id=made)
    root = actions.publish_run(actor=office.suzuki, run_id=made)
    with pytest.raises(Conflict, match="published"):
        actions.start_run(actor=office.sato, round_id=office.round)
    with unit(SYSTEM):
        leaves = [one.leaf for one in Outcome.objects.filter(run_id=made)]
        assert {root_from(leaf["text"], leaf["path"]) for leaf in leaves} == {root}
        changes: list[Callable[[], object]] = [
            lambda: Outcome.objects.filter(run_id=made).update(facility="N1"),
            lambda: Run.objects.filter(pk=made).update(root="x"),
            lambda: Round.objects.filter(pk=office.round).update(published_run=None),
        ]
        for change in changes:
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
    public = queries.public_cutoffs(office.round)
    assert public is not None
    assert [(one.facility, one.class_id, one.admitted, one.score) for one in public[2]] == [
        ("N1", "1", 1, None), ("N1", "3", 0, None), ("N2", "1", 1, None),
    ]  # fmt: skip


def test_the_audit_export_holds_nobody_and_the_command_verifies_it(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = office.publish()
    with unit(office.sato):
        data = queries.audit_files(made)
    assert data is not None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    text = b"".join(files.values()).decode()
    assert all(word not in text for word in ("児童", "保護者", "A-1", "900000000000001"))
    tables = {n.removeprefix("tables/"): d for n, d in files.items() if n.startswith("tables/")}
    result = {n.removeprefix("result/"): d for n, d in files.items() if n.startswith("result/")}
    assert json.loads(result["run.json"])["children"] == 3
    for folder, content in (("tables", tables), ("result", result)):
        (tmp_path / folder).mkdir()
        for name, raw in content.items():
            (tmp_path / folder / name).write_bytes(raw)
    with unit(SYSTEM):
        root = Run.objects.get(pk=made).root
    command = ["verify", str(tmp_path / "tables"), str(tmp_path / "result"), "--root"]
    assert main([*command, root]) == 0
    assert root in capsys.readouterr().out
    assert main([*command, "0" * 64]) == 1
    leaves = result["commitment.json"]
    (tmp_path / "result" / "commitment.json").write_bytes(leaves.replace(b"WAITING", b"ADMITTED"))
    assert main([*command, root]) == 1
    assert "is not as in assignments.csv" in capsys.readouterr().out


def seen(actor: Actor) -> tuple[int, int, int]:
    with unit(actor):
        return Application.objects.count(), Child.objects.count(), Outcome.objects.count()


def test_a_family_sees_its_own_and_results_once_published(office: Office) -> None:
    parent, stranger = resident("900000000000001"), resident("900000000000002")
    assert actions.claim_applications(actor=parent) == 1
    assert actions.claim_applications(actor=stranger) == 0
    made = office.run()
    assert (seen(parent), seen(stranger)) == ((1, 1, 0), (0, 0, 0))
    with unit(parent):
        own = Application.objects.get()
        child = Child.objects.get()
        assert Child.objects.update(name="x") == 0
    acts: list[Callable[[], object]] = [
        lambda: actions.withdraw(actor=stranger, application_id=own.pk),
        lambda: actions.change_wishes(actor=stranger, child_id=child.pk, wishes=["N1"]),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    for person in (office.sato, office.suzuki):
        actions.approve_run(actor=person, run_id=made)
    actions.publish_run(actor=office.sato, run_id=made)
    assert (seen(parent), seen(stranger)) == ((1, 1, 1), (0, 0, 0))
    assert parent.account_id is not None
    with unit(parent):
        assert len(inbox.items_for_account(parent.account_id, kinds=("notice",), state="open", limit=5).items) == 1


def test_wishes_change_until_the_day_and_withdrawal_is_final(office: Office) -> None:
    parent = resident("900000000000001")
    actions.claim_applications(actor=parent)
    with unit(parent):
        child = Child.objects.get()
    for wrong in ([], ["N1", "N1"], ["N9"]):
        with pytest.raises(Invalid):
            actions.change_wishes(actor=parent, child_id=child.pk, wishes=wrong)
    actions.change_wishes(actor=parent, child_id=child.pk, wishes=["N2", ""])
    assert places(office.run())["B"] == "N2"
    with unit(SYSTEM):
        Round.objects.filter(pk=office.round).update(wishes_until=date(2020, 1, 1))
    with pytest.raises(Conflict, match="wishes_closed"):
        actions.change_wishes(actor=parent, child_id=child.pk, wishes=["N1"])
    actions.withdraw(actor=parent, application_id=child.application_id)
    actions.withdraw(actor=parent, application_id=child.application_id)
    assert "B" not in places(office.run())


def test_another_division_sees_and_does_nothing(office: Office) -> None:
    made = office.run()
    with unit(office.other):
        counts: list[Any] = [model.objects.count() for model in (Application, Child, Run, Outcome)]
    assert counts == [0, 0, 0, 0]
    with unit(office.sato):
        child = Child.objects.all()[0]
    for act in (
        lambda: actions.start_run(actor=office.other, round_id=office.round),
        lambda: actions.approve_run(actor=office.other, run_id=made),
        lambda: actions.confirm_score(actor=office.other, child_id=child.pk, expected=child.score_sha256),
        lambda: actions.withdraw(actor=office.other, application_id=child.application_id),
    ):
        with pytest.raises(NotFound):
            act()
    nobody = replace(office.sato, permissions=frozenset())
    with pytest.raises(Forbidden):
        actions.start_run(actor=nobody, round_id=office.round)


def test_a_change_of_wishes_is_a_proposal_until_it_is_saved(office: Office) -> None:
    parent, stranger = resident("900000000000001"), resident("900000000000002")
    assert parent.account_id is not None
    assert stranger.account_id is not None
    actions.claim_applications(actor=parent)
    with unit(parent):
        child = Child.objects.get()
    before, client = list(child.wishes), browser(parent.account_id)

    def wishes() -> list[str]:
        with unit(SYSTEM):
            return list(Child.objects.get(pk=child.pk).wishes)

    address = f"/nursery/children/{child.pk}/wishes/"
    assert browser(stranger.account_id).get(address).status_code == 404
    turned = client.get(address, {"proposal": "1", "wish": before, "act": "remove", "code": before[0]})
    assert turned.status_code == 302
    shown = client.get(turned["Location"]).content.decode()
    assert "まだ保存していません" in shown
    assert wishes() == before
    strange = client.get(address, {"proposal": "1", "wish": ["N2", "N2", "<b>"], "act": "add", "code": "N9"})
    assert strange["Location"] == f"{address}?proposal=1&wish=N2&wish=%3Cb%3E#chosen"
    assert "<b>" not in client.get(strange["Location"]).content.decode()
    nothing = client.get(f"{address}?proposal=1").content.decode()
    assert nothing.count('name="proposal"') > nothing.count('value="add"')  # who searches then has still chosen nothing
    for wrong in ([], ["N2", "<b>"], ["N2", "N2"]):
        refused = client.post(address, {"wish": wrong})
        assert refused.status_code == 409
        assert "第1希望から" in refused.content.decode()
    assert wishes() == before
    assert client.post(address, {"wish": ["N2"]}).status_code == 302
    assert wishes() == ["N2"]
    with unit(SYSTEM):
        Round.objects.filter(pk=office.round).update(wishes_until=date(2020, 1, 1))
    assert client.post(address, {"wish": ["N1"]}).status_code == 409
    assert wishes() == ["N2"]
