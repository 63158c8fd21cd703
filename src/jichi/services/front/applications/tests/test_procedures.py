"""The procedures in earnest: card and signature, fee and payment, organisations with tables, a second person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import translation
from PIL import Image

from conftest import shared_world
from jichi.design.readings import missing_readings
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.accounts.tests.provider import Peer, ask, path_of, running, walk
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions as case_actions
from jichi.engines.cases import queries as cases
from jichi.engines.cases.rules import subject_key
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.errors import NotEligible
from jichi.engines.forms.tests.ward import HANA, MIO, TARO, source
from jichi.engines.inbox import queries as inbox
from jichi.engines.payments.queries import charges_of
from jichi.engines.registry import actions as registry
from jichi.kernel import clock
from jichi.kernel.clock import standing_at
from jichi.kernel.localized import LANGUAGES
from jichi.kernel.receipt_number import format_number

from .confirming import SECOND, mailed_link
from .people import AOI, CARDS, DAY, SYSTEM, People, build, client_of, main_of, page

pytestmark = pytest.mark.django_db
ORG, OTHER_ORG = "900000012", "900000020"
COPY: dict[str, dict[str, Any]] = {
    "person": {"person_ok": "yes"},
    "contents": {"scope": "one", "items": ["relationship"]},
    "purpose": {"purpose": "work", "copies": "２"},
    "receiving": {"receive": "post", "phone": "03-1234-5678"},
    "sending": {"send_to": "register"},
}
"""Page → what is posted for two copies by post."""


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    settings.JICHI_FILES_ROOT = tmp_path / "files"
    # The provider of the card tells the time by its own clock.
    with nullcontext() if "peer" in request.fixturenames else standing_at(DAY):
        yield
    translation.activate("ja")


def three_procedures() -> People:
    """The small ward with three of the procedures in earnest, as on the day that stands."""
    with standing_at(DAY):
        made = build()
        accounts.create_division(actor=SYSTEM, code="community", names={"ja": "community"})
        for name in ("juminhyo-copy", "neighbourhood-subsidy-report", "neighbourhood-subsidy"):
            forms.publish_definition(actor=SYSTEM, source=source(name))
    return made


people = shared_world(three_procedures)


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    with running(tmp_path / "peer", CARDS) as found:
        yield found


def begin(client: Client, slug: str, **chosen: str) -> UUID:
    """Through the page that asks for whom; the draft."""
    response = client.post(f"/procedures/{slug}/who/", chosen)
    found = re.fullmatch(r"/apply/([0-9a-f-]{36})/", response.headers.get("Location", ""))
    assert found, (response.status_code, response.headers, main_of(response.content.decode()))
    return UUID(found[1])


def answer(client: Client, draft_id: UUID, pages: Mapping[str, Mapping[str, Any]]) -> str:
    """Post the pages in order; where the last one leads."""
    where = ""
    for name, raw in pages.items():
        path = f"/apply/{draft_id}/q/{name}/"
        revision = re.search(r'name="revision" value="(\d+)"', page(client, path))
        assert revision
        response = client.post(path, {"revision": revision[1], **raw})
        assert response.status_code == 302, main_of(response.content.decode())
        where = response.headers["Location"]
    return where


def press(client: Client, path: str) -> str:
    """Agree to everything on the check page and press its button; where it leads."""
    html = page(client, path)
    form = dict(re.findall(r'name="(revision|declare-\w+)"[^>]*value="(\w*)"', html))
    declared = dict.fromkeys(re.findall(r'name="(declare-\w+)"', html), "1")
    return client.post(path, {**form, **declared}).headers["Location"]


def sign(client: Client, peer: Peer, path: str) -> str:
    """From the page that explains it to the operator's and back; where one arrives."""
    ours = client.post(path).headers["Location"]
    theirs = client.post(ours).headers["Location"]
    status, _, headers = ask(theirs, {"person": "sakura", "pin": "ABC123", "do": "go"})
    assert status == 303
    return str(client.get(path_of(str(headers["Location"]))).headers["Location"])


def charge_of(people: People, draft_id: UUID) -> Any:
    with unit(people.hana):
        found = cases.number_of_submission_of_draft(draft_id)
        assert found
        (charge,) = charges_of(subject_key(cases.applicant_case(actor=people.hana, number=found).id))
    return charge


# -- 住民票の写し --------------------------------------------------------------------------------------


def test_a_copy_of_the_register_is_asked_for_with_the_card_signed_and_charged(people: People, peer: Peer) -> None:
    client = client_of(people.hana)
    sent_away = client.get("/procedures/juminhyo-copy/who/").headers["Location"]
    assert sent_away == "/sign-in/identity/?next=%2Fprocedures%2Fjuminhyo-copy%2Fwho%2F&level=card"
    walk(client, peer)
    offered = main_of(page(client, "/procedures/juminhyo-copy/who/"))
    names = ("試験 花", "試験 太郎", "試験 澪", "隣 さくら")
    assert [name for name in names if name in offered] == ["試験 花", "試験 太郎", "試験 澪"]
    draft_id = begin(client, "juminhyo-copy", subject=TARO)
    check = f"/apply/{draft_id}/check/"
    assert answer(client, draft_id, COPY) == check
    html = main_of(page(client, check))
    for line in ("住民票の写し(1通): 300円 × 2 = 600円", "郵送料: 110円", "合計: 710円", "署名へ進む"):
        assert line in html
    to_sign = press(client, check)
    assert to_sign == f"/apply/{draft_id}/sign/"
    assert "住民票の写し" in page(client, to_sign)
    back = sign(client, peer, to_sign)
    signed = page(client, back)
    assert "署名が済みました" in signed
    form = dict(re.findall(r'name="(revision|declare-\w+)" value="(\w+)"', signed))
    done = client.post(check, form).headers["Location"]
    assert done == f"/apply/{draft_id}/done/"
    html = main_of(page(client, done))
    assert "支払いはまだ終わっていません" in html
    assert "710円" in html
    charge = charge_of(people, draft_id)
    assert (charge.state, charge.total_yen, charge.due_on) == ("due", 710, clock.today() + timedelta(days=7))
    assert charge.url_path in html
    with unit(people.hana):
        sent = queries.sent_by(people.hana.account_id or UUID(int=0), "juminhyo-copy")
    assert [(one.subject_no, one.applies_as) for one in sent] == [(TARO, "household")]


def test_changing_an_answer_after_signing_needs_another_signature(people: People, peer: Peer) -> None:
    client = client_of(people.hana)
    walk(client, peer)
    draft_id = begin(client, "juminhyo-copy", subject=HANA)
    check = f"/apply/{draft_id}/check/"
    answer(client, draft_id, COPY)
    sign(client, peer, press(client, check))
    answer(client, draft_id, {"purpose": {"purpose": "work", "copies": "9"}})
    assert press(client, check) == f"/apply/{draft_id}/sign/"
    with unit(people.hana):
        assert queries.draft(draft_id).submitted_at is None
        assert queries.sent_by(people.hana.account_id or UUID(int=0), "juminhyo-copy") == []


def test_without_the_card_nothing_begins_and_nothing_is_sent(people: People, peer: Peer) -> None:
    client = client_of(people.hana)
    response = client.post("/procedures/juminhyo-copy/who/", {"subject": HANA})
    assert response.headers["Location"].startswith("/sign-in/identity/?")
    with unit(people.hana):
        assert queries.drafts_of(people.hana.account_id or UUID(int=0)) == []
    walk(client, peer)
    draft_id = begin(client, "juminhyo-copy", subject=HANA)
    answer(client, draft_id, COPY)
    weaker = client_of(people.hana)
    assert press(weaker, f"/apply/{draft_id}/check/").startswith("/sign-in/identity/?next=%2Fapply%2F")


def test_an_exemption_leaves_the_postage(people: People, peer: Peer) -> None:
    client = client_of(people.hana)
    walk(client, peer)
    draft_id = begin(client, "juminhyo-copy", subject=MIO)
    answer(client, draft_id, {**COPY, "purpose": {"purpose": "disaster", "copies": "1"}})
    html = main_of(page(client, f"/apply/{draft_id}/check/"))
    assert "住民票の写し(1通): 0円(免除: 手数料条例 第5条第3号(り災))" in html
    assert "合計: 110円" in html


def test_nobody_outside_the_household_can_be_chosen(people: People, peer: Peer) -> None:
    client = client_of(people.hana)
    walk(client, peer)
    assert client.post("/procedures/juminhyo-copy/who/", {"subject": "100000042"}).status_code == 404
    with unit(people.hana):
        assert queries.drafts_of(people.hana.account_id or UUID(int=0)) == []


def test_who_must_not_be_found_is_referred_to_the_counter_without_a_reason(people: People) -> None:
    login = accounts.create_resident_account(actor=SYSTEM, email="aoi@example.jp")
    accounts.link_person(actor=SYSTEM, account_id=login.pk, addressee_no=AOI, how="sample")
    aoi = Actor(kind="resident", account_id=login.pk, level="card")
    with pytest.raises(NotEligible) as refused:
        forms.start_draft(actor=aoi, slug="juminhyo-copy", applicant_no=AOI, subject_no=AOI)
    (reason,) = refused.value.result.reasons
    assert reason.text["ja"] == "オンラインでは交付できません。窓口でご案内します。"
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_forms_draft")
        assert cursor.fetchone() == (0,)


# -- 町会等補助金 --------------------------------------------------------------------------------------

BODIES = f"""団体番号,種別,名称,フリガナ,郵便番号,所在地,町字,法人番号,状態
{ORG},町会・自治会,みどり一丁目町会,ミドリイッチョウメチョウカイ,1050001,みどり1-2-3,,,
{OTHER_ORG},NPO,みどりの会,ミドリノカイ,1050001,みどり1-2-4,,,
"""
OFFICERS = f"""団体番号,宛名番号,役職,就任日,退任日
{ORG},{HANA},会計,2025-04-01,
{OTHER_ORG},{HANA},理事,2025-04-01,
"""


def rows(name: str, *given: Mapping[str, str]) -> dict[str, str]:
    """A table as it is posted."""
    raw = {f"{name}__rows": str(len(given))}
    for number, row in enumerate(given):
        raw.update({f"{name}__{number}__{column}": text for column, text in row.items()})
    return raw


def plan() -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (320, 200), (200, 220, 235)).save(data, "JPEG")
    return SimpleUploadedFile("plan.jpg", data.getvalue(), content_type="image/jpeg")


BUDGET = {
    **rows("income", {"item": "subsidy", "yen": "200,000"}, {"item": "dues", "yen": "50000円"}),
    **rows("expense", {"item": "会場費", "yen": "150000"}, {"item": "印刷費", "yen": "100000", "note": "ちらし"}),
    "requested": "200000",
}
SUBSIDY: dict[str, dict[str, Any]] = {
    "organisation": {"organisation_ok": "yes"},
    "project": {
        "project_name": "春の防災訓練", "project_kind": "disaster", "project_text": "訓練をします。",
        "starts_on": "2027-03-01", "ends_on": "2027-03-02", "people": "100",
    },
    "budget": BUDGET,
}  # fmt: skip


@pytest.fixture
def officer(people: People) -> Client:
    registry.import_organisations(actor=SYSTEM, bodies=BODIES, officers=OFFICERS, label="t", as_of=date(2026, 4, 1))
    return client_of(people.hana)


def test_an_officer_applies_for_the_association_with_a_budget_that_agrees(people: People, officer: Client) -> None:
    offered = main_of(page(officer, "/procedures/neighbourhood-subsidy/who/"))
    assert "みどり一丁目町会" in offered
    assert "みどりの会" not in offered
    draft_id = begin(officer, "neighbourhood-subsidy", subject=f"{ORG}:officer")
    assert answer(officer, draft_id, SUBSIDY) == f"/apply/{draft_id}/q/papers/"
    answer(
        officer, draft_id, {"papers": {"plan": plan()}, "contact": {"contact_name": "試験 花", "phone": "0312345678"}}
    )
    html = main_of(page(officer, f"/apply/{draft_id}/check/"))
    for line in (
        "みどり一丁目町会",
        "会計",
        "区の補助金 / 200,000円",
        "合計 (金額): 250,000円",
        "印刷費 / 100,000円 / ちらし",
    ):
        assert line in html
    assert press(officer, f"/apply/{draft_id}/check/") == f"/apply/{draft_id}/done/"
    with unit(people.hana):
        found = cases.number_of_submission_of_draft(draft_id)
        assert found
        case = cases.applicant_case(actor=people.hana, number=found)
        (sent,) = queries.sent_by(people.hana.account_id or UUID(int=0), "neighbourhood-subsidy")
    assert case.name == "みどり一丁目町会"
    assert (sent.subject_no, sent.applies_as) == (ORG, "officer")


def test_who_decides_on_a_case_of_an_association_sees_its_address_and_not_its_officers(
    people: People, officer: Client
) -> None:
    draft_id = begin(officer, "neighbourhood-subsidy", subject=f"{ORG}:officer")
    answer(officer, draft_id, SUBSIDY)
    contact = {"contact_name": "試験 花", "phone": "0312345678"}
    answer(officer, draft_id, {"papers": {"plan": plan()}, "contact": contact})
    press(officer, f"/apply/{draft_id}/check/")
    account = accounts.create_staff_account(
        actor=SYSTEM, login="abe", name="阿部 進", password="many plain words 1", roles=("decider",),
        division_codes=("community",), starts_on=date(2020, 4, 1),
    )  # fmt: skip
    with unit(people.hana):
        number = cases.number_of_submission_of_draft(draft_id)
    assert number is not None
    decider = browser(account.pk)

    def seen() -> tuple[bool, int]:
        html = decider.get(f"/staff/cases/{format_number(number)}/").content.decode()
        with unit(SYSTEM):
            logged = audit.events_of(table="eng_registry_organization", object_id=ORG)
        return "団体の記録がないか、見る権限がありません。" in html, sum(e.action == "look" for e in logged)

    assert seen() == (True, 0)
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE eng_cases_case SET status = 'reviewing', stage = 'on_route', assignee_id = %s WHERE number = %s",
            [account.pk, number],
        )
    assert seen() == (False, 1)


def test_a_budget_that_does_not_agree_is_told_and_not_kept(people: People, officer: Client) -> None:
    draft_id = begin(officer, "neighbourhood-subsidy", subject=f"{ORG}:officer")
    answer(officer, draft_id, {name: SUBSIDY[name] for name in ("organisation", "project")})
    path = f"/apply/{draft_id}/q/budget/"
    wrong = officer.post(path, {"revision": "3", **BUDGET, "expense__1__yen": "100001", "requested": "300000"})
    assert wrong.status_code == 422
    html = main_of(wrong.content.decode())
    assert "収入の合計と支出の合計が違います。" in html
    assert 'value="100001"' in html
    with unit(people.hana):
        assert "expense" not in queries.draft(draft_id).answers


def test_rows_come_and_go_without_a_script_and_nothing_typed_is_lost(people: People, officer: Client) -> None:
    draft_id = begin(officer, "neighbourhood-subsidy", subject=f"{ORG}:officer")
    answer(officer, draft_id, {name: SUBSIDY[name] for name in ("organisation", "project")})
    path = f"/apply/{draft_id}/q/budget/"
    more = main_of(officer.post(path, {"revision": "3", **BUDGET, "row": "expense:add"}).content.decode())
    assert 'name="expense__rows" value="3"' in more
    assert 'value="ちらし"' in more
    assert 'name="requested"' in more
    less = main_of(officer.post(path, {"revision": "3", **BUDGET, "row": "expense:remove:0"}).content.decode())
    assert 'value="会場費"' not in less
    assert "100,000円" in less
    assert officer.post(path, {"revision": "3", "row": "plan:add"}).status_code == 404
    with unit(people.hana):
        assert queries.draft(draft_id).revision == 3


def test_whose_office_has_ended_can_send_nothing_any_more(people: People, officer: Client) -> None:
    draft_id = begin(officer, "neighbourhood-subsidy", subject=f"{ORG}:officer")
    answer(officer, draft_id, SUBSIDY)
    answer(
        officer, draft_id, {"papers": {"plan": plan()}, "contact": {"contact_name": "試験 花", "phone": "0312345678"}}
    )
    registry.import_organisations(
        actor=SYSTEM, bodies="", officers=OFFICERS.replace("2025-04-01,\n", "2025-04-01,2026-11-20\n"), label="t",
        as_of=date(2026, 11, 21),
    )  # fmt: skip
    html = page(officer, f"/apply/{draft_id}/check/")
    declared = dict.fromkeys(re.findall(r'name="(declare-\w+)"', html), "1")
    assert officer.post(f"/apply/{draft_id}/check/", {**declared, "revision": "6"}).status_code == 409
    with unit(people.hana):
        assert queries.sent_by(people.hana.account_id or UUID(int=0), "neighbourhood-subsidy") == []


def test_a_report_needs_a_granted_application(officer: Client) -> None:
    html = main_of(page(officer, "/procedures/neighbourhood-subsidy-report/who/"))
    assert "認められた申請が見つかりませんでした。" in html


FIRST = SECOND.replace("id: two-people", "id: first-of-two").replace(
    "second_person: {who: 配偶者の方に確認を頼みます。, text: 次の内容でよいか確かめてください。, days: 3}",
    "follow_ups: [{id: report, procedure: second-of-two, title: 実績の報告, days: 30}]",
)
LATER = SECOND.replace("id: two-people", "id: second-of-two\nfollows: first-of-two").replace(
    "second_person: {who: 配偶者の方に確認を頼みます。, text: 次の内容でよいか確かめてください。, days: 3}\n", ""
)


def todo(people: People) -> list[Any]:
    found = inbox.items_for_account(people.hana.account_id or UUID(int=0), kinds=["todo"], state="open")
    return list(found.items)


def test_what_is_due_after_an_approval_waits_in_the_inbox_until_it_is_sent(people: People) -> None:
    for text in (LATER, FIRST):
        forms.publish_definition(actor=SYSTEM, source=text)
    client = client_of(people.hana)
    assert "認められた申請が見つかりませんでした。" in page(client, "/procedures/second-of-two/who/")
    draft_id = begin(client, "first-of-two", subject=HANA)
    answer(client, draft_id, {"one": {"word": "はい"}})
    press(client, f"/apply/{draft_id}/check/")
    with unit(people.hana):
        number = cases.number_of_submission_of_draft(draft_id)
        assert number
        case_id = cases.applicant_case(actor=people.hana, number=number).id
    official = Actor(
        kind="staff", account_id=people.clerk.account_id, divisions=frozenset({people.ward.youth}),
        purpose="test",
        permissions=frozenset({"eng_cases.case.view", "eng_cases.case.handle", "eng_cases.case.decide"}),
    )  # fmt: skip
    case_actions.take_case(actor=official, case_id=case_id, expected_version=1)
    case_actions.decide_case(actor=official, case_id=case_id, outcome="approved", expected_version=2)
    with unit(people.hana):
        (due,) = todo(people)
    assert (due.title["ja"], due.due_on, due.url_path) == (
        "実績の報告", date(2026, 12, 21), "/procedures/second-of-two/",
    )  # fmt: skip
    follow = begin(client, "second-of-two", earlier=number)
    answer(client, follow, {"one": {"word": "おわり"}})
    assert press(client, f"/apply/{follow}/check/") == f"/apply/{follow}/done/"
    with unit(people.hana):
        assert todo(people) == []
        (sent,) = queries.sent_by(people.hana.account_id or UUID(int=0), "second-of-two")
    assert (sent.follows, sent.subject_no) == (number, HANA)


# -- every page, every language -----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_new_procedures_is_sound(people: People, officer: Client, language: str) -> None:
    prefix = "" if language == "ja" else f"/{language}"
    draft_id = begin(officer, "neighbourhood-subsidy", subject=f"{ORG}:officer")
    paths = [f"/procedures/{slug}/" for slug in ("juminhyo-copy", "neighbourhood-subsidy")]
    paths += [f"/procedures/{slug}/who/" for slug in ("neighbourhood-subsidy", "neighbourhood-subsidy-report")]
    with unit(people.hana):
        pages = queries.draft(draft_id).definition.pages
    paths += [f"/apply/{draft_id}/q/{one.id}/" for one in pages]
    for path in paths:
        html = page(officer, prefix + path)
        assert len(re.findall(r"<h1[ >]", html)) == 1, path
        if language == "easy":
            assert missing_readings(html) == [], path


def test_no_row_of_another_login_is_there(people: People, officer: Client) -> None:
    draft_id = begin(officer, "neighbourhood-subsidy", subject=f"{ORG}:officer")
    with unit(people.nobody), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_forms_draft WHERE id = %s", [draft_id])
        assert cursor.fetchone() == (0,)


# -- a second person ---------------------------------------------------------------------------------


@pytest.fixture
def asked(people: People) -> tuple[Client, UUID, str, str]:
    """A draft that waits: the applicant's browser, the draft, the link's path, the code."""
    forms.publish_definition(actor=SYSTEM, source=SECOND)
    client = client_of(people.hana)
    draft_id = begin(client, "two-people", subject=HANA)
    answer(client, draft_id, {"one": {"word": "はい"}})
    second = press(client, f"/apply/{draft_id}/check/")
    assert second == f"/apply/{draft_id}/second/"
    assert client.post(second, {"name": "", "email": "x"}).status_code == 422
    assert client.post(second, {"name": "相手 一郎", "email": "aite@example.jp"}).status_code == 302
    html = main_of(page(client, second))
    code = re.search(r"\b(\d{6})\b", unescape(html))
    assert code
    return client, draft_id, mailed_link(), code[1]


def test_the_second_person_confirms_by_link_and_code_and_then_it_can_be_sent(
    asked: tuple[Client, UUID, str, str],
) -> None:
    client, draft_id, path, code = asked
    stranger = Client()
    asked_only = page(stranger, path)
    assert "2人でする手続" not in asked_only  # the link may have gone to somebody else
    wrong = stranger.post(path, {"code": "000000" if code != "000000" else "111111"})
    assert wrong.status_code == 422
    assert press(client, f"/apply/{draft_id}/check/") == f"/apply/{draft_id}/second/"
    assert "はい" not in main_of(wrong.content.decode())
    assert "はい" in main_of(stranger.post(path, {"code": code}).content.decode())
    assert press(client, f"/apply/{draft_id}/check/") == f"/apply/{draft_id}/second/"  # read is not confirmed
    assert "回答を受け取りました" in stranger.post(path, {"code": code, "agree": "1"}).content.decode()
    assert stranger.get(path).status_code == 409
    assert stranger.post(path, {"code": code}).status_code == 409
    ready = page(client, f"/apply/{draft_id}/second/")
    assert "確認が済みました" in ready
    form = dict(re.findall(r'name="(revision|declare-\w+)" value="(\w+)"', ready))
    assert client.post(f"/apply/{draft_id}/check/", form).headers["Location"] == f"/apply/{draft_id}/done/"


def test_a_refusal_and_a_changed_answer_have_to_be_asked_anew(asked: tuple[Client, UUID, str, str]) -> None:
    client, draft_id, path, code = asked
    assert Client().post(path, {"code": code, "refuse": "1"}).status_code == 200
    assert "この内容では確認しませんでした" in main_of(page(client, f"/apply/{draft_id}/second/"))
    assert press(client, f"/apply/{draft_id}/check/") == f"/apply/{draft_id}/second/"
    answer(client, draft_id, {"one": {"word": "べつの"}})
    assert press(client, f"/apply/{draft_id}/check/") == f"/apply/{draft_id}/second/"
    assert "この内容では確認しませんでした" not in main_of(page(client, f"/apply/{draft_id}/second/"))


def test_five_wrong_codes_and_days_gone_by_end_the_link(asked: tuple[Client, UUID, str, str]) -> None:
    _client, _draft_id, path, code = asked
    with standing_at(DAY.replace(day=25)):
        assert Client().get(path).status_code == 409
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert Client().post(path, {"code": wrong}).status_code in {422, 429}
    assert Client().post(path, {"code": code}).status_code == 409
    assert Client().get("/confirm/nonsense/").status_code == 404
