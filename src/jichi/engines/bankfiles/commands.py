"""`jichi bankfiles check`, `convert` and `layouts`: files of banks and agents at the command line, no database."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from jichi.kernel.errors import JichiError
from jichi.kernel.text import safe_csv_cell

from . import rules
from .errors import words
from .rules import Layout, Problem, ReadFile

_SHOWN: Final = 20


def main(argv: Sequence[str]) -> int:
    """Run `bankfiles …`; status 0 right or done, 1 wrong or refused (nothing is written then)."""
    given = _parser().parse_args(list(argv))
    try:
        return int(given.run(given))
    except JichiError as error:
        _complain(words(error.code, error.params))
    except (OSError, ValueError) as error:
        _complain(str(error))
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jichi bankfiles", description="金融機関等とのファイル(docs/bankfiles.md)")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="点検する: 誤りを全部、行番号つきで示す")
    check.add_argument("file", type=Path)
    check.add_argument("--layout", default="zengin-91", help="レイアウトの名前、またはレイアウトの表のファイル")
    check.set_defaults(run=_check)
    convert = commands.add_parser("convert", help="変換する: 固定長からCSVへ、またはCSVから固定長へ")
    convert.add_argument("file", type=Path)
    convert.add_argument("output", type=Path)
    convert.add_argument("--layout", default="zengin-91", help="固定長のレイアウト")
    convert.add_argument("--header", type=Path, help="ヘッダーの値のJSON(CSVから固定長へ)")
    convert.add_argument("--code", choices=("jis", "ebcdic"), default="jis")
    convert.add_argument("--line-end", choices=tuple(rules.LINE_ENDS), default="crlf")
    convert.set_defaults(run=_convert)
    commands.add_parser("layouts", help="レイアウトの一覧").set_defaults(run=_layouts)
    return parser


def _layout(name: str) -> Layout:
    if name in rules.SOURCES:
        return rules.layout(name)
    path = Path(name)
    return rules.read_layout(path.read_text(encoding="utf-8")) if path.is_file() else rules.layout(name)


def _check(given: argparse.Namespace) -> int:
    data = given.file.read_bytes()
    if given.layout in rules.SHEETS:
        read = rules.read_sheet(data, rules.sheet(given.layout))
        _tell(read.notes, "注意")
        _tell(read.errors, "誤り")
        _say(f"{len(read.rows):,}行、誤り {read.error_count:,}か所")
        return 1 if read.error_count else 0
    found = rules.read_file(data, _layout(given.layout))
    _tell(found.notes, "注意")
    _tell(found.errors, "誤り")
    _say(_summary(found))
    return 1 if found.error_count else 0


def _summary(found: ReadFile) -> str:
    code = {"jis": "JIS", "ebcdic": "EBCDIC"}[found.code]
    ends = {"none": "改行なし", "crlf": "CR LF", "lf": "LF", "cr": "CR", "mixed": "まちまち"}[found.line_end]
    return f"明細 {len(found.data):,}件、合計 {found.total:,}円、{code}、{ends}、誤り {found.error_count:,}か所"


def _tell(problems: Iterable[Problem], kind: str) -> None:
    for problem in list(problems)[:_SHOWN]:
        where = f"{problem.line:,}行目" if problem.line else "ファイル"
        place = f" {problem.place}" if problem.place else ""
        _complain(f"{kind} {where}{place}: {words(problem.code, problem.params)}")


def _convert(given: argparse.Namespace) -> int:
    layout = _layout(given.layout)
    if given.file.suffix.lower() == ".csv":
        return _to_fixed(given, layout)
    found = rules.read_file(given.file.read_bytes(), layout)
    _tell(found.notes, "注意")
    _tell(found.errors, "誤り")
    if found.error_count:
        _complain("誤りがあるので、書き出していません。")
        return 1
    if len(found.groups) > 1:
        _complain(words("bankfile.several_groups", {"count": len(found.groups)}))
        return 1
    given.output.write_bytes(_as_csv(found))
    if found.groups:
        sides: dict[str, Any] = {name: value for name, value in found.groups[0].header.items() if name != "filler"}
        side = given.output.with_suffix(".json")
        side.write_text(json.dumps(sides, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        _say(f"ヘッダーの値: {side}")
    _say(f"{given.output}: {_summary(found)}")
    return 0


def _as_csv(found: ReadFile) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([one.title for one in found.layout.data.given])
    writer.writerows([safe_csv_cell(value) for value in row] for row in found.data.tuples())
    return out.getvalue().encode("utf-8-sig")


def _to_fixed(given: argparse.Namespace, layout: Layout) -> int:
    header = json.loads(given.header.read_text(encoding="utf-8")) if given.header else {}
    text = given.file.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    fields = layout.data.given
    titles = {title.strip(): at for at, title in enumerate(rows[0] if rows else [])}
    missing = [one.title for one in fields if one.title not in titles]
    if missing:
        for title in missing:
            _complain(f"1行目 {title}: {words('bankfile.no_column', {})}")
        return 1
    places = [titles[one.title] for one in fields]
    values = [[row[at].removeprefix("'") for at in places] for row in rows[1:] if any(row)]
    made = rules.write_file(layout, header, values, code=given.code, line_end=given.line_end)
    _tell(made.errors, "誤り")
    if made.error_count:
        _complain(f"誤りが{made.error_count:,}か所あるので、書き出していません。行は全銀ファイルの行です。")
        return 1
    given.output.write_bytes(made.data)
    _say(f"{given.output}: 明細 {made.count:,}件、合計 {made.amount:,}円")
    return 0


def _layouts(given: argparse.Namespace) -> int:
    for name in rules.SOURCES:
        one = rules.layout(name)
        _say(f"{name:<16} {one.title}{'' if one.confirmed else '(位置は未確認)'}")
    for name, sheet in rules.SHEETS.items():
        _say(f"{name:<16} {sheet.title}{'' if sheet.confirmed else '(列は未確認)'}")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
