"""A file of people: what is read, what is wrong, what it changes, and that nothing happens by halves."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.rules import Organisation
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid
from jichi.kernel.tables import MOST_BYTES

from .. import actions, commands, queries, rules
from ..models import PeopleLoad
from .conftest import SYSTEM, Office

ROLES = ("caseworker", "section_chief", "administrator")
WORDS = rules.Words({"youth": "youth", "子ども若者課": "youth"}, {"担当": "caseworker", "係長": "section_chief"})
COLUMNS = queries.own_mapping()


def read(text: str) -> tuple[list[rules.Row], list[tuple[int, str, str]]]:
    rows, errors = rules.read_people(text.encode(), COLUMNS, WORDS)
    return list(rows), [(one.line, one.column, one.error.code) for one in errors]


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("職員ID\nx1\n", [(1, "氏名", "table.no_column")]),
        ("職員ID,uid,氏名\nx1,x1,あ\n", [(1, "uid", "table.heading_twice")]),
        ("職員ID,氏名\n", [(0, "", "table.no_rows")]),
        ("職員ID,氏名\n!,あ\nx2,\n", [(2, "職員ID", "people.login"), (3, "氏名", "field.required")]),
        ("職員ID,氏名,メール\nx1,あ,a@\n", [(2, "メール", "field.email")]),
        ("職員ID,氏名,課,職\nx1,あ,無い課,主事\n", [(2, "課", "admin.division")]),
        ("職員ID,氏名,課,職\nx1,あ,youth,\n", [(2, "職", "people.post_half")]),
        ("職員ID,氏名,課,職,役割\nx1,あ,youth,主事,神\n", [(2, "役割", "admin.role")]),
        ("職員ID,氏名,開始日,終了日\nx1,あ,2027-04-01,2027-03-31\n", [(2, "終了日", "people.days")]),
        ("職員ID,氏名,開始日\nx1,あ,いつか\n", [(2, "開始日", "field.unreadable_date")]),
        ("職員ID,氏名\nx1,あ\nx1,い\n", [(3, "氏名", "people.differs")]),
        ("職員ID,氏名,課,職\nx1,あ,youth,主事\nx1,あ,youth,主事\n", [(3, "職", "people.twice")]),
        ("職員ID,氏名\nx1,\0\n", [(0, "", "table.not_text")]),
        ("dn: uid=x1\nuid: x1\ncn:: !!\n", [(3, "cn", "admin.not_base64")]),
        ("dn: uid=x1\nuid: x1\n", [(1, "氏名", "table.no_column")]),
    ],
)  # fmt: skip
def test_errors_name_line_and_column(text: str, errors: list[tuple[int, str, str]]) -> None:
    assert read(text)[1] == errors


def test_csv_in_both_encodings_and_ldif_say_the_same() -> None:
    text = "職員ID,氏名,課,職,役割\r\nx1,髙木　優子,子ども若者課,主事,担当\r\n"
    utf8, _ = rules.read_people(b"\xef\xbb\xbf" + text.encode(), COLUMNS, WORDS)
    sjis, _ = rules.read_people(text.encode("cp932"), COLUMNS, WORDS)
    name = base64.b64encode("髙木　優子".encode()).decode()
    ldif = (
        f"version: 1\n# people\ndn: ou=people\nobjectClass: organizationalUnit\n\ndn: uid=x1,ou=people\nuid: x1\n"
        f"cn:: {name[:9]}\n {name[9:]}\ndepartmentNumber: youth\ntitle:: {base64.b64encode('主事'.encode()).decode()}\n"
    )
    of_directory, errors = rules.read_people(ldif.encode(), COLUMNS, WORDS)
    assert not errors
    told = [(r.login, r.name, r.division, r.title, r.roles) for r in (*utf8, *sjis, *of_directory)]
    assert told == [("x1", "髙木　優子", "youth", "主事", ("caseworker",))] * 3  # the title's roles where none are told


@pytest.mark.parametrize(
    "text", ["columns: [", "columns: {uid: x}", "columns: {login: a, name: b}\ntitles: {係長: [king]}"]
)
def test_a_mapping_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rules.mapping_from(text, ROLES)


def apply(actor: Actor, text: str) -> int:
    key = actions.read_people_load(actor=actor, filename="p.csv", data=text.encode())
    found = queries.compared(text.encode(), actor=actor)
    assert not found.errors, found.errors
    return actions.apply_people_load(actor=actor, id=key, expected=found.fingerprint)


FILE = (
    "職員ID,氏名,フリガナ,課,職,役割,開始日,終了日\r\n"
    "sato,佐藤　真紀,サトウ　マキ,youth,主事,担当,,2099-03-31\r\n"
    "new,新人　葵,シンジン　アオイ,情報政策課,主任,担当、係長,2030-04-01,\r\n"
)


def test_a_file_is_applied_whole_and_the_same_again_changes_nothing(office: Office) -> None:
    boss = office.actor("boss")
    assert apply(boss, FILE) == 4
    found = queries.organisation()
    assert (found.people["new"].kana, found.people["new"].may_sign_in) == ("シンジン　アオイ", False)
    held = {(h.login, h.division, h.title): h for h in found.holdings}
    assert held["sato", "youth", "主事"].until == date(2099, 3, 31)
    new = held["new", "information", "主任"]
    assert (new.roles, new.since, new.until) == (("caseworker", "section_chief"), date(2030, 4, 1), None)
    assert queries.compared(FILE.encode(), actor=boss).changes == ()
    assert queries.compared(rules.write_people(found), actor=boss).changes == ()
    assert bytes(PeopleLoad.objects.get().content) == b""
    assert [one.login for one in actions.invite_people(actor=boss, logins=("new", "sato"))] == ["new"]


def test_what_changed_since_the_look_is_not_taken_over(office: Office) -> None:
    boss = office.actor("boss")
    key = actions.read_people_load(actor=boss, filename="p.csv", data=FILE.encode())
    assert actions.read_people_load(actor=boss, filename="again.csv", data=FILE.encode()) == key
    seen = queries.compared(FILE.encode(), actor=boss).fingerprint
    apply(boss, "職員ID,氏名\r\nnew,他の人\r\n")
    with pytest.raises(Conflict, match=r"admin\.changed_since"):
        actions.apply_people_load(actor=boss, id=key, expected=seen)
    assert "new" in queries.organisation().people
    assert all(one.login != "new" for one in queries.organisation().holdings)
    actions.drop_people_load(actor=boss, id=key)
    with pytest.raises(Conflict, match=r"admin\.not_waiting"):
        actions.apply_people_load(actor=boss, id=key, expected=seen)


def test_periods_that_overlap_are_refused_and_nothing_is_taken_over(office: Office) -> None:
    boss = office.actor("boss")
    row = "sato,佐藤　真紀,youth,主事,担当"
    apply(boss, f"職員ID,氏名,課,職,役割,開始日,終了日\r\n{row},,2098-03-31\r\n")
    later = f"職員ID,氏名,課,職,役割,開始日,終了日\r\n{row},2024-04-01,2099-03-31\r\nx1,新人,,,,,\r\n"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO eng_accounts_postholding (post_id, account_id, during) SELECT post_id, account_id, "
            "'[2098-04-01,2100-01-01)' FROM eng_accounts_postholding WHERE account_id = %s", [office.ids["sato"]],
        )  # fmt: skip
    with pytest.raises(Conflict, match=r"people\.overlap"):
        apply(boss, later)
    assert "x1" not in queries.organisation().people


def test_no_official_makes_an_administrator_by_a_file_the_operator_may(office: Office, tmp_path: Path) -> None:
    text = "職員ID,氏名,課,職,役割\r\nsato,佐藤　真紀,information,主査,管理者\r\n"
    found = queries.compared(text.encode(), actor=office.actor("boss"))
    assert [one.error.code for one in found.errors] == ["rights.second"]
    own = "職員ID,氏名,課,職,役割\r\nboss,管理　太郎,youth,係長,係長\r\n"
    with pytest.raises(Conflict, match=r"rights\.own"):
        apply(office.actor("boss"), own)
    assert [h.division for h in queries.organisation().holdings if h.login == "boss"] == ["information"]
    path = tmp_path / "people.csv"
    path.write_text(text, "utf-8")
    assert commands.main(["check", str(path)]) == 0
    assert commands.main(["import", str(path)]) == 0
    signed = accounts.signed_in(account_id=office.ids["sato"], today=clock.today())
    assert signed is not None
    assert "administrator" in signed.roles
    assert commands.main(["export", str(tmp_path / "out.csv")]) == 0
    path.write_text("職員ID,氏名\r\n!,\r\n", "utf-8")
    assert commands.main(["import", str(path)]) == 1


def test_only_administrators_read_files_and_a_refused_one_changes_nothing(office: Office) -> None:
    with pytest.raises(Forbidden):
        actions.read_people_load(actor=office.actor("sato"), filename="p.csv", data=FILE.encode())
    for data in (b"", b" \n", b"x" * (MOST_BYTES + 1)):
        with pytest.raises(Invalid):
            actions.read_people_load(actor=SYSTEM, filename="p.csv", data=data)
    key = actions.read_people_load(actor=SYSTEM, filename="p.csv", data="職員ID,氏名\nx1,\n".encode())
    with pytest.raises(Conflict, match=r"admin\.not_waiting"):
        actions.apply_people_load(actor=SYSTEM, id=key, expected="")
    assert set(queries.organisation().people) == set(office.ids)
    assert Organisation() == Organisation({}, {}, ())
