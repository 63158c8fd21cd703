"""Taking the register from files: all or nothing, again is nothing, what drops too much waits, who is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from jichi.engines.audit.announce import handlers
from jichi.engines.audit.context import Actor, unit
from jichi.engines.registry import actions, imports, merging, queries
from jichi.engines.registry.events import Departure, RegisterChanged, ResidentsLeft
from jichi.engines.registry.models import Household, RegisterLoad, Resident, Town
from jichi.engines.registry.rules import HIDDEN
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from .files import Row, resident, write
from .people import CLERK, LOADER, OFFICIAL, fill, resident_line

pytestmark = pytest.mark.django_db

A, B, C, D = "1000000001", "1000000002", "1000000003", "1000000004"
WARD = [resident(A), resident(B, 世帯番号="H2"), resident(C, 世帯番号="H2", 続柄表記="子", 記載順位="2"), resident(D)]
FIRST = Actor(
    kind="staff", account_id=uuid4(), permissions=frozenset({"eng_registry.import", "eng_registry.import.confirm"})
)
SECOND = Actor(kind="staff", account_id=uuid4(), permissions=frozenset({"eng_registry.import.confirm"}))


def take(folder: Path, rows: list[Row], name: str = "juki_20260402.csv", **more: Any) -> actions.ImportOutcome:
    return actions.import_register(actor=LOADER, path=write(folder, rows, name), mapping="standard", **more)


def picture() -> list[tuple[Any, ...]]:
    with unit(LOADER):
        return list(
            Resident.objects.order_by("addressee_no", "history_no").values_list(
                "addressee_no", "history_no", "is_current", "state", "name"
            )
        )


def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Everything a load announces."""
    events: list[object] = []
    monkeypatch.setattr(merging, "announce", events.append)
    return events


def test_a_file_becomes_the_mirror(tmp_path: Path) -> None:
    outcome = take(tmp_path, WARD)
    assert (outcome.state, outcome.report["new"], outcome.report["residents_after"]) == ("applied", 4, 4)
    with unit(LOADER):
        person = queries.resident(C)
        home = Household.objects.get(pk="H2")
        assert (home.head_addressee_no, home.size, home.type) == (B, 2, "single_parent")
        assert list(Town.objects.values_list("town_key", "name", "postcode")) == [
            ("13103001001", "芝一丁目", "0000001")
        ]
    assert person is not None
    assert (person.name, person.address, person.birth_date) == (
        "試験　花子",
        "東京都みどり区芝一丁目2番3号",
        date(2000, 3, 4),
    )
    load = RegisterLoad.objects.get(key=outcome.key)
    assert (load.rows, load.persons, load.encoding, load.mapping) == (4, 4, "utf-8", "standard/1")
    assert queries.register_state().kind == "file"


def test_the_same_file_again_changes_nothing_and_an_older_one_is_refused(tmp_path: Path) -> None:
    take(tmp_path, WARD)
    before = picture()
    assert take(tmp_path, WARD).state == "unchanged"
    older = take(tmp_path, WARD[:2], "juki_20260401.csv")
    assert older.state == "refused"
    assert "それより古いものです" in older.report["errors"][0]["what"]
    assert picture() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_encoding_is_found_and_recorded(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, WARD, encoding=encoding)
    outcome = actions.import_register(actor=LOADER, path=path, mapping="standard")
    assert outcome.state == "applied", outcome.report
    stored = RegisterLoad.objects.get(key=outcome.key)
    assert (stored.encoding, stored.report["newline"]) == (encoding.replace("16", "16-le"), "CRLF")
    assert stored.report["quoted"] is True
    assert picture()[0][4] == "試験　花子"


def test_the_last_real_row_is_the_current_one(tmp_path: Path) -> None:
    take(
        tmp_path,
        [
            resident(A, 2, 最新フラグ="0", 氏名="二　花子"),
            resident(A, 1, 最新フラグ="0"),
            resident(A, 2, 個人履歴番号_枝番号="1", 最新フラグ="0", 氏名="枝　花子"),
            resident(A, 3, 最新フラグ="1", 仮登録フラグ="1", 氏名="仮　花子"),
            resident(B, 1, 最新フラグ="0"),
            resident(B, 2, 最新フラグ="1", 削除フラグ="1"),
        ],
    )
    with unit(CLERK):
        current = {row.addressee_no: row for row in Resident.objects.filter(is_current=True)}
    assert {key: (row.history_no, row.branch_no) for key, row in current.items()} == {A: (2, 1), B: (1, 0)}
    with unit(OFFICIAL):
        assert not Resident.objects.filter(is_provisional=True).exists()
        person = queries.resident(A)
    assert person is not None
    assert person.name == "枝　花子"


def test_a_changed_file_changes_just_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(tmp_path, WARD)
    events = heard(monkeypatch)
    with unit(LOADER):
        ids = dict(Resident.objects.values_list("addressee_no", "pk"))
    moved = [
        resident(A, 1, 最新フラグ="0"),
        resident(A, 2, 住所_番地号表記="9番9号"),
        *WARD[1:3],
        resident(D, 住所_方書="荘"),
    ]
    outcome = take(tmp_path, moved, "juki_20260403.csv")
    report = outcome.report
    assert (outcome.state, report["new"], report["changed"], report["same"], report["removed"]) == (
        "applied", 1, 2, 2, 0,
    )  # fmt: skip
    assert [row[:3] for row in picture()] == [(A, 1, False), (A, 2, True), (B, 1, True), (C, 1, True), (D, 1, True)]
    with unit(LOADER):
        after = dict(Resident.objects.filter(history_no=1).values_list("addressee_no", "pk"))
        person = queries.resident(A)
    assert after == ids  # rows that stay are the same rows
    assert person is not None
    assert person.address == "東京都みどり区芝一丁目9番9号"
    assert events == [RegisterChanged(load_id=RegisterLoad.objects.get(key=outcome.key).pk, addressee_nos=(A, D))]


def test_move_out_and_death_are_told_apart_from_other_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(tmp_path, WARD)
    events = heard(monkeypatch)
    monkeypatch.setattr(imports, "drop_limit", lambda: 100.0)
    gone = {"住民状態": "3", "除票フラグ": "1", "死亡年月日": "2026-04-02"}
    outcome = take(
        tmp_path,
        [
            resident(A, 1, 最新フラグ="0"), resident(A, 2, **gone),
            resident(B, 1, 世帯番号="H2", 住民状態="2", **{"転出年月日（確定）": "2026-04-03"}), WARD[2],
        ],
        "juki_20260404.csv",
    )  # fmt: skip
    assert outcome.state == "applied", outcome.report
    load = RegisterLoad.objects.get(key=outcome.key).pk
    assert events == [
        ResidentsLeft(
            load_id=load,
            people=(
                Departure(addressee_no=A, state="deceased", on=date(2026, 4, 2)),
                Departure(addressee_no=B, state="moved_out", on=date(2026, 4, 3)),
                Departure(addressee_no=D, state="gone", on=None),
            ),
        ),
        RegisterChanged(load_id=load, addressee_nos=(A, B, D)),
    ]
    with unit(LOADER):
        assert [(h.household_no, h.size, h.type) for h in Household.objects.all()] == [("H2", 1, "single_parent")]


def test_events_come_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(tmp_path, WARD)
    events = heard(monkeypatch)
    monkeypatch.setattr(merging, "ANNOUNCED", 3)
    take(tmp_path, [row | {"住所_方書": "荘"} for row in WARD], "juki_20260403.csv")
    assert [e.addressee_nos for e in events if isinstance(e, RegisterChanged)] == [(A, B, C), (D,)]


def test_nobody_is_told_of_those_who_are_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = heard(monkeypatch)
    take(tmp_path, WARD)
    assert events == []
    assert isinstance(handlers(), dict)


def test_wrong_lines_refuse_the_whole_and_are_named(tmp_path: Path) -> None:
    take(tmp_path, WARD)
    before = picture()
    outcome = take(
        tmp_path,
        [*WARD[:3], resident(D, 性別="8"), resident("x-1", 世帯番号="1")], "juki_20260403.csv",
    )  # fmt: skip
    assert outcome.state == "refused"
    assert [(e["line"], e["column"]) for e in outcome.report["errors"]] == [(5, "性別"), (6, "宛名番号")]
    assert outcome.report["error_count"] == 2
    assert picture() == before


def test_a_row_given_twice_and_a_flag_on_the_wrong_row_are_errors(tmp_path: Path) -> None:
    outcome = take(tmp_path, [resident(A, 1), resident(A, 2), resident(B), resident(B)])
    assert [(e["line"], e["column"]) for e in outcome.report["errors"]] == [(2, "最新フラグ"), (5, "個人履歴番号")]
    assert picture() == []


def test_an_unclosed_quote_is_an_error_of_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, WARD)
    path.write_bytes(path.read_bytes().rstrip()[:-1])
    outcome = actions.import_register(actor=LOADER, path=path, mapping="standard")
    assert (outcome.state, outcome.report["errors"][0]["line"]) == ("refused", 5)


def test_lines_are_counted_past_line_ends_in_cells_and_empty_lines(tmp_path: Path) -> None:
    path = write(tmp_path, [resident(A, 住所_方書="一\r\n二\n三"), resident(B), resident(C, 性別="8")])
    assert actions.import_register(actor=LOADER, path=path, mapping="standard").report["errors"][0]["line"] == 6
    path.write_bytes(path.read_bytes().replace(f'"131032","{B}"'.encode(), f'\r\n"131032","{B}"'.encode()))
    assert actions.import_register(actor=LOADER, path=path, mapping="standard").report["errors"][0]["line"] == 7


def test_a_dry_run_looks_and_changes_nothing(tmp_path: Path) -> None:
    outcome = take(tmp_path, WARD, dry_run=True)
    assert (outcome.state, outcome.report["new"]) == ("ready", 4)
    assert picture() == []
    assert queries.register_state().kind == ""


def test_a_look_does_not_keep_a_sample_ward_from_being_removed(tmp_path: Path) -> None:
    fill([resident_line(A)], [])
    take(tmp_path, WARD, dry_run=True)
    actions.remove_sample(actor=LOADER)
    take(tmp_path, WARD)
    with pytest.raises(Conflict, match=r"registry\.not_a_sample"):
        actions.remove_sample(actor=LOADER)


def test_who_is_not_on_the_register_is_kept_apart(tmp_path: Path) -> None:
    outcome = take(tmp_path, [resident(A), resident(B, 住民状態="4")])
    assert (outcome.report["residents_after"], outcome.report["outside"]) == (1, 1)
    with unit(LOADER):
        person = queries.resident(B)
        assert queries.household_of(B) == ()
    assert person is not None
    assert person.state == "outside"


def test_unknown_and_impossible_birthdays_are_kept_as_they_are(tmp_path: Path) -> None:
    unknown = {
        "生年月日": "1933-00-00",
        "生年月日_元号": "昭和",
        "生年月日_不詳フラグ": "1",
        "生年月日_不詳表記": "月日不詳",
    }
    outcome = take(tmp_path, [resident(A) | unknown, resident(B, 生年月日="1951-02-29", 生年月日_元号="昭和")])
    assert (outcome.report["unknown_births"], outcome.report["odd_births"]) == (1, 1)
    with unit(LOADER):
        one, two = queries.resident(A), queries.resident(B)
    assert one is not None
    assert two is not None
    assert (one.birth_text, one.birth_date, one.age_on(date(2026, 4, 1))) == ("昭和8年月日不詳", None, None)
    assert (two.birth_text, two.birth_date) == ("昭和26年2月29日", date(1951, 2, 28))


# -- waiting -----------------------------------------------------------------------------------


@contextmanager
def waiting(folder: Path) -> Iterator[UUID]:
    """A load that would drop half of the ward, begun by FIRST."""
    take(folder, WARD)
    path = write(folder, WARD[:2], "juki_20260403.csv")
    outcome = actions.import_register(actor=FIRST, path=path, mapping="standard")
    assert outcome.state == "waiting"
    assert outcome.report["reasons"] == ["今の住民4人のうち2人(50.0%)が住民でなくなります(2%を超えたので止めました)。"]
    yield outcome.key


def test_what_drops_too_many_waits_and_a_second_official_lets_it_pass(tmp_path: Path) -> None:
    with waiting(tmp_path) as key:
        assert len(picture()) == 4
        actions.confirm_load(actor=SECOND, key=key)
        outcome = imports.apply_confirmed(key=key)
        assert outcome is not None
        assert outcome.state == "applied"
        assert [row[0] for row in picture()] == [A, B]
        assert RegisterLoad.objects.get(key=key).decided_by == SECOND.account_id
        assert imports.apply_confirmed(key=key) is None
        with pytest.raises(Conflict, match=r"registry\.not_waiting"):
            actions.confirm_load(actor=SECOND, key=key)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [(FIRST, Conflict), (Actor(kind="staff", account_id=uuid4()), Forbidden), (LOADER, Conflict)],
)
def test_who_began_it_can_not_confirm_it(tmp_path: Path, actor: Actor, refusal: type[Exception]) -> None:
    with waiting(tmp_path) as key:
        with pytest.raises(refusal):
            actions.confirm_load(actor=actor, key=key)
        assert RegisterLoad.objects.get(key=key).state == "waiting"
        assert len(picture()) == 4


def test_a_file_that_changed_meanwhile_is_not_applied(tmp_path: Path) -> None:
    with waiting(tmp_path) as key:
        write(tmp_path, WARD[:1], "juki_20260403.csv")
        actions.confirm_load(actor=SECOND, key=key)
        outcome = imports.apply_confirmed(key=key)
        assert outcome is not None
        assert (outcome.state, len(picture())) == ("refused", 4)


def test_a_load_may_be_dropped(tmp_path: Path) -> None:
    with waiting(tmp_path) as key:
        actions.drop_load(actor=FIRST, key=key)
        assert RegisterLoad.objects.get(key=key).state == "dropped"
        assert len(picture()) == 4
        with pytest.raises(Conflict):
            actions.confirm_load(actor=SECOND, key=key)


def test_a_town_that_vanishes_waits_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "drop_limit", lambda: 100.0)
    take(tmp_path, [*WARD[:3], resident(D, 住所_町字コード="13103001002", 住所_町字="芝二丁目")])
    outcome = take(tmp_path, WARD, "juki_20260403.csv")
    assert (outcome.state, outcome.report["reasons"]) == (
        "waiting",
        ["住民が1人もいなくなる町があります: 芝二丁目。"],
    )


def test_loading_needs_the_permission_a_file_and_a_day(tmp_path: Path) -> None:
    path = write(tmp_path, WARD, "juki.csv")
    with pytest.raises(Forbidden):
        actions.import_register(actor=OFFICIAL, path=path, mapping="standard")
    with pytest.raises(Invalid, match=r"registry\.no_file_date"):
        actions.import_register(actor=LOADER, path=path, mapping="standard")
    with pytest.raises(Invalid, match=r"registry\.no_such_file"):
        actions.import_register(actor=LOADER, path=tmp_path / "x.csv", mapping="standard")
    with pytest.raises(NotFound):
        actions.import_register(actor=LOADER, path=path, mapping="none")
    with pytest.raises(Forbidden):
        queries.loads(actor=OFFICIAL)
    assert not RegisterLoad.objects.exists()
    assert take(tmp_path, WARD, "juki.csv", as_of=date(2026, 4, 1)).state == "applied"


# -- protections -------------------------------------------------------------------------------

HEAD = (
    "支援措置番号,支援措置区分,申出者_宛名番号,対象者_宛名番号,加害者_宛名番号,加害者_氏名,"
    "支援措置期間_開始年月日,支援措置期間_終了年月日,解除年月日,解除理由,制限対象証明書,制限対象住所,制限区分\n"
)
ONE = f"S1,1,{A},{A},{D},,2025-06-01,令和8年5月31日,,,1,1,1\nS1,1,{A},{A},{D},,2025-06-01,令和8年5月31日,,,2,2,1\n"
TWO = f"S2,4,{B},{B},,,2025-06-01,2026-05-31,,,1,1,2\n"


def protect(folder: Path, lines: str, name: str = "shien_20260402.csv") -> actions.ImportOutcome:
    path = folder / name
    path.write_text(HEAD + lines, encoding="utf-8")
    return actions.import_register(actor=LOADER, path=path, mapping="protections")


def address_of(number: str) -> str:
    with unit(OFFICIAL):
        person = queries.resident(number)
    assert person is not None
    return person.address


def test_measures_hide_addresses_and_do_not_end_by_being_left_out(tmp_path: Path) -> None:
    take(tmp_path, WARD)
    first = protect(tmp_path, ONE + TWO)
    assert (first.state, first.report["new"]) == ("applied", 2)
    assert (address_of(A), address_of(B)) == (HIDDEN, HIDDEN)
    missing = protect(tmp_path, ONE, "shien_20260403.csv")
    assert missing.state == "waiting"
    assert address_of(B) == HIDDEN
    actions.confirm_load(actor=SECOND, key=missing.key)
    imports.apply_confirmed(key=missing.key)
    assert address_of(A) == HIDDEN
    assert address_of(B) != HIDDEN
    again = protect(tmp_path, ONE, "shien_20260404.csv")
    assert again.state == "unchanged"


def test_a_measure_that_the_file_lifts_is_lifted(tmp_path: Path) -> None:
    take(tmp_path, WARD)
    protect(tmp_path, TWO)
    lifted = protect(tmp_path, TWO.replace(",,,1,1,2", ",2026-04-02,本人の申出,1,1,2"), "shien_20260403.csv")
    assert (lifted.state, lifted.report["changed"]) == ("applied", 1)
    assert address_of(B) != HIDDEN


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (f",1,{A},{A},,,2025-06-01,2026-05-31,,,,,\n", "支援措置番号"),
        (f"S9,7,{A},{A},,,2025-06-01,2026-05-31,,,,,\n", "支援措置区分"),
        (f"S9,1,{A},{A},,,2025-06-01,いつか,,,,,\n", "支援措置期間_終了年月日"),
        (f"S9,1,{A},{A},,,2026-06-01,2026-05-31,,,,,\n", "支援措置期間_開始年月日"),
        (f"S1,1,{A},{A},{B},,2025-06-01,2026-05-31,,,,,\n", "支援措置番号"),
        ("S9,1\n", ""),
    ],
)
def test_a_wrong_measure_refuses_the_file(tmp_path: Path, line: str, column: str) -> None:
    take(tmp_path, WARD)
    outcome = protect(tmp_path, ONE + line)
    assert (outcome.state, [(e["line"], e["column"]) for e in outcome.report["errors"]]) == ("refused", [(4, column)])
    assert address_of(A) != HIDDEN
