"""Pages of slips: any slip examined, runs and files, reissue; what hinders is said where it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock

from .. import actions
from ..models import Slip
from . import papers
from .conftest import SYSTEM, Office, build
from .examples import order
from .test_barcode import GOOD

pytestmark = pytest.mark.django_db
_office = shared_world(build)


@pytest.fixture
def office(db: None, _office: Office) -> Office:
    return _office


def seen_by(actor: Actor) -> Client:
    assert actor.account_id is not None
    return browser(actor.account_id, second_factor=True)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def issued(office: Office) -> tuple[UUID, Slip]:
    run_id = actions.issue_slips(
        actor=office.clerk, run_key="run", division_id=office.division, title="6月分", orders=[order("0000000017")]
    )
    actions.print_run(actor=SYSTEM, run_id=run_id)
    with unit(SYSTEM):
        return run_id, Slip.objects.get(run_id=run_id)


def test_a_number_is_explained_and_compared_with_the_records(office: Office) -> None:
    _, slip = issued(office)
    page = seen_by(office.reader).post("/staff/slips/read/", {"text": slip.digits})
    assert page.status_code == 200
    for part in ("12,000円", "誤りは見つかりません。", f"/staff/slips/{slip.pk}/"):
        assert part in text_of(page)
    other = text_of(seen_by(office.stranger).post("/staff/slips/read/", {"text": slip.digits}))
    assert "あなたの課の発行の記録にありません" in other
    assert str(slip.pk) not in other
    wrong = text_of(seen_by(office.reader).post("/staff/slips/read/", {"text": GOOD[:-1] + "8"}))
    assert "最後は7のはずですが、8です。" in wrong
    assert "誤りは見つかりません。" not in wrong


def test_a_photo_is_read(office: Office) -> None:
    _, slip = issued(office)
    photo = SimpleUploadedFile(
        "slip.jpg", papers.saved(papers.photographed(papers.page(papers.bars(slip.digits))), "JPEG")
    )
    page = text_of(seen_by(office.clerk).post("/staff/slips/read/", {"text": "", "file": photo}))
    assert "収納用バーコード(GS1-128)" in page
    assert "誤りは見つかりません。" in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": ""}, "番号か、写真かPDFの、どちらかを入れてください。"),
        ({"text": "1", "file": b"x"}, "番号か、写真かPDFの、どちらかを入れてください。"),
        ({"text": "", "file": b"PK\x03\x04" + b"\0" * 60}, "受け取れない種類のファイルです"),
    ],
)
def test_what_cannot_be_examined_says_so(office: Office, sent: dict[str, Any], said: str) -> None:
    sent = {name: SimpleUploadedFile("a.zip", v) if isinstance(v, bytes) else v for name, v in sent.items()}
    page = seen_by(office.clerk).post("/staff/slips/read/", sent)
    assert (page.status_code, said in text_of(page)) == (422, True)


def test_runs_files_and_a_slip_found_by_its_number(office: Office) -> None:
    run_id, slip = issued(office)
    person = seen_by(office.clerk)
    assert "6月分" in text_of(person.get("/staff/slips/"))
    assert "見本 太郎" in text_of(person.get("/staff/slips/", {"q": "0000000017"}))
    assert "見本 太郎" not in text_of(person.get("/staff/slips/", {"q": "1"}))
    page = text_of(person.get(f"/staff/slips/runs/{run_id}/"))
    assert "1枚目から1枚目まで(PDF)" in page
    file = person.get(f"/staff/slips/runs/{run_id}/1.pdf")
    assert file.headers["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined] # a FileResponse
    reader = seen_by(office.reader)
    assert "納付書を発行できる人です" in text_of(reader.get(f"/staff/slips/runs/{run_id}/"))
    assert reader.get(f"/staff/slips/runs/{run_id}/1.pdf").status_code == 404
    assert "再発行する" not in text_of(reader.get(f"/staff/slips/{slip.pk}/"))
    assert seen_by(office.stranger).get(f"/staff/slips/runs/{run_id}/").status_code == 404


def test_a_slip_is_issued_again_and_an_old_one_is_not(office: Office) -> None:
    _, slip = issued(office)
    person = seen_by(office.clerk)
    gone = person.post(f"/staff/slips/{slip.pk}/again/")
    assert gone.status_code == 302
    assert "印刷用のファイルの作成" in text_of(person.get(gone.headers["Location"]))
    assert "出し直したため、使えません" in text_of(person.get(f"/staff/slips/{slip.pk}/"))
    again = person.post(f"/staff/slips/{slip.pk}/again/")
    assert (again.status_code, "もう出し直されています" in text_of(again)) == (409, True)


def test_a_slip_whose_last_day_is_over_is_not_issued_again(office: Office) -> None:
    _, slip = issued(office)
    person = seen_by(office.clerk)
    with clock.standing_at(clock.now() + timedelta(days=41)):
        person = seen_by(office.clerk)
        answer = person.post(f"/staff/slips/{slip.pk}/again/")
    assert (answer.status_code, "過ぎています" in text_of(answer)) == (409, True)
