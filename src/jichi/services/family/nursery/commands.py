"""`jichi nursery match`, `verify` and `generate`."""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from .rules.matching import POLICIES, StoppedError
from .rules.reading import FILES
from .rules.tables import ENCODINGS

DONE: Final = 0
FAILED: Final = 1
INVALID: Final = 2
STOPPED: Final = 3


def main(argv: Sequence[str]) -> int:
    """Run one subcommand; returns the exit status."""
    given = _parser().parse_args(argv)
    gc.disable()  # millions of rows and no cycles among them to look for
    try:
        return int(given.run(given))
    except OSError as error:
        _tell(f"{error.filename or ''}: {error.strerror or error}")
        return FAILED
    finally:
        gc.enable()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jichi nursery",
        description="Nursery admission (保育所等利用調整). docs/nursery-format.md describes the tables.",
    )
    commands = parser.add_subparsers(required=True, metavar="match|verify|generate")
    match = commands.add_parser("match", help="match the children of IN_DIR, write the result to OUT_DIR  利用調整")
    match.add_argument("inputs", type=Path, metavar="IN_DIR")
    match.add_argument("outputs", type=Path, metavar="OUT_DIR")
    match.add_argument("--policy", choices=POLICIES, default="stable", help="which of several stable matchings")
    match.add_argument("--encoding", choices=sorted(ENCODINGS), default="utf-8", help="of the input, and of the output")
    match.add_argument("--output-encoding", choices=sorted(ENCODINGS), help="of the output, where it is another")
    match.add_argument("--seed", type=int, default=0, help="of the orders that repair tries")
    match.add_argument("--public-from", type=int, default=2, metavar="N", help="hide cut-offs of fewer admitted")
    match.add_argument("--time-limit", type=float, metavar="SECONDS", help="stop proving then; the result may differ")
    match.add_argument("--workers", type=int, default=1, metavar="N", help="accepted; the result never depends on it")
    match.set_defaults(run=_match)
    verify = commands.add_parser("verify", help="count a result again, trusting nothing  検証")
    verify.add_argument("inputs", type=Path, metavar="IN_DIR")
    verify.add_argument("outputs", type=Path, metavar="OUT_DIR")
    verify.add_argument("--root", metavar="HEX", help="the published fingerprint that commitment.json must lead to")
    verify.set_defaults(run=_verify)
    make = commands.add_parser("generate", help="write the tables of an invented ward  試験データ")
    make.add_argument("outputs", type=Path, metavar="OUT_DIR")
    make.add_argument("--children", type=int, required=True, metavar="N")
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--one-child", action="store_true", help="no siblings with conditions")
    make.add_argument("--encoding", choices=sorted(ENCODINGS), default="utf-8")
    make.set_defaults(run=_generate)
    return parser


class _Progress:
    """Phases and counts on the error output, at most a few a second; ends the proving when the time is over."""

    def __init__(self, limit: float | None) -> None:
        self.began = self.shown = time.perf_counter()
        self.limit, self.phase = limit, ""

    def __call__(self, phase: str, count: int) -> None:
        now = time.perf_counter()
        if phase != self.phase or now - self.shown > 0.5:
            _tell(f"{now - self.began:7.1f} s  {phase} {count:,}")
            self.phase, self.shown = phase, now
        if self.limit is not None and now - self.began > self.limit and phase in {"narrow", "decide", "prove"}:
            raise StoppedError


def _match(given: argparse.Namespace) -> int:
    from .rules.running import NotVerifiedError, Parameters, run
    from .rules.writing import UnwritableError

    parameters = Parameters(
        encoding=given.encoding, output_encoding=given.output_encoding or given.encoding, policy=given.policy,
        seed=given.seed, public_from=given.public_from, time_limit=given.time_limit,
    )  # fmt: skip
    if not _replaceable(given.outputs):
        _tell(f"{given.outputs} holds other files; name an empty folder or one of an earlier run")
        return FAILED
    progress = _Progress(given.time_limit)
    try:
        done = run(_read(given.inputs, FILES), parameters, progress)
    except UnwritableError as error:
        _tell(str(error))
        return INVALID
    except NotVerifiedError as error:
        _tell(f"the result did not pass its own check, nothing was written: {error}")
        return FAILED
    if done.matched is not None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        seconds = round(time.perf_counter() - progress.began, 3)
        done.files["timing.json"] = (json.dumps({"seconds": seconds, "peak_megabytes": peak}) + "\n").encode()
    _put(given.outputs, done.files)
    if done.matched is None:
        errors = [one for one in done.problems if one.is_error]
        for one in errors[:20]:
            _tell(f"{one.file}:{one.line} {one.id} {one.code} {one.sentence}")
        _tell(f"{len(errors)} error(s), see {given.outputs / 'errors.csv'}; nothing was matched")
        return INVALID
    found = done.matched
    blocking = len(found.result.blocking)
    print_line(f"{found.verdict}: {found.result.seated:,} of {len(found.result.slots):,} children have a seat")
    print_line(f"blocking coalitions: {blocking} (proven: at least {found.bound})")
    return STOPPED if found.verdict == "BEST_FOUND" else DONE


def _verify(given: argparse.Namespace) -> int:
    from .rules.running import OUTPUTS
    from .rules.verifying import verify

    outputs = _read(given.outputs, OUTPUTS)
    try:
        encoding = json.loads(outputs["run.json"])["parameters"]["encoding"]
    except (KeyError, ValueError, TypeError):
        _tell(f"{given.outputs} holds no run.json of a finished run")
        return FAILED
    inputs = _read(given.inputs, FILES)
    findings = [
        *verify(inputs, outputs, encoding if encoding in ENCODINGS else "utf-8"),
        *_committed(given, inputs, outputs.get("assignments.csv", b"")),
    ]
    for one in findings:
        print_line(one)
    print_line("verified: every table is what the definitions say" if not findings else f"{len(findings)} finding(s)")
    return FAILED if findings else DONE


def _committed(given: argparse.Namespace, inputs: Mapping[str, bytes], assignments: bytes) -> list[str]:
    """What is wrong with the leaves of a published run, where the folder holds them."""
    from .rules.assembling import fingerprint
    from .rules.committing import check_commitment

    path = given.outputs / "commitment.json"
    if not path.is_file():
        return [f"{path}: is not there, so that the root can't be found"] if given.root else []
    try:
        root, findings = check_commitment(path.read_bytes(), assignments, fingerprint(inputs))
    except (ValueError, KeyError, TypeError):
        return ["commitment.json: can't be read"]
    print_line(f"root of the commitment: {root}")
    wrong = [f"commitment.json: leads to another root than {given.root}"] if given.root not in {None, root} else []
    return [*findings, *wrong]


def _generate(given: argparse.Namespace) -> int:
    from .rules.generating import generate
    from .rules.writing import table_bytes

    if given.children < 1:
        _tell("--children must be at least 1")
        return FAILED
    if given.outputs.exists() and any(given.outputs.iterdir()):
        _tell(f"{given.outputs} is not empty")
        return FAILED
    tables = generate(children=given.children, seed=given.seed, linked=not given.one_child)
    _put(given.outputs, {name: table_bytes(name, rows, given.encoding) for name, rows in tables.items()})
    return DONE


def _read(folder: Path, names: Sequence[str] | frozenset[str]) -> dict[str, bytes]:
    if not folder.is_dir():
        raise NotADirectoryError(20, "is no folder", str(folder))
    return {name: (folder / name).read_bytes() for name in sorted(names) if (folder / name).is_file()}


def _replaceable(folder: Path) -> bool:
    """A folder that is not there, is empty, or holds nothing but an earlier run's files."""
    from .rules.running import OUTPUTS

    if not folder.exists():
        return True
    return folder.is_dir() and all(one.name in OUTPUTS and one.is_file() for one in folder.iterdir())


def _put(folder: Path, files: Mapping[str, bytes]) -> None:
    """The files as the folder's whole content, by one rename: half a result is never there under its name."""
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = folder.parent / f".{folder.name}.{os.getpid()}.partial"
    old = folder.parent / f".{folder.name}.{os.getpid()}.old"
    try:
        staged.mkdir()
        for name, data in files.items():
            (staged / name).write_bytes(data)
        if folder.exists():
            folder.rename(old)
        staged.rename(folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)


def print_line(text: str) -> None:
    """To the person who typed the command."""
    sys.stdout.write(text + "\n")


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
