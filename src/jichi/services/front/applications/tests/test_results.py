"""Result documents: which say 公印省略, and what a representative's paper leaves out of a protected principal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, cast
from uuid import UUID

import pytest
from pypdf import PdfReader

from conftest import shared_world
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions as case_actions
from jichi.engines.cases import queries as cases
from jichi.engines.cases.queries import CaseRecord
from jichi.engines.files.queries import open_file
from jichi.engines.forms import actions as forms
from jichi.engines.forms.register import register_facts
from jichi.engines.forms.tests.ward import HANA
from jichi.kernel import clock
from jichi.kernel.clock import standing_at
from jichi.services.front.applications import results
from jichi.services.front.applications.actions import submit_application

from .confirming import SECOND
from .people import AOI, DAISUKE, DAY, SYSTEM, People, build

pytestmark = pytest.mark.django_db
NOTICE = SECOND.replace("id: two-people", "id: sealed-notice").replace(
    "second_person: {who: 配偶者の方に確認を頼みます。, text: 次の内容でよいか確かめてください。, days: 3}",
    "result: {kind: notice, seal: omitted, title: 決定通知書, shows: [{label: ことば, field: word}]}",
)


def that_day() -> People:
    """The small ward with a procedure that ends in a notice."""
    with standing_at(DAY):
        made = build()
        forms.publish_definition(actor=SYSTEM, source=NOTICE)
        return made


_people = shared_world(that_day)


@pytest.fixture
def people(_people: People, settings: Any, tmp_path: Path) -> Iterator[People]:
    settings.JICHI_FILES_ROOT = tmp_path / "files"
    with standing_at(DAY):
        yield _people


def applied(people: People) -> UUID:
    with unit(people.hana):
        draft = forms.start_draft(actor=people.hana, slug="sealed-notice", applicant_no=HANA, subject_no=HANA)
        forms.save_page(
            actor=people.hana, draft_id=draft.id, page="one", raw={"word": ["はい"]}, expected_revision=draft.revision,
            applicant_no=HANA,
        )  # fmt: skip
        return submit_application(actor=people.hana, draft_id=draft.id, declared=("both",), applicant_no=HANA).case_id


def paper(people: People, outcome: Literal["approved", "refused"], seal: str) -> str:
    """The text of the PDF that such a decision gives out."""
    case_id = applied(people)
    official = Actor(
        kind="staff", account_id=people.clerk.account_id, divisions=frozenset({people.ward.youth}), purpose="test",
        permissions=frozenset({"eng_cases.case.view", "eng_cases.case.handle", "eng_cases.case.decide"}),
    )  # fmt: skip
    case_actions.take_case(actor=official, case_id=case_id, expected_version=1)
    case_actions.decide_case(
        actor=official, case_id=case_id, outcome=outcome, reason="資格がないため。" if outcome == "refused" else "",
        seal=seal, expected_version=2,
    )  # fmt: skip
    with unit(SYSTEM):
        (document,) = cases.documents_of(case_id)
        with open_file(document.file_id) as stored:
            return "".join(page.extract_text() for page in PdfReader(stored).pages)


@pytest.mark.parametrize(
    ("outcome", "seal", "says"),
    [("approved", "omitted", True), ("refused", "omitted", True), ("approved", "sealed", False)],
)
def test_a_notice_says_that_its_seal_is_omitted_where_it_is(
    people: People, outcome: Literal["approved", "refused"], seal: str, says: bool
) -> None:
    assert ("公印省略" in paper(people, outcome, seal)) == says


def test_where_a_protected_principal_lives_stands_on_no_representatives_paper(people: People) -> None:
    with unit(SYSTEM):
        for applicant, subject, fact, withheld in (
            (DAISUKE, AOI, "subject.address", True), (DAISUKE, AOI, "subject.postcode", True),
            (DAISUKE, AOI, "subject.name", False), (AOI, AOI, "subject.address", False),
            (AOI, DAISUKE, "subject.address", False), (DAISUKE, AOI, "applicant.address", False),
        ):  # fmt: skip
            case = cast("CaseRecord", SimpleNamespace(applicant_no=applicant, subject_no=subject))
            facts = register_facts(applicant_no=applicant, subject_no=subject, today=clock.today())
            assert results._is_withheld(fact, case, facts) == withheld, (applicant, subject, fact)
