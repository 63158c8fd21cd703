"""`jichi after-school setup`: what an operator does once: the division's 費目, and its clubs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor
from jichi.engines.collection import actions as collection

from . import actions
from .queries import KIND

ACTOR = system_actor("after-school.setup", purpose="after-school fees")
TITLES = {
    "easy": "学童クラブの お金", "en": "After-school club fee", "zh-hans": "学童俱乐部费", "ko": "방과후 클럽 이용료",
}  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Run `after-school …`; status 0 done, 1 refused."""
    parser = argparse.ArgumentParser(prog="jichi after-school", description="学童クラブ(docs/after-school.md)")
    commands = parser.add_subparsers(dest="what", required=True)
    setup = commands.add_parser("setup", help="費目を担当課に登録する(繰り返しても同じ)")
    setup.add_argument("--division", required=True, help="担当課のコード")
    setup.add_argument("--club", action="append", default=[], metavar="コード:名前:定員", help="クラブ。何度でも")
    given = parser.parse_args(list(argv))
    division = accounts.division(given.division)
    clubs = [text.split(":") for text in given.club]
    if division is None or any(len(club) != 3 or not club[2].isdecimal() for club in clubs):
        sys.stderr.write("課のコードか、クラブの書き方(コード:名前:定員)が違います。何も変えていません。\n")
        return 1
    set_up(division.id)
    for code, name, capacity in clubs:
        actions.set_club(actor=ACTOR, code=code, name=name, capacity=int(capacity), division_id=division.id)
    return 0


def set_up(division_id: int) -> None:
    """The 費目 of the fees: no 延滞金 is charged on them unless the ordinance says so."""
    collection.set_levy_kind(
        actor=ACTOR, code=KIND, title="学童クラブ育成料", division_id=division_id, nature="fee", is_charged_late=False,
        titles=TITLES,
    )  # fmt: skip
