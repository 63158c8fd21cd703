"""`jichi bankfiles`: files checked and converted at the desk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .. import commands, errors, rules
from .made import debit, debits


def test_a_right_file_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(debits(debit(1), debit(2, 2500)))
    assert commands.main(["check", str(file)]) == 0
    assert capsys.readouterr().out == "明細 2件、合計 3,500円、JIS、CR LF、誤り 0か所\n"


def test_a_wrong_file_is_told_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(debits(debit(1)).replace(b"0000001000", b"0000001001", 1))
    assert commands.main(["check", str(file)]) == 1
    told = capsys.readouterr()
    assert told.err == "誤り 3行目 合計金額: トレーラーは1,000ですが、明細を数えると1,001です。\n"


def test_there_and_back_again(tmp_path: Path) -> None:
    data = debits(debit(1, holder="-ﾐﾄﾞﾘ"), debit(2))
    first, sheet, second = tmp_path / "a.txt", tmp_path / "a.csv", tmp_path / "b.txt"
    first.write_bytes(data)
    assert commands.main(["convert", str(first), str(sheet)]) == 0
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["client_code"] == "1234567890"
    assert commands.main(["convert", str(sheet), str(second), "--header", str(tmp_path / "a.json")]) == 0
    assert second.read_bytes() == data


def test_nothing_is_written_of_a_wrong_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, sheet = tmp_path / "a.txt", tmp_path / "a.csv"
    first.write_bytes(debits(debit(1))[:-122])
    assert commands.main(["convert", str(first), str(sheet)]) == 1
    assert not sheet.exists()
    sheet.write_text("引落銀行番号\r\n1\r\n", encoding="utf-8")
    assert commands.main(["convert", str(sheet), str(tmp_path / "b.txt")]) == 1
    assert "引落金額: この列がありません" in capsys.readouterr().err
    assert not (tmp_path / "b.txt").exists()


def test_a_layout_may_be_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, file = tmp_path / "own.txt", tmp_path / "a.txt"
    table.write_text(rules.SOURCES["zengin-91"].replace("layout zengin-91", "layout own"), encoding="utf-8")
    file.write_bytes(debits(debit(1)))
    assert commands.main(["check", str(file), "--layout", str(table)]) == 0
    assert commands.main(["check", str(file), "--layout", "nothing"]) == 1
    assert capsys.readouterr().err == "「nothing」というレイアウトはありません。\n"


def test_the_list_says_what_is_not_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["layouts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(rules.SOURCES) + len(rules.SHEETS)
    assert lines[1].endswith("口座振替 地公体(220バイト)(位置は未確認)")


def test_every_code_that_rules_tell_has_its_sentence() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (Path(rules.__file__).parent).glob("*.py"))
    told = {word.split('"')[0] for word in source.split('"bankfile.')[1:]}
    assert {f"bankfile.{name}" for name in told} <= set(errors.MESSAGES)
