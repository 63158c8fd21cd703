"""Bodies and their officers: files taken whole or not at all, who sees them, the pages for officials."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.registry import actions, queries
from jichi.engines.registry.errors import FileRefused
from jichi.engines.registry.models import OfficerTerm, Organization
from jichi.engines.registry.rules import read_bodies, read_officers
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden

from .people import LOADER, fill, resident_line

pytestmark = pytest.mark.django_db

ONE, TWO, CHAIR, MEMBER = "9000000106", "9000000114", "1000000001", "1000000002"
HEAD = "団体番号,種別,名称,フリガナ,郵便番号,所在地,町字,法人番号,状態\n"
BODIES = HEAD + (
    f"{ONE},町会・自治会,芝一丁目町会,シバイッチョウメチョウカイ,000-0001,東京都みどり区芝一丁目1番1号,13103001001,,活動中\n"
    f'{TWO},NPO,"特定非営利活動法人　髙﨑の会",,,,,7000012050002,\n'
)
TERMS = "団体番号,宛名番号,役職,就任日,退任日\n"
OFFICERS = TERMS + f"{ONE},{CHAIR},会長,令和6年4月1日,\n{ONE},{MEMBER},会計,2020-04-01,2022-03-31\n"
OFFICIAL = Actor(kind="staff", permissions=frozenset({"eng_registry.organisation.view"}))


def load(bodies: str = BODIES, officers: str = OFFICERS) -> actions.OrganisationsLoaded:
    return actions.import_organisations(
        actor=LOADER, bodies=bodies, officers=officers, label="団体.csv", as_of=date(2026, 4, 1)
    )


def resident(number: str) -> Actor:
    account = accounts.create_resident_account(actor=LOADER, email=f"{number}@example.jp")
    accounts.link_person(actor=LOADER, account_id=account.pk, addressee_no=number, how="sample")
    return Actor(kind="resident", account_id=account.pk)


def test_a_file_is_taken_and_the_same_again_changes_nothing() -> None:
    first = load()
    assert (first.organisations, first.officers, first.changed) == (2, 2, 4)
    assert load().changed == 0
    with unit(OFFICIAL):
        body = queries.organisation(ONE)
        other = queries.organisation(TWO)
    assert body is not None
    assert other is not None
    assert (body.kind_title, body.name, body.postcode, body.is_active) == (
        "町会・自治会",
        "芝一丁目町会",
        "0000001",
        True,
    )
    assert [(o.post, o.addressee_no, o.starts_on, o.ends_on) for o in body.officers] == [
        ("会長", CHAIR, date(2024, 4, 1), None), ("会計", MEMBER, date(2020, 4, 1), date(2022, 3, 31)),
    ]  # fmt: skip
    assert (other.name, other.corporate_number, other.officers) == ("特定非営利活動法人　髙﨑の会", "7000012050002", ())


def test_a_changed_file_changes_just_what_it_says() -> None:
    load()
    changed = load(
        HEAD + f"{ONE},町会・自治会,芝一丁目自治会,,,,,,解散\n", TERMS + f"{ONE},{MEMBER},会長,2026-04-01,\n"
    )
    assert changed.changed == 4  # the body, two terms gone, one new
    with unit(OFFICIAL):
        body = queries.organisation(ONE)
    assert body is not None
    assert (body.name, body.is_active) == ("芝一丁目自治会", False)
    assert [(o.addressee_no, o.post) for o in body.officers] == [(MEMBER, "会長")]
    assert Organization.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "column", "what"),
    [
        ("12a,NPO,会,,,,,,", "団体番号", "番号がないか、数字でない文字があります。"),
        ("123456789018,NPO,会,,,,,,", "団体番号", "個人番号(マイナンバー)に見えます。"),
        (f"{ONE},同好会,会,,,,,,", "種別", "「同好会」は使えません。"),
        (f"{ONE},NPO,,,,,,,", "名称", "空です。"),
        (f"{ONE},NPO,会,,,,,7000012050003,", "法人番号", "検査数字が合いません。"),
        (f"{ONE},NPO,会,,12-34,,,,", "郵便番号", "7けたではありません。"),
        (f"{ONE},NPO,会,,,,,,休止", "状態", "「休止」は使えません。"),
        (f"{ONE},NPO,会", "", "列が3個です。"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_taken(line: str, column: str, what: str) -> None:
    with pytest.raises(FileRefused) as refused:
        load(BODIES + line + "\n", "")
    assert [(e.line, e.column, e.what) for e in refused.value.lines] == [(4, column, what)]
    assert Organization.objects.count() == 0


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (f"{ONE},{CHAIR},,2026-04-01,", "役職"),
        (f"{ONE},{CHAIR},会長,四月,", "就任日"),
        (f"{ONE},{CHAIR},会長,2026-04-01,2026-03-31", "退任日"),
        (f"{ONE},,会長,2026-04-01,", "宛名番号"),
        (f"{ONE},{CHAIR},会長,R6.4.1,", "団体番号"),  # the line before once more
    ],
)
def test_a_wrong_term_is_named_and_nothing_is_taken(line: str, column: str) -> None:
    with pytest.raises(FileRefused) as refused:
        load(officers=TERMS + f"{ONE},{CHAIR},会長,令和6年4月1日,\n" + line + "\n")
    assert [(e.line, e.column) for e in refused.value.lines] == [(3, column)]
    assert (Organization.objects.count(), OfficerTerm.objects.count()) == (0, 0)


def test_an_officer_of_an_unknown_body_refuses_the_whole() -> None:
    with pytest.raises(FileRefused) as refused:
        load(officers=OFFICERS + f"1234567890,{CHAIR},会長,2026-04-01,\n")
    assert (
        str(refused.value.lines[0])
        == "4行目の「団体番号」: 1234567890の団体はありません。先に団体を取り込んでください。"
    )
    assert Organization.objects.count() == 0


def test_a_header_that_lacks_a_column_is_said_at_once() -> None:
    entries, errors = read_bodies(["団体番号,名称\n", "1,会\n"])
    assert entries == []
    assert str(errors[0]).startswith("1行目: 見出しに「種別」「フリガナ」")


def test_lines_are_counted_where_people_see_them() -> None:
    _, errors = read_officers([TERMS, "\n", f'{ONE},{CHAIR},"会\n', '長",2026-04-01,\n', f"{ONE},x,会長,2026-04-01,\n"])
    assert [(e.line, e.column) for e in errors] == [(5, "宛名番号")]


def test_loading_needs_the_permission() -> None:
    with pytest.raises(Forbidden):
        actions.import_organisations(actor=OFFICIAL, bodies=BODIES, label="x", as_of=date(2026, 4, 1))
    with pytest.raises(Forbidden):
        queries.search_organisations(actor=Actor(kind="staff"))
    assert Organization.objects.count() == 0


def test_posts_count_from_their_first_day_to_their_last() -> None:
    load()
    with unit(LOADER):
        for day, expected in (
            (date(2020, 3, 31), []), (date(2020, 4, 1), ["会計"]),
            (date(2022, 3, 31), ["会計"]), (date(2022, 4, 1), []),
        ):  # fmt: skip
            assert [p.post for p in queries.organisations_of_person(MEMBER, day)] == expected


def test_officers_see_their_own_body_and_nobody_elses() -> None:
    load(officers=OFFICERS + f"{TWO},{MEMBER},会長,2026-04-01,\n")
    chair = resident(CHAIR)
    with unit(chair):
        assert queries.organisation(TWO) is None
        body = queries.organisation(ONE)
        assert body is not None
        assert [o.name for o in body.officers] == ["", ""]
        assert chair.account_id is not None
        assert [(p.org_no, p.post) for p in queries.organisations_of(chair.account_id)] == [(ONE, "会長")]
        assert queries.organisations_of_person(MEMBER, date(2026, 5, 1)) == ()


def test_a_former_officer_a_stranger_and_an_official_without_the_permission_see_nothing() -> None:
    load()
    for actor in (resident(MEMBER), resident("1000000009"), Actor(kind="staff"), Actor()):
        with unit(actor):
            assert queries.organisation(ONE) is None
            assert OfficerTerm.objects.count() == 0


def test_a_term_that_ended_yesterday_shows_nothing_today() -> None:
    yesterday = clock.today() - timedelta(days=1)
    load(officers=TERMS + f"{ONE},{CHAIR},会長,2020-04-01,{yesterday}\n{TWO},{CHAIR},会長,2020-04-01,{clock.today()}\n")
    with unit(resident(CHAIR)):
        assert queries.organisation(ONE) is None
        assert queries.organisation(TWO) is not None


def official() -> UUID:
    accounts.create_division(actor=LOADER, code="REG", names={"ja": "戸籍住民課", "en": "Residents"})
    account = accounts.create_staff_account(
        actor=system_actor("test"), login="clerk", name="担当", password="many plain words 1",
        roles=("caseworker",), division_codes=("REG",),
    )  # fmt: skip
    return account.pk


def test_the_pages_show_bodies_and_who_holds_which_post() -> None:
    fill([resident_line(CHAIR, name="鈴木　大輔")], [])
    load()
    client = browser(official(), second_factor=True)
    found: Any = client.get("/staff/register/organisations/", {"q": "高崎"})
    text = found.content.decode()
    assert "髙﨑の会" in text  # found by the common form of its letters
    assert "芝一丁目町会" not in text
    assert "髙﨑の会" not in client.get("/staff/register/organisations/?kind=pta").content.decode()
    one = client.get(f"/staff/register/organisations/{ONE}/").content.decode()
    assert "鈴木　大輔" in one
    assert "これまで・これからの役員" in one
    assert client.get("/staff/register/organisations/1/").status_code == 404
