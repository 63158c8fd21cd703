"""The draw gives what is published for it: vectors, and the exact figures of the statistical tests."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from jichi.engines.booking import parallel
from jichi.engines.booking.rules import draw as rules
from jichi.engines.booking.rules.draw.drawing import tickets_of

from .published import PUBLISHED, VECTORS, key_number, listed, loaded

by_name = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])


def run(vector: dict[str, Any]) -> tuple[rules.Params, rules.Entries, rules.Outcome]:
    params, entries = loaded(vector)
    seed = bytes.fromhex(vector["seed"])
    return params, entries, rules.draw(params, entries, bytes.fromhex(vector["randomness"]), seed)


@by_name
def test_fingerprints_and_key(vector: dict[str, Any]) -> None:
    params, entries, outcome = run(vector)
    assert (params.digest.hex(), entries.digest.hex(), outcome.key.hex()) == (vector["P"], vector["E"], vector["K"])
    if vector["seed"]:
        assert rules.commitment_of(bytes.fromhex(vector["seed"])).hex() == vector["commitment"]


@by_name
def test_tickets_by_the_quick_way_and_by_the_plain_one(vector: dict[str, Any]) -> None:
    params, entries, outcome = run(vector)
    for number in range(1, params.passes + 1):
        tickets = tickets_of(outcome.key, number, entries)
        for place, name in enumerate(entries.ids):
            assert tickets[place] == rules.ticket_of(outcome.key, number, name, entries.weights[place])
    first = tickets_of(outcome.key, 1, entries)
    for name, start in vector["tickets"].items():
        assert first[entries.ids.index(name.encode())].hex().startswith(start)


@by_name
def test_record_of_a_vector(vector: dict[str, Any]) -> None:
    params, entries, outcome = run(vector)
    record = rules.build_record(params, entries, outcome, beacon={**params.beacon, "randomness": vector["randomness"]},
                                seed=bytes.fromhex(vector["seed"]))  # fmt: skip
    for key in ("orders", "wins", "remaining", "waitlists"):
        assert record[key] == vector[key]
    assert record["commitment"] == vector["commitment"]
    verdict = rules.verify_record(record)
    assert verdict.passed, verdict.difference
    for name in record["orders"][0]:
        found = rules.explain(verdict, name)
        assert found is not None
        assert found.positions[0] == record["orders"][0].index(name) + 1
        assert list(found.wins) == record["wins"].get(name, [])
        for item, full in found.filled.items():
            assert full == (tuple(vector["filled"][item]) if item in vector["filled"] else None)


def chi_square(counts: list[int], expected: list[float]) -> str:
    return f"{sum((count - due) ** 2 / due for count, due in zip(counts, expected, strict=True)):.4f}"


def test_every_position_is_equally_likely() -> None:
    told = PUBLISHED["positions"]
    entries = listed([1] * told["entries"], "E")
    counts = [[0] * told["entries"] for _ in range(told["entries"])]
    for number in range(told["draws"]):
        for position, place in enumerate(rules.order_of(entries, tickets_of(key_number(number), 1, entries))):
            counts[place][position] += 1
    assert counts[0] == told["first"]
    every = [count for row in counts for count in row]
    assert chi_square(every, [told["draws"] / told["entries"]] * len(every)) == told["chi_square"]


def test_weights_are_tickets_in_the_drum() -> None:
    told = PUBLISHED["weights"]
    entries = listed(told["weights"], "W")
    counts = [0] * len(told["weights"])
    for number in range(told["draws"]):
        counts[rules.order_of(entries, tickets_of(key_number(number), 1, entries))[0]] += 1
    assert counts == told["first"]
    expected = [told["draws"] * weight / sum(told["weights"]) for weight in told["weights"]]
    assert chi_square(counts, expected) == told["chi_square"]


def test_one_draw_says_nothing_about_the_next() -> None:
    """First places of successive draws, 10 × 10, 81 degrees of freedom."""
    entries = listed([1] * 10, "E")
    firsts = [rules.order_of(entries, tickets_of(key_number(n), 1, entries))[0] for n in range(20_000)]
    pairs = Counter(pairwise(firsts))
    one, other = Counter(firsts[:-1]), Counter(firsts[1:])
    due = {(a, b): one[a] * other[b] / 19_999 for a in range(10) for b in range(10)}
    assert chi_square([pairs[pair] for pair in due], list(due.values())) == "78.8729"


def test_several_processes_give_the_same_tickets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "WORTH_IT", 1)
    entries = listed([1, 3, 2] * 30, "E")
    key = key_number(1)
    assert parallel.tickets(key, 2, entries) == tickets_of(key, 2, entries)


def test_drand_rounds_and_their_times() -> None:
    chain = rules.QUICKNET
    assert rules.round_at(chain, 1776643200) == 27946612  # 2026-04-20T00:00:00Z
    assert rules.time_of_round(chain, 1) == chain.genesis
    assert rules.round_at(chain, rules.time_of_round(chain, 1000)) == 1000
    assert rules.round_at(chain, rules.time_of_round(chain, 1000) - 1) == 999
    with pytest.raises(ValueError, match="had not begun"):
        rules.round_at(chain, chain.genesis - 1)


def test_a_signature_is_of_its_round_alone() -> None:
    signature = bytes.fromhex(VECTORS[0]["signature"])
    assert rules.verified_signature(1000, signature)
    assert not rules.verified_signature(1001, signature)
    assert sys.getrecursionlimit() < 10_000  # nested files are still refused, not followed into a crash


@pytest.mark.parametrize(
    "signature",
    [b"", b"\0" * 48, b"\xff" * 48, b"\xc0" + b"\0" * 47, bytes.fromhex(VECTORS[0]["signature"])[:-1] + b"\0",
     b"\x80" + b"\0" * 46 + b"\x04"],
    ids=["empty", "zeros", "ones", "infinity", "last byte", "outside the subgroup"],
)  # fmt: skip
def test_what_is_no_signature(signature: bytes) -> None:
    assert not rules.verified_signature(1000, signature)
