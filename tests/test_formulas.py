"""What a spreadsheet would run is only text in the file that officials take with them."""

from __future__ import annotations

import csv
import io
import random

import pytest

from conftest import TestDatabase
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.actions import create_resident_account
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.cases.export import write_export
from jichi.engines.cases.queries import CaseFilters
from jichi.engines.forms import actions as forms
from jichi.services.front.applications.actions import submit_application
from jichi.services.front.applications.sample import fill_draft

HOSTILE = (
    "=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1:A9)", "=HYPERLINK(\"http://x.example\")", "\t=1+1", "\r=1+1", "=1+1",
)  # fmt: skip


def _actor(account_id: object) -> Actor:
    found = accounts.signed_in(account_id=account_id)  # type: ignore[arg-type] # UUID
    assert found is not None
    return found.actor("test", "test")


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("encoding", ["utf-8", "sjis"])
def test_formulas_in_answers_come_out_as_text(ward_db: TestDatabase, hostile: str, encoding: str) -> None:
    account = create_resident_account(actor=system_actor("test"), email="sakura@midori.example")
    actor = _actor(account.pk)
    number = accounts.linked_person(account.pk)
    assert number
    draft = forms.start_draft(actor=actor, slug="coming-of-age", applicant_no=number, subject_no=number)
    for page, raw in (
        ("register", {"register_ok": ["yes"]}), ("reading", {"name_kana": ["ヤマダ　サクラ"]}),
        ("companion", {"with_companion": ["no"]}), ("support", {"support": ["other"]}),
        ("support_details", {"support_text": [hostile]}),
    ):  # fmt: skip
        saved = forms.save_page(
            actor=actor, draft_id=draft.id, page=page, raw=raw, uploads={}, expected_revision=draft.revision,
            applicant_no=number,
        )  # fmt: skip
        assert not saved.errors
        draft = saved.draft
    draft = fill_draft(random.Random(1), actor, draft, number)
    submit_application(actor=actor, draft_id=draft.id, declared=("own_application",), applicant_no=number)

    official_id = accounts.staff_account_id("sato")
    official = _actor(official_id)
    out = io.BytesIO()
    with unit(official):
        write_export(
            actor=official,
            filters=CaseFilters(procedure="coming-of-age"),
            encoding=encoding,
            out=out,  # type: ignore[arg-type] # one of the two
        )
    text = out.getvalue().decode("utf-8-sig" if encoding == "utf-8" else "cp932")
    table = list(csv.reader(io.StringIO(text)))
    cells = [cell for row in table[1:] for cell in row if hostile.strip("\t\r") in cell]
    assert cells, table[1:]
    for row in table[1:]:
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "=")), cell
