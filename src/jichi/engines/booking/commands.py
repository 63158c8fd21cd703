"""`jichi draw run | verify | freeze | round`: draws at the command line, without a database or a network."""

from __future__ import annotations

import argparse
import gc
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .rules.draw import Beacon, Entries, Params, Verdict

DIFFERS: Final = 1
UNUSABLE: Final = 2
STEPS: Final = ("announced", "closed", "frozen", "randomness")
_HEX: Final = re.compile(r"[0-9A-Fa-f]*")


def main(argv: Sequence[str]) -> int:
    """Exit status: 0 done or PASS, 1 the record differs, 2 a file or argument can't be used."""
    from .rules.draw import DrawError

    given = _parser().parse_args(list(argv))
    collecting = gc.isenabled()
    gc.disable()  # millions of small things that live to the end: looking for garbage among them only costs time
    try:
        return int(given.function(given))
    except DrawError as error:
        sys.stderr.write(f"jichi draw: {error}\n")
        return UNUSABLE
    except MemoryError:
        sys.stderr.write("jichi draw: the file is too large for this machine's memory\n")
        return UNUSABLE
    finally:
        if collecting:
            gc.enable()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jichi draw", description="だれでも確かめられる抽選 (docs/draws.md)")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="抽選して、記録を書く")
    run.set_defaults(function=_run)
    run.add_argument("params", type=Path, metavar="PARAMS.json")
    run.add_argument("entries", type=Path, metavar="ENTRIES.tsv")
    run.add_argument("--randomness", required=True, metavar="HEX", help="公開された乱数(32バイト)")
    run.add_argument("--signature", default="", metavar="HEX", help="drandの署名。あれば検証する")
    run.add_argument("--line", default="", help="公開された数字を書いた1行(SHA-256が乱数になる)")
    run.add_argument("--operator-seed", default="", metavar="HEX", help="commitmentで予告した区の種(32バイト)")
    run.add_argument("--rejections", type=Path, metavar="FILE", help="除いた申込みの数(理由別のJSON)")
    run.add_argument("--previous", type=Path, metavar="RECORD.json", help="1つ前の抽選の記録")
    run.add_argument("--reason", default="", help="やり直しの理由(公表される)")
    for step in STEPS:
        run.add_argument(f"--{step}-at", default="", metavar="TIME", help="その手順の時刻(ISO 8601)")
    run.add_argument("--out", type=Path, required=True, metavar="RECORD.json")
    verify = commands.add_parser("verify", help="記録を計算し直して確かめる")
    verify.set_defaults(function=_verify)
    verify.add_argument("record", type=Path, metavar="RECORD.json")
    verify.add_argument("--entry", default="", metavar="ID", help="この申込みの札、順番、枠が埋まった申込みを示す")
    freeze = commands.add_parser("freeze", help="規則と名簿の指紋を示す")
    freeze.set_defaults(function=_freeze)
    freeze.add_argument("params", type=Path, metavar="PARAMS.json")
    freeze.add_argument("entries", type=Path, metavar="ENTRIES.tsv")
    turn = commands.add_parser("round", help="時刻のあとに公開されるdrandの回")
    turn.set_defaults(function=_round)
    turn.add_argument("at", metavar="TIME", help="ISO 8601 (2026-07-01T12:00+09:00)")
    return parser


def _read(path: Path) -> bytes:
    from .rules.draw import DrawError

    try:
        return path.read_bytes()
    except OSError as error:
        raise DrawError(error.strerror or "can't be read", where=str(path)) from None


def _json(path: Path) -> Any:
    from .rules.draw import read_json

    return read_json(_read(path), str(path))


def _hex(text: str, name: str, length: int) -> bytes:
    from .rules.draw import DrawError

    if not _HEX.fullmatch(text) or len(text) != 2 * length:
        raise DrawError(f"must be {2 * length} hexadecimal digits", where=name)
    return bytes.fromhex(text)


def _frozen(given: argparse.Namespace) -> tuple[Params, Entries]:
    from .rules.draw import read_entries, read_params

    params = read_params(_json(given.params), str(given.params))
    return params, read_entries(_read(given.entries), params, str(given.entries))


def _freeze(given: argparse.Namespace) -> int:
    params, entries = _frozen(given)
    sys.stdout.write(f"params_sha256  {params.digest.hex()}\n")
    sys.stdout.write(f"entries_sha256 {entries.digest.hex()}\n")
    sys.stdout.write(f"entries        {len(entries)}\n")
    return 0


def _round(given: argparse.Namespace) -> int:
    from datetime import datetime

    from .rules.draw import QUICKNET, DrawError, round_at, time_of_round

    try:
        at = datetime.fromisoformat(given.at)
    except ValueError:
        raise DrawError("is no time in ISO 8601", where=given.at) from None
    if at.tzinfo is None:
        raise DrawError("needs an offset, as in +09:00", where=given.at)
    try:
        number = round_at(QUICKNET, int(at.timestamp()))
    except ValueError as error:
        raise DrawError(str(error), where=given.at) from None
    published = datetime.fromtimestamp(time_of_round(QUICKNET, number), at.tzinfo)
    sys.stdout.write(f"quicknet round {number}, published {published.isoformat()}\n")
    return 0


def _beacon(given: argparse.Namespace) -> Beacon:
    from .rules.draw import Beacon

    signature = _hex(given.signature, "--signature", 48) if given.signature else b""
    return Beacon(_hex(given.randomness, "--randomness", 32), signature, given.line)


def _counts(path: Path | None) -> dict[str, int]:
    from .rules.draw import DrawError

    found = _json(path) if path else {}
    if not isinstance(found, dict) or not all(type(number) is int and number >= 0 for number in found.values()):
        raise DrawError("must be an object of counts by cause", where=str(path))
    return found


def _run(given: argparse.Namespace) -> int:
    from importlib.metadata import version

    from jichi.kernel import clock

    from .parallel import tickets
    from .rules.draw import DrawError, build_record, draw, record_parts, record_sha256
    from .rules.draw.record import beacon_of_record, judged_beacon

    params, entries = _frozen(given)
    seed = _hex(given.operator_seed, "--operator-seed", 32) if given.operator_seed else b""
    beacon = _beacon(given)
    rejections = _counts(given.rejections)
    before = _json(given.previous) if given.previous else None
    if before is not None and not isinstance(before, dict):
        raise DrawError("must be one JSON object", where=str(given.previous))
    verified, why = judged_beacon(params, beacon)
    outcome = draw(params, entries, beacon.randomness, seed, tickets=tickets)
    times = {step: getattr(given, f"{step}_at") for step in STEPS if getattr(given, f"{step}_at")}
    record = build_record(
        params, entries, outcome, beacon=beacon_of_record(params, beacon, verified=verified), seed=seed,
        rejections=rejections, times={**times, "drawn": clock.now().isoformat(timespec="seconds")},
        software=f"jichi {version('jichi')}", previous=record_sha256(before) if before is not None else "",
        reason=given.reason, to_write=True,
    )  # fmt: skip
    try:
        with given.out.open("wb") as file:
            file.writelines(record_parts(record))
    except OSError as error:
        raise DrawError(error.strerror or "can't be written", where=str(given.out)) from None
    won = len(outcome.wins)
    sys.stdout.write(f"{len(entries)} entries, {won} with a place; key {outcome.key.hex()}\n")
    sys.stdout.write(f"randomness {'proved' if verified else 'NOT proved here'}: {why}\n{given.out}\n")
    return 0


def _verify(given: argparse.Namespace) -> int:
    from .parallel import tickets
    from .rules.draw import DrawError, verify_record

    try:
        verdict = verify_record(_json(given.record), tickets=tickets, consume=True)
    except DrawError as error:
        raise DrawError(str(error), where=str(given.record)) from None
    if not verdict.passed:
        sys.stdout.write(f"FAIL: {verdict.difference}\n")
        return DIFFERS
    sys.stdout.write("PASS\n")
    for note in verdict.notes:
        sys.stdout.write(f"  {note}\n")
    return _one(verdict, given.entry) if given.entry else 0


def _one(verdict: Verdict, entry: str) -> int:
    from .rules.draw import explain

    found = explain(verdict, entry)
    if found is None:
        sys.stderr.write(f"jichi draw: there is no entry {json.dumps(entry, ensure_ascii=False)} in this draw\n")
        return UNUSABLE
    sys.stdout.write(f"entry {entry}\n")
    for number, (ticket, place) in enumerate(zip(found.tickets, found.positions, strict=True), 1):
        sys.stdout.write(f"  pass {number}: ticket {ticket.hex()}, place {place} in the order\n")
    sys.stdout.write(f"  wins: {', '.join(found.wins) or 'nothing'}\n")
    for item, full in found.filled.items():
        said = f"filled in pass {full[0]} at place {full[1]} by {full[2]}" if full else "never filled"
        sys.stdout.write(f"  {item}: {said}\n")
    return 0
