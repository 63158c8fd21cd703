"""`jichi draw`: what it writes, what it finds, and that no file makes it fall over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jichi.engines.booking.commands import main
from jichi.engines.booking.rules import draw as rules

from .published import VECTORS

V1, V2, V3 = VECTORS


def files(folder: Path, vector: dict[str, Any]) -> list[str]:
    (folder / "params.json").write_text(json.dumps(vector["params"], indent=2), encoding="utf-8")
    (folder / "entries.tsv").write_bytes(vector["entries"].encode())
    return [str(folder / "params.json"), str(folder / "entries.tsv")]


def run(folder: Path, vector: dict[str, Any], *more: str) -> int:
    given = ["run", *files(folder, vector), "--randomness", vector["randomness"], "--out", str(folder / "record.json")]
    return main([*given, *(("--operator-seed", vector["seed"]) if vector["seed"] else ()), *more])


def record_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "record.json").read_bytes())
    return found


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_run_then_verify(vector: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, vector) == 0
    record = record_of(tmp_path)
    assert (record["key"], record["orders"], record["wins"]) == (vector["K"], vector["orders"], vector["wins"])
    assert (record["remaining"], record["waitlists"]) == (vector["remaining"], vector["waitlists"])
    assert (record["params_sha256"], record["entries_sha256"]) == (vector["P"], vector["E"])
    assert (tmp_path / "record.json").read_bytes() == rules.canonical_json(record)
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "record.json")]) == 0
    assert capsys.readouterr().out.startswith("PASS\n")


def test_a_signature_is_verified_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, V1, "--signature", V1["signature"], "--frozen-at", "2023-08-23T15:49:24+00:00") == 0
    assert record_of(tmp_path)["beacon"]["verified"] is True
    assert "randomness proved: signature of drand quicknet round 1000" in capsys.readouterr().out
    assert main(["verify", str(tmp_path / "record.json")]) == 0
    assert capsys.readouterr().out == (
        "PASS\n  randomness proved: signature of drand quicknet round 1000 by the pinned group key\n"
    )


def test_the_list_must_be_frozen_before_the_randomness_exists(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Round 1000 came on 2023-08-23 at 15:59:24 UTC."""
    assert run(tmp_path, V1, "--frozen-at", "2023-08-23T15:49:25+00:00") == 0
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "record.json")]) == 1
    assert capsys.readouterr().out.startswith("FAIL: times.frozen: less than 600 seconds")


def test_one_entry_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, V3)
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "record.json"), "--entry", "受付-10"]) == 0
    shown = capsys.readouterr().out
    assert "place 5 in the order\n  wins: nothing\n" in shown
    assert "席B: filled in pass 1 at place 4 by 受付-04\n" in shown
    assert main(["verify", str(tmp_path / "record.json"), "--entry", "受付-99"]) == 2
    assert "there is no entry" in capsys.readouterr().err


def _swap(record: dict[str, Any]) -> None:
    order = record["orders"][0]
    order[0], order[1] = order[1], order[0]


TAMPERED: dict[str, tuple[Any, str]] = {
    "rules": (lambda r: r["params"].update(passes=2), "params_sha256"),
    "rules and their hash": (lambda r: r["params"].update(draw_id="x") or r.update(
        params_sha256=rules.read_params(r["params"]).digest.hex()), "key"),
    "list": (lambda r: r.update(entries=r["entries"].replace("A-001", "A-000")), "entries_sha256"),
    "other round": (lambda r: r["beacon"].update(round=1001), "beacon.round: announced 1000, used 1001"),
    "randomness": (lambda r: r["beacon"].update(randomness="00" * 32), "key"),
    "proof claimed": (lambda r: r["beacon"].update(verified=True), "beacon.verified"),
    "signature": (lambda r: r["beacon"].update(signature="00" * 48), "beacon: the randomness is not the SHA-256"),
    "key": (lambda r: r.update(key="00" * 32), "key"),
    "order": (_swap, "orders, pass 1, place 1: A-005 follows, the record says 'A-002'"),
    "order cut": (lambda r: r["orders"][0].pop(), "orders, pass 1, 7 entries instead of 8"),
    "no orders": (lambda r: r["orders"].clear(), "orders: 0 instead of 1 passes"),
    "a winner more": (lambda r: r["wins"].update({"A-008": ["SEMINAR"]}), "wins, A-008: nothing follows"),
    "a winner less": (lambda r: r["wins"].pop("A-004"), "wins, A-004: SEMINAR follows"),
    "places": (lambda r: r["remaining"].update(SEMINAR=1), "remaining, SEMINAR: 0 places are left"),
    "waiting list": (lambda r: r["waitlists"]["SEMINAR"].reverse(), "waitlists, SEMINAR, place 1: A-008 follows"),
    "waiting list gone": (lambda r: r["waitlists"].clear(), "waitlists: not one for each item"),
    "seed hidden": (lambda r: r.update(commitment="00" * 32), "operator_seed: announced"),
    "seed": (lambda r: r.update(operator_seed="00" * 32, commitment="00" * 32), "commitment: not that"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TAMPERED)
def test_the_first_difference_is_named(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, V1)
    record = record_of(tmp_path)
    change, said = TAMPERED[kind]
    change(record)
    (tmp_path / "record.json").write_text(json.dumps(record), encoding="utf-8")
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "record.json")]) == 1
    assert capsys.readouterr().out.startswith(f"FAIL: {said}")


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "list": b"[]",
    "text": b'"x"',
    "deep": b'{"params":' + b"[" * 50_000,
    "binary": bytes(range(256)),
    "nothing": b"{}",
    "wrong kinds": json.dumps(dict.fromkeys(
        ("params", "params_sha256", "beacon", "entries", "entries_sha256", "key", "orders", "wins", "remaining",
         "waitlists"), 7)).encode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_files_that_are_no_records(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "record.json").write_bytes(HOSTILE[kind])
    assert main(["verify", str(tmp_path / "record.json")]) == 2
    assert capsys.readouterr().err.startswith("jichi draw: ")


@pytest.mark.parametrize("key", ["params", "beacon", "entries", "orders", "wins", "remaining", "waitlists", "times",
                                 "changes", "key", "commitment", "operator_seed", "rejections"])  # fmt: skip
@pytest.mark.parametrize("value", [None, 7, "x", [7], [[7]], {"a": 7}, {"SEMINAR": [7]}, [{"kind": "sell"}], "\ud800"])
def test_records_with_a_strange_part(key: str, value: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A verdict or a reason, never a traceback."""
    run(tmp_path, V1)
    (tmp_path / "record.json").write_text(json.dumps({**record_of(tmp_path), key: value}), encoding="utf-8")
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "record.json"), "--entry", "A-001"]) in (0, 1, 2)
    said = capsys.readouterr()
    assert said.out.startswith(("PASS", "FAIL")) or said.err.startswith("jichi draw: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--randomness", "00"], "--randomness: must be 64 hexadecimal digits"),
        (["--randomness", "zz" * 32], "--randomness: must be 64"),
        (["--signature", "00" * 48], "not the SHA-256 of the signature"),
        (["--signature", "00"], "--signature: must be 96"),
        (["--operator-seed", "00"], "--operator-seed: must be 64"),
        (["--rejections", "nowhere.json"], "nowhere.json: No such file"),
        (["--previous", "nowhere.json"], "nowhere.json: No such file"),
    ],
)
def test_arguments_that_can_not_be_used(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, V1, *arguments) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "record.json").exists()


def test_places_of_files_and_lines_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, {**V1, "entries": V1["entries"].replace("A-003\t1", "A-003\tx")}) == 2
    assert capsys.readouterr().err == (
        f"jichi draw: {tmp_path / 'entries.tsv'}, line 3: 'x' is no whole number of at least 1\n"
    )
    assert main(["verify", str(tmp_path)]) == 2
    assert run(tmp_path, V1, "--out", str(tmp_path / "no" / "where")) == 2


def test_records_are_a_chain(tmp_path: Path) -> None:
    (tmp_path / "rejected.json").write_text('{"repeated_id": 2}')
    run(tmp_path, V1)
    first = (tmp_path / "record.json").rename(tmp_path / "first.json")
    assert run(tmp_path, V2, "--previous", str(first), "--rejections", str(tmp_path / "rejected.json")) == 0
    second = record_of(tmp_path)
    assert second["previous"] == rules.record_sha256(json.loads(first.read_bytes()))
    assert second["rejections"] == {"repeated_id": 2}


def test_fingerprints_before_the_draw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["freeze", *files(tmp_path, V3)]) == 0
    assert capsys.readouterr().out == f"params_sha256  {V3['P']}\nentries_sha256 {V3['E']}\nentries        10\n"


@pytest.mark.parametrize(
    ("at", "status", "said"),
    [
        ("2026-04-20T09:00:00+09:00", 0, "quicknet round 27946612, published 2026-04-20T09:00:00+09:00\n"),
        ("2026-04-20T09:00:00", 2, "needs an offset"),
        ("1999-01-01T00:00:00+00:00", 2, "had not begun"),
        ("noon", 2, "is no time"),
    ],
)
def test_the_round_of_a_time(at: str, status: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["round", at]) == status
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
