"""`jichi payments read TEXT|FILE`: any slip explained at the command line; needs no database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from jichi.design import catalogue
from jichi.kernel import clock
from jichi.kernel.errors import Invalid

from .examining import Examined, examine_file, examine_text
from .explaining import Explained, told
from .scanning import MOST_BYTES, too_large

FAULTY: Final = 1
NOT_READ: Final = 3
_EPILOG: Final = """\
終了の値: 0 正しい、1 誤りがある、2 使い方の誤り、3 納付書が見つからないか、ファイルを読めない"""


def main(argv: Sequence[str]) -> int:
    """`payments read`; status 0 right, 1 faults, 2 wrong usage, 3 nothing read."""
    parser = argparse.ArgumentParser(prog="jichi payments", description="納付書(docs/slips.md)")
    commands = parser.add_subparsers(dest="command", required=True)
    read = commands.add_parser(
        "read", help="バーコード、eL-QR、JPQR、OCRの行を説明する", epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    read.add_argument("what", metavar="TEXT|FILE", help="番号そのもの、写真(JPEG・PNG)、PDF、- は標準入力")
    read.add_argument("--json", action="store_true", help="JSONで出す")
    given = parser.parse_args(list(argv))
    try:
        found = _examined(given.what)
    except Invalid as error:
        sys.stderr.write(catalogue.message(error.code, "ja", **error.params) + "\n")
        return NOT_READ
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_READ
    sys.stdout.write(_as_json(found) if given.json else _as_text(found))
    if not found.found or all(one.kind == "unknown" for one in found.found):
        return NOT_READ
    return 0 if found.right else FAULTY


def _examined(what: str) -> Examined:
    """A file where there is one of this name, otherwise the text itself. A file too large is not even opened."""
    today = clock.today()
    if what == "-":
        return examine_file(sys.stdin.buffer.read(MOST_BYTES + 1), name="-", today=today)
    path = Path(what)
    if not _is_file(path):
        return examine_text(what, today=today)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise too_large(size, path.name)
    return examine_file(path.read_bytes(), name=path.name, today=today)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no name a file could have
        return False


def _as_text(found: Examined) -> str:
    out = []
    for one in found.found:
        out.append(f"■ {one.title}" + (f"({one.place})" if one.place else ""))
        out += [f"  {line.label}: {line.value}" + (f"  …{line.note}" if line.note else "") for line in one.lines]
        out += [f"  × {sentence}" for sentence in one.sentences] or ["  ○ 誤りは見つかりません。"]
    out += [f"× {sentence}" for sentence in found.sentences]
    return "\n".join([*out, *([found.remark] if found.remark else [])]) + "\n"


def _as_json(found: Examined) -> str:
    shape = {
        "right": found.right,
        "found": [_symbol(one) for one in found.found],
        "faults": [{"code": fault.code, "message": told(fault)} for fault in found.faults],
        "remark": found.remark,
    }
    return json.dumps(shape, ensure_ascii=False, indent=2) + "\n"


def _symbol(one: Explained) -> dict[str, Any]:
    return {
        "kind": one.kind, "title": one.title, "place": one.place,
        "fields": [{"label": line.label, "value": line.value, "note": line.note} for line in one.lines],
        "faults": [{"code": fault.code, "message": told(fault)} for fault in one.faults],
    }  # fmt: skip
