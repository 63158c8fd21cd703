"""Applications sent online come in once; parents hear of places and see how each fee came about, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from conftest import shared_world
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.cases import queries as cases
from jichi.engines.cases.queries import CaseRecord
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, Office
from jichi.engines.forms.rules import load_definition
from jichi.engines.forms.tests.sending import send
from jichi.kernel import clock

from .. import actions, rules
from ..commands import set_up
from ..models import Enrolment, Term
from ..rules import Because
from ..sample import PROCEDURE

SYSTEM = system_actor("test")
office = shared_world(desk.build)
ANSWERS = {
    "club": "kita", "grade": "grade2", "starts": "2026-12-15", "income_class": "class_b", "ground": "single_parent",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ("kita", 2, date(2026, 12, 1), "B", "single_parent")),
        ({"ground": "none", "income_class": "class_d"}, ("kita", 2, date(2026, 12, 1), "D", "")),
        ({"club": "nishi"}, None),
        ({"grade": "7"}, None),
        ({"starts": ""}, None),
        ({"income_class": "class_e"}, None),
    ],
)
def test_answers_become_an_application_or_wait_for_a_person(changed: dict[str, str], expected: Any) -> None:
    found = rules.applied_from({**ANSWERS, **changed}, clubs={"kita", "minami"})
    told = (found.club, found.grade, found.first_month, found.income_class, found.ground) if found else None
    assert told == expected


def test_every_reason_of_a_fee_is_told_in_parts() -> None:
    content = {
        "monthly": 5_000, "second_child": 50, "third_child": 100, "ground_disaster": 100,
        **dict.fromkeys(("class_A", "class_B", "class_C", "class_D", "ground_single_parent", "ground_school_aid"), 30),
    }  # fmt: skip
    fees = rules.table_from(2026, content)
    for case, expected in (
        (rules.Case("D"), Because("class", "D", 30)), (rules.Case("A", 2), Because("sibling", "2", 50)),
        (rules.Case("B", 3), Because("sibling", "3", 100)),
        (rules.Case("C", 1, "disaster"), Because("ground", "disaster", 100)),
        (rules.Case("A"), Because("class", "A", 30)),
    ):  # fmt: skip
        assert rules.because(rules.fee_of(fees, case).reason) == expected
    assert rules.because(rules.fee_of(rules.table_from(2026, {"monthly": 5_000}), rules.Case("D")).reason) == Because(
        "full"
    )
    assert rules.because("利用していない月") == Because("unused")
    assert rules.because("書いた理由") == Because("other", "書いた理由")


def test_the_procedure_offers_what_the_rules_read() -> None:
    definition = load_definition(PROCEDURE.read_text(encoding="utf-8"))
    assert definition.id == rules.PROCEDURE
    fields = definition.fields
    values = {name: [one.value for one in fields[name].options or ()] for name in ("grade", "income_class", "ground")}
    for grade in values["grade"]:
        for income in values["income_class"]:
            for ground in values["ground"]:
                given = {**ANSWERS, "grade": grade, "income_class": income, "ground": ground}
                assert rules.applied_from(given, clubs={"kita"}) is not None


def accepted(office: Office, **answers: str) -> CaseRecord:
    """An accepted case of 花's, about さくら, with these answers."""
    hana = office.residents[HANA].account_id
    assert hana is not None
    (row,) = desk.pile(office, 1)
    with unit(SYSTEM):
        _, sent = send(
            PROCEDURE.read_text(encoding="utf-8"), division_id=office.youth, account_id=hana, subject_no=SAKURA,
            answers={**ANSWERS, **answers},
        )  # fmt: skip
        return replace(cases.case_by_id(row.pk), submission_id=sent, subject_no=SAKURA)


@pytest.mark.django_db
def test_an_accepted_application_waits_for_a_place_once_and_the_parent_hears(office: Office) -> None:
    set_up(office.youth)
    actions.set_club(actor=SYSTEM, code="kita", name="北", capacity=2, division_id=office.youth)
    case = accepted(office)
    made = actions.take_case(actor=SYSTEM, case=case)
    assert made == actions.take_case(actor=SYSTEM, case=case)
    with unit(SYSTEM):
        row = Enrolment.objects.get()
        assert (row.child_no, row.payer_no, row.state, row.grade, row.case_number) == (
            SAKURA, HANA, "applied", 2, case.written_number,
        )  # fmt: skip
        assert set(Term.objects.values_list("kind", "word")) == {("class", "B"), ("ground", "single_parent")}
    assert actions.take_case(actor=SYSTEM, case=accepted(office)) is None, "the child waits already: a person looks"
    with unit(SYSTEM):
        assert Enrolment.objects.count() == 1
    assert made is not None
    actions.decide(actor=SYSTEM, ids=[made], approve=True, decision_ref="8第1号", decided_on=clock.today())
    hana, sakura = (desk.browser(office.residents[number]) for number in (HANA, SAKURA))
    assert "学童クラブを利用できます" in hana.get("/inbox/").content.decode()
    assert sakura.get(f"/clubs/{made}/").status_code == 404
    assert "隣　さくら" in hana.get("/clubs/").content.decode()
    assert f'href="/clubs/{made}/"' in hana.get("/my/").content.decode()
    assert f'href="/clubs/{made}/"' not in sakura.get("/my/").content.decode()
