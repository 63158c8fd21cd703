"""An employer's Excel file: read where the form says, left alone where the layout is another, used once checked."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from openpyxl import load_workbook

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.files.errors import FileRefused
from jichi.engines.forms.sheets import read_xlsx
from jichi.kernel import clock
from jichi.kernel.errors import Invalid, NotFound

from .. import actions, queries
from ..models import Application, Certificate, CertificateSheet
from ..queries.links import link_token
from ..rules.certificate_form import CertificateForm, read_form
from ..rules.certificate_sheet import SheetRead, blank, read_sheet
from .office import SYSTEM, Office, resident
from .test_entering import accept, sent
from .test_links import ANSWER, build

FORM = queries.example_form()
HEAD = "項目,見出し,区分,種類,答え,上限,単位,反映先,様式の見出し,見出しのセル,答えのセル\n"
NATIONAL = HEAD + (
    "since,雇用の始まりの日,雇用,日,,,,,雇用（予定）期間等,B5,F5 I5 L5\n"
    "span,平日の時間帯,就労時間,時間帯,,,,,平日,B9,F9 H9 L9 N9\n"
    "month,1か月前の年月,実績,年月,,,,,年月,B10,F10 H10\n"
    "term,雇用の形,雇用,選択,無期 有期,,,,期間,B6,無期=F6 有期=H6\n"
    "month_days,月の就労日数,就労時間,数,,31,日,,就労日数,B11,F11\n"
)


def edited(form: CertificateForm, cells: dict[str, Any]) -> bytes:
    book = load_workbook(io.BytesIO(blank(form)))
    for name, value in cells.items():
        book.active[name] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(form: CertificateForm, cells: dict[str, Any]) -> SheetRead:
    found = read_sheet(form, tuple(one.cells for one in read_xlsx(edited(form, cells))))
    assert found is not None
    return found


def at(key: str) -> str:
    return next(one.value_at for one in FORM.items if one.key == key).split()[0].rpartition("=")[2]


def test_an_empty_form_says_nothing_and_a_filled_one_is_read_with_its_cells() -> None:
    assert read(FORM, {}) == SheetRead()
    found = read(FORM, {
        at("days"): 4, at("hours"): "24時間", at("employment"): "パート・アルバイト", at("weekdays"): "☑月",
        "E18": "レ", at("since"): date(2020, 4, 1), at("weekday_span"): "9:00～17:30", at("month_days"): "たくさん",
        at("employer"): "みどり商店",
    })  # fmt: skip
    assert found.values == {
        "days": 4, "hours": 24, "employment": "パート・アルバイト", "weekdays": ["月", "水"], "since": "2020-04-01",
        "weekday_span": "9:00~17:30", "employer": "みどり商店",
    }  # fmt: skip
    assert (found.origins["days"], found.unread) == (at("days"), {"month_days": at("month_days")})


def test_parts_in_several_cells_and_ticked_choices_are_read() -> None:
    form, errors = read_form(NATIONAL.encode())
    assert (form is not None, errors) == (True, ())
    assert form is not None
    cells = {
        "F5": 2020, "I5": 4, "L5": 1, "F9": 9, "H9": 0, "L9": 17, "N9": 30, "F10": 2026, "H10": 9, "H6": "■",
        "F11": 20,
    }  # fmt: skip
    found = read(form, cells)
    assert found.values == {
        "since": "2020-04-01", "span": "9:00-17:30", "month": "2026-09", "term": "有期", "month_days": 20,
    }  # fmt: skip
    assert read(form, {**cells, "F6": "☑"}).unread == {"term": "F6 H6"}, "both are ticked"
    assert read(form, {"F5": 2020, "I5": 2, "L5": 31}).unread == {"since": "F5 I5 L5"}


def test_another_layout_is_told_with_the_labels_that_are_missing() -> None:
    found = read(FORM, {"B11": "月の日数", at("days"): 4})
    assert (found.moved, found.values) == (("週の日数",), {})
    assert read(FORM, {"B11": "週 の\n日数", at("days"): 4}).values == {"days": 4}, "blanks make no difference"
    no_layout, _ = read_form((HEAD + "month_days,日数,就労時間,数,,31,日,,,,\n").encode())
    assert no_layout is not None
    assert read_sheet(no_layout, ()) is None


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("Days,日数,就労時間,数,,31,日,,,,", "nursery.item_key"),
        ("days,日数,就労時間,数,,31,日,,,,", "nursery.item_base"),
        ("x,日数,基本,数,,31,日,,,,", "nursery.item_base"),
        ("x,,就労時間,数,,31,日,,,,", "field.required"),
        ("x,日数,就労時間,整数,,31,日,,,,", "nursery.word"),
        ("x,日数,就労時間,数,,,日,,,,", "field.number"),
        ("x,形,雇用,選択,,,,,,,", "field.required"),
        ("x,日数,就労時間,数,,31,日,所得階層,,,", "nursery.word"),
        ("x,日数,就労時間,文字,,,,週の日数,,,", "nursery.word"),
        ("x,日数,就労時間,数,,31,日,,日数,B,C3", "nursery.cell"),
        ("x,日数,就労時間,数,,31,日,,日数,B3,", "nursery.cell"),
        ("x,形,雇用,選択,甲 乙,,,,形,B3,甲=C3 丙=D3", "nursery.cell"),
    ],
)
def test_a_form_is_refused_with_the_line(row: str, wrong: str) -> None:
    form, errors = read_form((HEAD + row + "\n").encode())
    assert (form, [(one.line, one.error.code) for one in errors]) == (None, [(2, wrong)])


office = shared_world(build)
needs_rows = pytest.mark.django_db


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("就労証明書.xlsx", data)


def asked(office: Office, number: str) -> tuple[UUID, UUID, str]:
    """(application, certificate, the employer's address) of an accepted application."""
    parent = resident(number)
    entry = sent(office, parent)
    made = accept(office, entry)
    question = actions.ask_certificate(actor=parent, entry_id=entry, place=1)
    return made, question, f"/nursery/certificate/{link_token('certificate', question)}/"


def kept(question: UUID) -> Certificate:
    with unit(SYSTEM):
        return Certificate.objects.get(pk=question)


@needs_rows
def test_a_file_is_read_and_counts_once_an_official_has_checked_it(office: Office) -> None:
    made, question, address = asked(office, "900000000000091")
    client = Client()
    given = client.get(f"{address}form/")
    assert given.status_code == 200
    assert read_sheet(FORM, tuple(one.cells for one in read_xlsx(given.content))) == SheetRead()
    posted = {**ANSWER, "days": "", "hours": "", "true": "1"}
    data = edited(FORM, {at("days"): 3, at("hours"): 21})
    assert client.post(address, {**posted, "file": upload(data)}).status_code == 200
    with unit(office.sato):
        before = Application.objects.get(pk=made)
    assert before.guardians[0]["週の日数"] == 5, "what was read counts nothing by itself"
    assert office.sato.account_id is not None
    desk, page = browser(office.sato.account_id, second_factor=True), f"/staff/nursery/applications/{made}/"
    assert "Excelから読んだ答え" in desk.get(page).content.decode()
    use = {"act": "use_file", "certificate": str(question), "revision": str(before.revision)}
    assert desk.post(page, use).status_code == 302
    with unit(office.sato):
        after = Application.objects.get(pk=made)
    assert (after.guardians[0]["週の日数"], after.guardians[0]["週の時間"]) == (3, 21)
    assert after.origins["1"]["週の日数"] == [str(question), f"週の日数 Excel {at('days')}"]


@needs_rows
def test_another_layout_is_kept_and_said_to_be_unread(office: Office) -> None:
    made, question, address = asked(office, "900000000000092")
    data = edited(FORM, {"B11": "月の日数", at("days"): 3})
    posted = {**ANSWER, "true": "1"}
    assert Client().post(address, {**posted, "file": upload(data)}).status_code == 200
    came = kept(question)
    assert came.file_id is not None
    assert came.content["read"] == {"problem": "moved", "moved": ["週の日数"]}
    assert office.sato.account_id is not None
    page = browser(office.sato.account_id, second_factor=True).get(f"/staff/nursery/applications/{made}/")
    assert "読んでいません" in page.content.decode()
    assert "Excelの日数と時間を" not in page.content.decode()


@needs_rows
def test_what_is_no_plain_spreadsheet_is_refused_and_a_picture_is_only_kept(office: Office) -> None:
    _, question, address = asked(office, "900000000000093")
    assert Client().post(address, {**ANSWER, "true": "1", "file": upload(b"PK\x03\x04 nothing")}).status_code == 422
    assert kept(question).state == "asked"
    with pytest.raises(FileRefused):
        actions.answer_certificate(
            actor=SYSTEM, token=link_token("certificate", question), content={}, upload=upload(b"\xd0\xcf\x11\xe0 old")
        )


@needs_rows
def test_a_divisions_own_form_is_asked_from_its_day_and_then_stays(office: Office) -> None:
    today = clock.today()
    with pytest.raises(NotFound):
        actions.set_certificate_form(
            actor=office.other, division_id=office.division, valid_from=today, data=NATIONAL.encode()
        )
    with pytest.raises(Invalid):
        actions.set_certificate_form(
            actor=office.sato, division_id=office.division, valid_from=today - timedelta(days=1), data=NATIONAL.encode()
        )
    assert office.sato.account_id is not None
    desk, page = browser(office.sato.account_id, second_factor=True), "/staff/nursery/certificates/form/"
    assert "付属の例を使っています" in desk.get(page).content.decode()
    assert desk.get(f"{page}export/").content == queries.certificate_form.EXAMPLE.read_bytes()
    bad = SimpleUploadedFile("form.csv", (HEAD + "X,日数,就労時間,数,,31,日,,,,\n").encode())
    assert desk.post(page, {"valid_from": today.isoformat(), "file": bad}).status_code == 422
    assert desk.post(page, {"valid_from": "あした"}).status_code == 422
    good = SimpleUploadedFile("form.csv", NATIONAL.encode())
    posted = {"division": str(office.division), "valid_from": today.isoformat(), "file": good}
    assert desk.post(page, posted).status_code == 302
    assert "月の就労日数" in desk.get(page).content.decode()
    _, _, address = asked(office, "900000000000094")
    assert "月の就労日数" in Client().get(address).content.decode()
    with unit(SYSTEM):
        CertificateSheet.objects.update(valid_from=today - timedelta(days=3))
        with pytest.raises(Error), transaction.atomic():
            CertificateSheet.objects.update(content=b"")
