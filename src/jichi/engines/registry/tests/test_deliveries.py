"""One delivery: several files, changes only, in their order; numbers, codes of 続柄, how old the mirror is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from jichi.engines.audit.context import unit
from jichi.engines.registry import actions, commands, doctor, queries
from jichi.engines.registry.models import RegisterLoad, Resident
from jichi.engines.registry.rules.importing import Before, MappingError, load_mapping, out_of_order, read_name
from jichi.kernel import clock
from jichi.kernel.errors import Invalid

from .files import STANDARD, Row, resident, write
from .people import LOADER

db = pytest.mark.django_db
A, B, C, D = "1000000001", "1000000002", "1000000003", "1000000004"
WARD = [resident(A), resident(B), resident(C), resident(D)]
TODAY = date(2026, 11, 21)
MONDAY = date(2026, 4, 6)


def take(folder: Path, rows: list[Row], name: str, mapping: str = "standard") -> actions.ImportOutcome:
    return actions.import_register(actor=LOADER, path=write(folder, rows, name), mapping=mapping)


def people() -> dict[tuple[str, int], tuple[str, bool]]:
    with unit(LOADER):
        return {
            (row.addressee_no, row.history_no): (row.name, row.is_current)
            for row in Resident.objects.order_by("addressee_no", "history_no")
        }


def words(outcome: actions.ImportOutcome) -> str:
    return " ".join(f"{e['line']} {e['column']} {e['what']}" for e in outcome.report.get("errors", ()))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("juki_20260402.csv", (1, 1, False, None)),
        ("juki_20260402_2of3.csv", (2, 3, False, None)),
        ("juki_20260402_3of2.csv", (1, 1, False, None)),
        ("juki_sabun12_20260403.csv", (1, 1, True, 12)),
        ("juki_差分_20260403.csv", (1, 1, True, None)),
        ("juki_sabun_7_20260403_1of2.csv", (1, 2, True, 7)),
    ],
)
def test_a_name_says_part_kind_and_number(name: str, wanted: tuple[int, int, bool, int | None]) -> None:
    found = read_name(name, STANDARD)
    assert (found.part, found.parts, found.is_difference, found.sequence) == wanted
    assert found.as_of is not None


@pytest.mark.parametrize(
    ("as_of", "changes", "sequence", "before", "words"),
    [
        (TODAY, False, None, None, ""),
        (TODAY + timedelta(1), False, None, None, "まだ来ていない日"),
        (MONDAY, True, 1, None, "全件のファイル"),
        (MONDAY, False, None, Before(as_of=MONDAY), ""),
        (MONDAY, False, None, Before(as_of=TODAY), "それより古い"),
        (MONDAY, True, 1, Before(as_of=MONDAY), ""),
        (MONDAY, True, 2, Before(as_of=MONDAY), "1号がまだ"),
        (TODAY, True, 5, Before(as_of=MONDAY, is_difference=True, sequence=4), ""),
        (TODAY, True, 6, Before(as_of=MONDAY, is_difference=True, sequence=4), "5号がまだ"),
        (TODAY, True, 4, Before(as_of=MONDAY, is_difference=True, sequence=4), "4号は取り込み済み"),
        (MONDAY + timedelta(1), True, None, Before(as_of=MONDAY), ""),
        (MONDAY + timedelta(2), True, None, Before(as_of=MONDAY), "次の日の差分ではありません"),
        (MONDAY, True, None, Before(as_of=MONDAY), "次の日の差分ではありません"),
    ],
)
def test_what_may_follow_what(
    as_of: date, changes: bool, sequence: int | None, before: Before | None, words: str
) -> None:
    said = out_of_order(as_of, changes=changes, sequence=sequence, before=before, today=TODAY)
    assert words in said if words else said == ""


@pytest.mark.parametrize(("key", "text"), [("part", r"(\d)"), ("difference", "(a)(b)"), ("file_date", r"(\d{4})")])
def test_an_expression_with_other_groups_is_no_mapping(key: str, text: str) -> None:
    source = (Path(__file__).parent.parent / "mappings" / "standard.yaml").read_text(encoding="utf-8")
    lines = [f"{key}: '{text}'" if line.startswith(f"{key}:") else line for line in source.splitlines()]
    with pytest.raises(MappingError, match="かっこの数"):
        load_mapping("\n".join(lines))


@db
def test_parts_are_taken_in_together_or_not_at_all(tmp_path: Path) -> None:
    first = write(tmp_path, WARD[:2], "juki_20260402_1of2.csv")
    with pytest.raises(Invalid, match="parts_missing") as refused:
        actions.import_register(actor=LOADER, path=first, mapping="standard")
    assert refused.value.params == {"numbers": "2", "count": 2}
    assert not RegisterLoad.objects.exists()
    write(tmp_path, [*WARD[2:3], resident("1000000009", 性別="8")], "juki_20260402_2of2.csv")
    bad = actions.import_register(actor=LOADER, path=first, mapping="standard")
    assert bad.state == "refused"
    assert words(bad) == "3 性別 「juki_20260402_2of2.csv」: 「8」はコード表にありません。"
    assert people() == {}
    write(tmp_path, [*WARD[2:], WARD[0]], "juki_20260402_2of2.csv")
    twice = actions.import_register(actor=LOADER, path=first, mapping="standard")
    assert words(twice).startswith("4 個人履歴番号 「juki_20260402_2of2.csv」: 同じ")
    second = write(tmp_path, WARD[2:], "juki_20260402_2of2.csv")
    assert commands.main(["import", str(first), str(second)]) == 0
    assert len(people()) == 4
    load = RegisterLoad.objects.latest("pk")
    assert (load.state, load.label, load.rows) == ("applied", "juki_20260402_1of2.csv ほか1", 4)
    again = actions.import_register(actor=LOADER, path=second, mapping="standard")
    assert again.state == "unchanged"


@db
def test_changes_follow_the_whole_in_their_order(tmp_path: Path) -> None:
    moved = resident(B, 2, 氏名="転居　花子", 住所_番地号表記="9番9号")
    early = take(tmp_path, [moved], "juki_sabun1_20260403.csv")
    assert (early.state, "全件" in words(early)) == ("refused", True)
    take(tmp_path, WARD, "juki_20260402.csv")
    gap = take(tmp_path, [moved], "juki_sabun2_20260404.csv")
    assert (gap.state, "1号がまだ" in words(gap)) == ("refused", True)
    assert len(people()) == 4
    done = take(tmp_path, [moved, resident("1000000005", 氏名="出生　一郎")], "juki_sabun1_20260403.csv")
    assert done.state == "applied"
    assert {k: done.report[k] for k in ("rows", "new", "changed", "same", "removed", "dropped")} == {
        "rows": 2, "new": 2, "changed": 1, "same": 0, "removed": 0, "dropped": 0,
    }  # fmt: skip
    found = people()
    assert len(found) == 6
    assert (found[B, 1][1], found[B, 2]) == (False, ("転居　花子", True))
    assert found[A, 1] == ("試験　花子", True)
    assert queries.register_state().residents == 5
    assert take(tmp_path, [moved, resident("1000000005", 氏名="出生　一郎")], "juki_sabun1_20260403.csv").state == (
        "unchanged"
    )
    died = take(tmp_path, [resident(C, 2, 住民状態="3", 死亡年月日="2026-04-03")], "juki_sabun2_20260404.csv")
    assert died.state == "waiting"  # one of five is more than the limit: changes are looked at like the whole
    assert died.report["dropped"] == 1
    now = [WARD[0], resident(B, 最新フラグ="0"), moved, *WARD[2:], resident("1000000005", 氏名="出生　一郎")]
    whole = take(tmp_path, now, "juki_20260405.csv")
    assert (whole.state, whole.report["same"]) == ("applied", 6)


@db
def test_changes_that_hold_whole_persons_take_old_rows_away(tmp_path: Path, settings: Settings) -> None:
    settings.JICHI_HOME = tmp_path
    source = (Path(__file__).parent.parent / "mappings" / "standard.yaml").read_text(encoding="utf-8")
    (tmp_path / "register" / "mappings").mkdir(parents=True)
    (tmp_path / "register" / "mappings" / "town.yaml").write_text(
        source.replace("id: standard", "id: town").replace("difference_holds: rows", "difference_holds: persons")
    )
    take(
        tmp_path,
        [resident(A, 最新フラグ="0"), *WARD[1:], resident(A, 2, 氏名="誤り　花子")],
        "juki_20260402.csv",
        "town",
    )
    done = take(tmp_path, [resident(A, 氏名="正しい　花子")], "juki_sabun1_20260403.csv", "town")
    assert (done.state, done.report["removed"], done.report["changed"]) == ("applied", 1, 1)
    assert people()[A, 1] == ("正しい　花子", True)
    assert len(people()) == 4


@db
def test_a_day_that_has_not_come_is_refused(tmp_path: Path) -> None:
    day = clock.today() + timedelta(days=1)
    outcome = take(tmp_path, WARD, f"juki_{day:%Y%m%d}.csv")
    assert (outcome.state, "まだ来ていない日" in words(outcome)) == ("refused", True)
    assert people() == {}


@db
def test_relationship_codes_and_check_digits_are_data(tmp_path: Path, settings: Settings) -> None:
    settings.JICHI_HOME = tmp_path
    source = (Path(__file__).parent.parent / "mappings" / "standard.yaml").read_text(encoding="utf-8")
    (tmp_path / "register" / "mappings").mkdir(parents=True)
    (tmp_path / "register" / "mappings" / "town.yaml").write_text(
        source.replace("id: standard", "id: town")
        .replace("check_digit: ''", "check_digit: zero")
        .replace("codes:\n", "codes:\n  relationship: {'02': 世帯主, '20': 子, '12': 妻}\n", 1)
    )
    head = resident("1000000015", 世帯番号="2000000011", 続柄表記="", 続柄コード1="02")
    wife = resident(
        "1000000002", 世帯番号="2000000011", 続柄表記="", 続柄コード1="20", 続柄コード2="12", 続柄コード3="00"
    )
    done = take(tmp_path, [head, wife], "juki_20260402.csv", "town")
    assert (done.state, done.report["odd_numbers"]) == ("applied", 1)
    with unit(LOADER):
        found = dict(Resident.objects.values_list("addressee_no", "relationship"))
    assert found == {"1000000015": "世帯主", "1000000002": "子の妻"}
    unknown = take(tmp_path, [head | {"続柄コード1": "77"}], "juki_20260403.csv", "town")
    assert words(unknown) == "2 続柄表記 続柄コード「77」はコード表にありません。"
    nothing = take(tmp_path, [head | {"続柄コード1": ""}], "juki_20260403.csv", "town")
    assert words(nothing) == "2 続柄表記 空です。"


@db
def test_the_doctor_says_how_old_the_mirror_is(tmp_path: Path, settings: Settings) -> None:
    assert [(f.what, f.state) for f in doctor.findings()] == [("register", "missing")]
    day = clock.today() - timedelta(days=4)
    take(tmp_path, WARD, f"juki_{day:%Y%m%d}.csv")
    (found,) = doctor.findings()
    assert (found.state, found.detail) == ("wrong", f"4 residents as of {day}, 4 days ago")
    settings.JICHI_REGISTER = {"stale_days": 4, "drop_percent": 2.0}
    assert doctor.findings()[0].state == "ok"
    take(tmp_path, WARD[:1], f"juki_{clock.today():%Y%m%d}.csv")
    assert [(f.what, f.state) for f in doctor.findings()] == [("register", "ok"), ("loads", "missing")]
