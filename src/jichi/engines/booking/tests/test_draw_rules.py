"""Rules, lists, places and changes after a draw: what is read, what is refused, what follows."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.booking.rules import draw as rules
from jichi.engines.booking.rules.draw import naming
from jichi.engines.booking.rules.draw.changes import Ledger, appended, apply_change, opening_ledger
from jichi.engines.booking.rules.draw.drawing import tickets_of

from .published import VECTORS, listed, loaded
from .published import rules as some_rules

R = bytes(range(32))
GOOD: dict[str, Any] = {
    "algorithm": "verifiable-lottery-1", "draw_id": "d", "beacon": {"kind": "text", "sources": "x"},
    "items": [{"id": "X", "capacity": 3}, {"id": "Y", "capacity": 0}], "passes": 1, "fill": "greedy",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"algorithm": "other"}, "algorithm is 'other'"),
        ({"fill": "fair"}, "fill must be"),
        ({"draw_id": ""}, "draw_id must be a text"),
        ({"draw_id": 5}, "draw_id must be a text"),
        ({"passes": 0}, "passes must be a whole number from 1"),
        ({"passes": True}, "holds true"),
        ({"passes": 1.0}, "holds 1.0"),
        ({"beacon": {"kind": None}}, "holds null"),
        ({"beacon": {}}, "beacon must be an object"),
        ({"beacon": "drand"}, "beacon must be an object"),
        ({"items": []}, "items must be a list"),
        ({"items": [{"id": "X"}]}, "item 1 must have"),
        ({"items": [{"id": "a,b", "capacity": 1}]}, "holds a blank or comma"),
        ({"items": [{"id": "X", "capacity": 1}, {"id": "X", "capacity": 2}]}, "named twice"),
        ({"items": [{"id": "X", "capacity": -1}]}, "capacity of 'X'"),
        ({"draw_id": "\ud800"}, "character that is none"),
        ({"more": 1}, "unknown keys: 'more'"),
    ],
)
def test_rules_that_are_none(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(rules.DrawError, match=said):
        rules.read_params({**GOOD, **changed})


def test_rules_that_lack_something() -> None:
    with pytest.raises(rules.DrawError, match="lacks fill, passes"):
        rules.read_params({key: value for key, value in GOOD.items() if key not in ("fill", "passes")})


def test_canonical_bytes_do_not_depend_on_how_rules_were_written() -> None:
    turned = dict(reversed(GOOD.items()))
    assert rules.read_params(turned).canonical == rules.read_params(GOOD).canonical
    assert rules.canonical_json({"\U00020b9f": 1, "\uff21": 2}) == '{"\uff21":2,"\U00020b9f":1}'.encode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"a": 1, "a": 2}', "the key 'a' twice"),
        (b'{"a": [1,\n2,\n}', "line 3: is no JSON"),
        (b"\xff", "is no UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b"1" * 5000, "is no JSON"),
    ],
)
def test_files_that_are_no_json(text: bytes, said: str) -> None:
    with pytest.raises(rules.DrawError, match=said):
        rules.read_json(text, "params.json")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("A\t1\t0\t1\t1\tX", 1, "does not end with LF"),
        ("A\t1\t0\t1\t1\tX\nB\t1\t0\t1\t1\n", 2, "has 5 fields"),
        ("A\t1\t0\t1\t1\tX\tX\nB\t1\t0\t1\tX\n", 1, "has 7 fields"),
        ("A\t1\t0\t1\t1\tX\n\nB\t1\t0\t1\t1\tX\n", 2, "has 1 fields"),
        ("B\t1\t0\t1\t1\tX\nA\t1\t0\t1\t1\tX\n", 2, "A comes before B"),
        ("A\t1\t0\t1\t1\tX\nA\t1\t0\t1\t1\tX\n", 2, "A stands twice"),
        ("\t1\t0\t1\t1\tX\n", 1, "the id is empty"),
        ("a,b\t1\t0\t1\t1\tX\n", 1, "a comma"),
        ("A" * 201 + "\t1\t0\t1\t1\tX\n", 1, "longer than 200"),
        ("A\t0\t0\t1\t1\tX\n", 1, "'0' is no whole number of at least 1"),
        ("A\t01\t0\t1\t1\tX\n", 1, "'01' is no whole number"),
        ("A\t1\t-1\t1\t1\tX\n", 1, "'-1' is no whole number of at least 0"),
        ("A\t1\t0\t١\t1\tX\n", 1, "is no whole number"),
        ("A\t1\t0\t1\t9999999999\tX\n", 1, "is no whole number"),
        ("A\t1\t0\t1\t1\tZ\n", 1, "the item 'Z' is not in params"),
        ("A\t1\t0\t1\t1\t\n", 1, "an item is empty"),
        ("A\t1\t0\t1\t1\tX,X\n", 1, "named twice"),
        ("A\t1\t0\t1\t1\tX\r\n", 1, "CR"),
        ("A B\t1\t0\t1\t1\tX\n", 1, "a blank"),
        ("A\0\t1\t0\t1\t1\tX\n", 1, "0x00"),
        ("A\t1\t0\t1\t1\tX\nあ\u3000\t1\t0\t1\t1\tX\n", 2, "U\\+3000"),
        ("A\t1\t0\t1\t1\tX\nあ\u202e\t1\t0\t1\t1\tX\n", 2, "U\\+202E"),
    ],
)
def test_lists_that_are_not_canonical(text: str, line: int, said: str) -> None:
    with pytest.raises(rules.DrawError, match=said) as refused:
        rules.read_entries(text.encode(), rules.read_params(GOOD))
    assert refused.value.line == line


def test_a_list_that_is_no_utf8_names_its_line() -> None:
    with pytest.raises(rules.DrawError, match="line 2: is no UTF-8"):
        rules.read_entries(b"A\t1\t0\t1\t1\tX\nB\xff\t1\t0\t1\t1\tX\n", rules.read_params(GOOD))


def test_a_list_that_asks_for_too_many_tickets_is_refused_before_the_work() -> None:
    with pytest.raises(rules.DrawError, match="tickets"):
        rules.read_entries(b"A\t1\t0\t999999999\t1\tX\n", rules.read_params(GOOD))


def test_wrong_lines_far_down_are_named() -> None:
    lines = [f"{n:07}\t1\t0\t1\t1\tX\n" for n in range(40_000)]
    lines[30_000] = "0030000\t1\t0\t1\t1\tQ\n"
    with pytest.raises(rules.DrawError, match="line 30001: the item 'Q'"):
        rules.read_entries("".join(lines).encode(), rules.read_params(GOOD))


def test_applications_become_a_list_and_rejections_are_counted() -> None:
    params = rules.read_params(GOOD)
    take = rules.Application
    data, rejected = rules.frozen_list(
        [
            take("受付-02", 2, 0, 1, 1, ("X", "Y"), ("hanako", "taro")),
            take("A-1", 1, 1, 2, 1, ("Y",), ("jiro",)),
            take("B-1", 1, 0, 1, 1, ("X",), ("saburo",)),
            take("B-2", 1, 0, 1, 1, ("X",), ("shiro", "saburo")),
            take("C", 1, 0, 1, 1, ("X",)),
            take("C", 1, 0, 1, 1, ("Y",)),
            take("D", 1, 0, 1, 1, ("Z",)),
            take("E", 0, 0, 1, 1, ("X",)),
            take("F", 1, 0, 1, 1, ()),
            take("G 1", 1, 0, 1, 1, ("X",)),
        ],
        params,
    )
    assert data.decode() == "A-1\t1\t1\t2\t1\tY\n受付-02\t2\t0\t1\t1\tX,Y\n"
    assert rejected == {"id": 1, "no_item": 1, "number": 1, "repeated_id": 2, "shared_person": 2, "unknown_item": 1}
    assert len(rules.read_entries(data, params)) == 2


def test_an_empty_list_and_items_without_places() -> None:
    params = rules.read_params(GOOD)
    nobody = rules.draw(params, rules.read_entries(b"", params), R)
    assert (list(nobody.orders[0]), nobody.wins, nobody.remaining) == ([], {}, [3, 0])
    waiting = rules.draw(params, rules.read_entries(b"A\t1\t0\t1\t1\tY\n", params), R)
    assert (waiting.wins, waiting.waitlists) == ({}, [[], [0]])


def test_tickets_that_begin_alike_are_told_apart_by_the_rest_and_by_the_id() -> None:
    entries = listed([1, 1, 1, 1], "E")
    heads = [b"\1" * 8 + b"\3" * 24, b"\1" * 8 + b"\2" * 24, b"\0" * 32, b"\0" * 32]
    assert list(rules.order_of(entries, heads)) == [2, 3, 1, 0]


lists = st.lists(
    st.tuples(
        st.integers(1, 4), st.integers(0, 2), st.integers(1, 3), st.integers(1, 3),
        st.lists(st.sampled_from("XYZ"), min_size=1, max_size=3, unique=True),
    ),
    max_size=25,
)  # fmt: skip


@given(
    lists,
    st.lists(st.integers(0, 8), min_size=3, max_size=3),
    st.integers(1, 3),
    st.booleans(),
    st.binary(min_size=32, max_size=32),
)
def test_what_every_draw_keeps(
    rows: list[Any], places: list[int], passes: int, strict: bool, randomness: bytes
) -> None:
    params = some_rules(
        items=[{"id": name, "capacity": n} for name, n in zip("XYZ", places, strict=True)], passes=passes,
        fill="strict" if strict else "greedy",
    )  # fmt: skip
    text = "".join(f"E{n:02}\t{a}\t{b}\t{c}\t{d}\t{','.join(p)}\n" for n, (a, b, c, d, p) in enumerate(rows))
    entries = rules.read_entries(text.encode(), params)
    outcome = rules.draw(params, entries, randomness)
    taken = [0, 0, 0]
    for place, won in outcome.wins.items():
        assert 0 < len(won) <= min(passes, entries.wants[place])
        assert len(set(won)) == len(won)
        assert set(won) <= set(entries.prefs[place])
        for item in won:
            taken[item] += entries.sizes[place]
    assert [places[n] - taken[n] for n in range(3)] == outcome.remaining
    assert min(outcome.remaining) >= 0
    for number, order in enumerate(outcome.orders, 1):
        assert sorted(order) == list(range(len(rows)))
        tickets = tickets_of(outcome.key, number, entries)
        keys = [(entries.tiers[n], tickets[n], entries.ids[n]) for n in order]
        assert keys == sorted(keys)
    record = rules.build_record(params, entries, outcome, beacon={**params.beacon, "randomness": randomness.hex()})
    assert rules.record_bytes(record) == rules.canonical_json(record)
    written = rules.build_record(
        params, entries, outcome, beacon={**params.beacon, "randomness": randomness.hex()}, to_write=True
    )
    assert rules.record_bytes(written) == rules.canonical_json(record)
    assert rules.verify_record(record).difference == ""
    if not strict:  # whoever waits and fits was not passed over
        for item, waiting in enumerate(outcome.waitlists):
            for place in waiting:
                has = len(outcome.wins.get(place, ()))
                assert has or entries.sizes[place] > outcome.remaining[item]


def test_one_more_line_another_rule_or_a_seed_change_everything() -> None:
    params = some_rules()
    one, more = listed([1] * 10, "E"), listed([1] * 11, "E")
    assert rules.key_of(params, one, R) != rules.key_of(params, more, R)
    assert rules.key_of(params, one, R) != rules.key_of(some_rules(draw_id="test-2"), one, R)
    assert rules.key_of(params, one, R) != rules.key_of(params, one, R, bytes([1] * 32))


def ledger(**changed: Any) -> Ledger:
    found: dict[str, Any] = {
        "strict": False, "sizes": {"A": 2, "B": 3, "C": 1, "D": 1}, "wants": dict.fromkeys("ABCD", 1),
        "remaining": {"X": 0}, "wins": {"A": ["X"]}, "waitlists": {"X": ["B", "C", "D"]}, **changed,
    }  # fmt: skip
    return Ledger(**found)


def test_a_freed_place_goes_to_the_first_who_fits() -> None:
    after = ledger()
    apply_change(after, "release", "X", "A")
    assert rules.next_in_line(after, "X") == "C"
    with pytest.raises(rules.DrawError, match="D is given X; next in line is C"):
        apply_change(after, "promote", "X", "D")
    apply_change(after, "decline", "X", "C")
    apply_change(after, "promote", "X", "D")
    assert after.remaining == {"X": 1}
    assert rules.next_in_line(after, "X") is None


def test_with_strict_nobody_overtakes() -> None:
    after = ledger(strict=True)
    apply_change(after, "release", "X", "A")
    assert rules.next_in_line(after, "X") is None
    apply_change(after, "decline", "X", "B")
    assert rules.next_in_line(after, "X") == "C"


@pytest.mark.parametrize(
    ("kind", "item", "entry", "said"),
    [("release", "X", "B", "without having it"), ("decline", "X", "A", "does not wait"),
     ("promote", "Q", "A", "no item"),
     ("sell", "X", "A", "no kind of change")],
)  # fmt: skip
def test_changes_that_do_not_follow(kind: str, item: str, entry: str, said: str) -> None:
    with pytest.raises(rules.DrawError, match=said):
        apply_change(ledger(), kind, item, entry)


def changed_record() -> dict[str, Any]:
    params, entries = loaded(VECTORS[0])
    outcome = rules.draw(params, entries, bytes.fromhex(VECTORS[0]["randomness"]))
    record = rules.build_record(
        params, entries, outcome, beacon={**params.beacon, "randomness": VECTORS[0]["randomness"]}
    )
    start, chain = rules.record_sha256(record), record["changes"]
    chain.append(appended(chain, start, "release", "SEMINAR", "A-005", "2026-07-01T09:00:00+09:00"))
    chain.append(appended(chain, start, "promote", "SEMINAR", "A-008", "2026-07-01T09:00:01+09:00"))
    assert rules.record_sha256(record) == start
    assert opening_ledger(params, entries, outcome).remaining == {"SEMINAR": 0}
    return record


def test_changes_are_verified_with_their_record() -> None:
    verdict = rules.verify_record(changed_record())
    assert verdict.passed
    assert verdict.notes[-1] == "2 changes after the draw follow from it"


@pytest.mark.parametrize(
    ("place", "key", "value", "said"),
    [(1, "entry", "A-007", "changes: change 2: A-007 is given SEMINAR; next in line is A-008"),
     (1, "previous", "0" * 64, "changes: change 2: does not name the hash"),
     (0, "at", "2026-07-02T09:00:00+09:00", "changes: change 2: does not name the hash"),
     (0, "entry", 5, "changes: change 1: must have")],
)  # fmt: skip
def test_changes_that_were_tampered_with(place: int, key: str, value: object, said: str) -> None:
    record = changed_record()
    record["changes"][place][key] = value
    assert rules.verify_record(record).difference.startswith(said)


def test_columns_are_small() -> None:
    entries = listed([1, 2], "E")
    assert [type(column) for column in entries.numbers] == [array] * 4


@pytest.mark.parametrize("largest", [naming.LARGEST, 0], ids=["a table", "one by one"])
@pytest.mark.parametrize("ids", ["A B", "A-1 B-02 C-003", "\u533a-1 B", 'A" B', "A\\ B"], ids=ascii)
def test_a_list_by_ids_is_the_same_however_it_is_put_together(
    ids: str, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "LARGEST", largest)
    monkeypatch.setattr(naming, "ROWS", 2)
    named = sorted(one.encode() for one in ids.split())
    for places in ([], [1], [1, 0], [0, 1, 1, 0, 1]):
        wanted = [named[place].decode() for place in places]
        assert naming.Names(named).joined(places).decode() == "\n".join(wanted)
        table = naming.json_names(named)
        assert (table is None) == any(sign in ids for sign in '"\\')
        if table is not None:
            assert naming.packed(table, places).data == rules.canonical_json(wanted)
