"""Runs as bytes and as a command: repetition, encodings, tampering, exit codes, nothing left half written."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..commands import main
from ..rules import least
from ..rules.generating import generate
from ..rules.matching import Changes, StoppedError, differences, match, what_if
from ..rules.reading import read
from ..rules.running import OUTPUTS, Parameters, run
from ..rules.verifying import verify
from ..rules.writing import UnwritableError, table_bytes
from .exhaustive import Files, files
from .small import rows
from .test_adversarial import NO_STABLE
from .test_exact import instance_of


@pytest.fixture(scope="module")
def ward() -> Files:
    made = generate(children=400, seed=3)
    return {name: table_bytes(name, table, "utf-8") for name, table in made.items()}


@pytest.fixture(scope="module")
def result(ward: Files) -> Files:
    return run(ward, Parameters()).files


def test_repetition_gives_the_same_bytes(ward: Files, result: Files) -> None:
    assert run(ward, Parameters()).files == result
    assert json.loads(result["run.json"])["verdict"] in {"STABLE", "STABLE_MAX", "LEAST_BLOCKING"}


def test_the_generator_gives_the_same_tables_for_the_same_seed() -> None:
    assert generate(children=300, seed=2) == generate(children=300, seed=2)
    assert generate(children=300, seed=2) != generate(children=300, seed=3)
    assert len(generate(children=300, seed=2)["children.csv"]) == 301


def test_the_verifier_finds_nothing_wrong_with_a_result(ward: Files, result: Files) -> None:
    assert verify(ward, result) == []


def edited(data: bytes, change: Callable[[list[list[str]]], None]) -> bytes:
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    change(table)
    return table_bytes("", table, "utf-8")


def seal(ward: Files, result: Files) -> Files:
    """Hashes made good again, as a clever forger would."""
    told = json.loads(result["run.json"])
    import hashlib

    told["outputs"] = {name: hashlib.sha256(result[name]).hexdigest() for name in told["outputs"]}
    return {**result, "run.json": json.dumps(told).encode()}


def _swap_places(table: list[list[str]]) -> None:
    given = [row for row in table[1:] if row[3] == "ADMITTED"]
    table[table.index(given[0])][2:] = ["", "WAITING", ""]


def _cell(column: str, value: str, *, row: int = 1) -> Callable[[list[list[str]]], None]:
    def change(table: list[list[str]]) -> None:
        assert table[row][table[0].index(column)] != value
        table[row][table[0].index(column)] = value

    return change


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("assignments.csv", _swap_places),
        ("assignments.csv", _cell("status", "STAYED")),
        ("assignments.csv", _cell("option_rank", "77")),
        ("assignments.csv", lambda table: table.pop()),
        ("assignments.csv", lambda table: table.append(table[-1])),
        ("reasons.csv", lambda table: table.pop()),
        ("reasons.csv", _cell("above", "99")),
        ("reasons.csv", _cell("child_id", "C999999")),
        ("reasons.csv", lambda table: table.append(["F000001", "99", "", "", "", "1", "1", "1"])),
        ("cutoffs.csv", _cell("cutoff_score", "99")),
        ("cutoffs.csv", _cell("applicants", "999")),
        ("cutoffs.csv", lambda table: table.pop()),
        ("cutoffs.csv", lambda table: table.append(table[-1])),
        ("cutoffs-public.csv", _cell("remaining", "-7")),
        ("explain.csv", _cell("code", "NO_SEAT")),
        ("explain.csv", _cell("own_score", "99")),
        ("explain.csv", lambda table: table.pop()),
    ],
)
def test_the_verifier_refuses_tampering(
    ward: Files, result: Files, file: str, change: Callable[[list[list[str]]], None]
) -> None:
    forged = {**result, file: edited(result[file], change)}
    assert f"{file}: is not the file run.json speaks of" in verify(ward, forged)
    assert verify(ward, seal(ward, forged)) != []


@pytest.mark.parametrize(
    "change",
    [{"verdict": "CHILD_OPTIMAL"}, {"verdict": "SURE"}, {"blocking_coalitions": 1}, {"seated": 1}, {"outputs": {}}],
)
def test_the_verifier_refuses_a_false_summary(ward: Files, result: Files, change: dict[str, object]) -> None:
    told = {**json.loads(result["run.json"]), **change}
    assert verify(ward, {**result, "run.json": json.dumps(told).encode()}) != []


def test_a_blocking_coalition_cannot_be_called_stable() -> None:
    found = run(NO_STABLE, Parameters()).files
    told = {**json.loads(found["run.json"]), "verdict": "STABLE"}
    assert verify(NO_STABLE, {**found, "run.json": json.dumps(told).encode()}) != []


def test_the_public_edition_hides_small_numbers_and_children(result: Files) -> None:
    public = rows(result["cutoffs-public.csv"])
    assert "cutoff_child" not in public[0]
    assert all(not row["cutoff_score"] for row in public if int(row["admitted"]) < 2)
    assert any(row["cutoff_score"] for row in public)


def cp932(name: str) -> Files:
    given = files([("A", "0", 1)], [("F", "SINGLE", [("0", 5, "A", "")])])
    given["children.csv"] = given["children.csv"].replace(b"current_facility_id", b"current_facility_id,name")
    given["children.csv"] = given["children.csv"].replace(b"5,0,0,", b"5,0,0,,") + b""
    text = given["children.csv"].decode("utf-8-sig").replace("5,0,0,,", f"5,0,0,,{name}")
    return {**given, "children.csv": text.encode()}


def test_names_are_carried_through_in_cp932() -> None:
    found = run(cp932("髙橋①㈱"), Parameters(output_encoding="cp932")).files
    assert "髙橋①㈱" in found["assignments.csv"].decode("cp932")


def test_a_name_cp932_lacks_is_an_error_that_names_the_row() -> None:
    with pytest.raises(UnwritableError) as refused:
        run(cp932("𠮷田"), Parameters(output_encoding="cp932"))
    assert (refused.value.file, refused.value.row, refused.value.text) == ("assignments.csv", 2, "𠮷田")


def put(folder: Path, given: Files) -> Path:
    folder.mkdir(parents=True)
    for name, data in given.items():
        (folder / name).write_bytes(data)
    return folder


def test_the_command_matches_verifies_and_replaces_an_earlier_run(tmp_path: Path, ward: Files) -> None:
    inputs, outputs = put(tmp_path / "in", ward), tmp_path / "out"
    assert main(["match", str(inputs), str(outputs)]) == 0
    assert {path.name for path in outputs.iterdir()} == OUTPUTS - {"errors.csv"}
    before = {path.name: path.read_bytes() for path in outputs.iterdir() if path.name != "timing.json"}
    assert main(["match", str(inputs), str(outputs), "--workers", "2"]) == 0
    assert before == {path.name: path.read_bytes() for path in outputs.iterdir() if path.name != "timing.json"}
    assert main(["verify", str(inputs), str(outputs)]) == 0
    (inputs / "slots.csv").write_bytes(ward["slots.csv"] + b"Z,0,1\r\n")
    assert main(["verify", str(inputs), str(outputs)]) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_wrong_input_leaves_errors_and_nothing_else(tmp_path: Path, ward: Files) -> None:
    inputs = put(tmp_path / "in", {**ward, "slots.csv": b"facility_id,class_id\n"})
    assert main(["match", str(inputs), str(tmp_path / "out")]) == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["errors.csv"]


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path, ward: Files) -> None:
    inputs, outputs = put(tmp_path / "in", ward), put(tmp_path / "out", {"notes.txt": b"mine"})
    assert main(["match", str(inputs), str(outputs)]) == 1
    assert [path.name for path in outputs.iterdir()] == ["notes.txt"]


def test_a_run_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    made = generate(children=6000, seed=1)
    inputs = put(tmp_path / "in", {name: table_bytes(name, table, "utf-8") for name, table in made.items()})
    program = (  # what is started in the background of a shell ignores Ctrl-C unless it is told otherwise
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"from {main.__module__} import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "match", str(inputs), str(tmp_path / "out")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stderr is not None
        process.stderr.readline()  # it has begun to read
        process.send_signal(signal.SIGINT)
        process.stderr.read()
    assert process.returncode != 0
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_search_that_is_stopped_says_best_found_and_its_bound() -> None:
    def told(phase: str, count: int) -> None:
        if phase in {"narrow", "prove"}:
            raise StoppedError

    matched = match(instance_of(NO_STABLE), told=told)
    assert (matched.verdict, matched.bound, matched.best) == ("BEST_FOUND", 0, False)


def test_two_more_places_and_a_withdrawal_are_tried_without_a_new_file() -> None:
    given = files([("A", "0", 1)], [("F", "SINGLE", [("0", 9, "A", "")]), ("G", "SINGLE", [("0", 5, "A", "")])])
    tables, _ = read(given)
    assert tables is not None
    before = match(instance_of(given)).result
    more, _ = what_if(tables, Changes({("A", "0"): 2}))
    assert more is not None
    assert differences(before, more.result) == [("G1", "", "A")]
    gone, _ = what_if(tables, Changes({}, frozenset({"F"})))
    assert gone is not None
    assert differences(before, gone.result) == [("F1", "A", ""), ("G1", "", "A")]
    assert differences(before, match(instance_of(given)).result) == []


def test_what_if_leaves_again_what_the_run_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(least, "SMALL", 0)
    tables, _ = read(NO_STABLE)
    assert tables is not None
    instance = instance_of(NO_STABLE)
    options = [
        (name, rank)
        for unit, name in enumerate(instance.unit_ids)
        for rank in range(1, 1 + int(instance.option_at[unit + 1] - instance.option_at[unit]))
    ]
    met = set()
    for one in options:
        found, _ = what_if(tables, Changes({}), left=[one])
        assert found is not None
        assert (found.verdict, found.bound, len(found.result.blocking)) == ("LEAST_BLOCKING", 1, 1)
        left = options[int(found.result.blocking[0])]
        met.add(left)
        again, _ = what_if(tables, Changes({}), left=[left])
        assert again is not None
        assert differences(found.result, again.result) == []
    assert len(met) > 1, "another one can be left, and is where it was left before"


def test_what_if_refuses_what_the_tables_do_not_have(ward: Files) -> None:
    tables, _ = read(ward)
    assert tables is not None
    for changes in (Changes({("Z", "0"): 1}), Changes({}, frozenset({"Z"}))):
        with pytest.raises(KeyError):
            what_if(tables, changes)
