"""`jichi slip-terms show` and `set`: what the contract with the collecting agent says, for operators."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from jichi.design import catalogue
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import JichiError

from . import actions, queries
from .rules import PRINTERS, USUAL_LIMIT

ACTOR = system_actor("slip-terms", purpose="terms of slips")


def main(argv: Sequence[str]) -> int:
    """Run `slip-terms …`; status 0 done, 1 refused."""
    given = _parser().parse_args(list(argv))
    if given.command == "show":
        return _show()
    try:
        actions.set_terms(
            actor=ACTOR, valid_from=given.valid_from, issuer=given.issuer, prefix=given.prefix, limit_yen=given.limit,
            places=given.places, apps=given.apps, dpi=given.dpi, body_code=given.body_code, office=given.office,
            agency=given.agency,
        )  # fmt: skip
    except JichiError as error:
        sys.stderr.write(catalogue.message(error.code, "ja", **error.params) + "\n")
        return 1
    return _show()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jichi slip-terms", description="納付書の取り決め(docs/slips.md)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("show", help="今日の取り決めを見る")
    terms = commands.add_parser("set", help="ある日からの取り決めを登録する(あとから変えられない)")
    terms.add_argument("--from", dest="valid_from", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    terms.add_argument("--issuer", required=True, help="請求者コード(6けた)")
    terms.add_argument("--prefix", default="", help="収納代行会社が先頭に置く番号")
    terms.add_argument("--limit", type=int, default=USUAL_LIMIT, help="バーコードを付ける上限(円)")
    terms.add_argument("--places", default="", help="納められる所。なければ、ふつうの書き方")
    terms.add_argument("--apps", default="", help="使えるスマートフォンのアプリ")
    terms.add_argument("--dpi", type=int, default=600, choices=sorted(PRINTERS), help="プリンターの細かさ")
    terms.add_argument("--body-code", default="", help="eL-QRの団体の番号(5けた)")
    terms.add_argument("--office", default="000", help="eL-QRの税務事務所の番号(3けた)")
    terms.add_argument("--agency", default="", help="Pay-easyの収納機関番号(5けた)")
    return parser


def _show() -> int:
    with unit(ACTOR):
        terms = queries.terms_on(clock.today())
    if terms is None:
        sys.stderr.write(catalogue.message("slip.no_terms", "ja") + "\n")
        return 1
    rows = (
        ("いつから", terms.valid_from.isoformat()), ("請求者コード", terms.issuer), ("代行会社の番号", terms.prefix),
        ("上限", f"{terms.limit_yen:,}円"), ("納める所", terms.places), ("アプリ", terms.apps), ("dpi", str(terms.dpi)),
        ("eL-QRの団体", terms.body_code), ("Pay-easyの収納機関", terms.agency),
    )  # fmt: skip
    sys.stdout.write("".join(f"{label}: {value or 'なし'}\n" for label, value in rows))
    return 0
