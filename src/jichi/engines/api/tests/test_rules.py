"""Keys, cursors, limits: what is taken, what is not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.api import rules

SECRET = "s" * 43


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (f"Bearer jichi_abcdefg8_{SECRET}", ("abcdefg8", SECRET)),
        (f"bearer  jichi_abcdefg8_{SECRET} ", ("abcdefg8", SECRET)),
        (f"Basic jichi_abcdefg8_{SECRET}", None),
        (f"Bearer jichi_ABCDEFG8_{SECRET}", None),
        (f"Bearer jichi_abcdefg8_{SECRET[1:]}", None),
        (f"Bearer jichi_abcdefg8_{SECRET}x", None),
        ("Bearer", None),
        ("", None),
    ],
)
def test_keys_are_read(header: str, found: tuple[str, str] | None) -> None:
    assert rules.read_key(header) == found


def test_a_key_is_kept_as_a_hash_under_the_house_s_own_secret() -> None:
    assert rules.key_hash(SECRET, "one") != rules.key_hash(SECRET, "other")
    assert SECRET not in rules.key_hash(SECRET, "one")
    assert len(rules.key_hash(SECRET, "one")) == 64


@given(st.text(max_size=80))
def test_a_cursor_comes_back_as_it_was(text: str) -> None:
    assert rules.open_cursor(rules.seal_cursor(text, "pepper"), "pepper") == text
    assert rules.open_cursor(rules.seal_cursor(text, "pepper"), "other") is None


@given(st.text(max_size=80))
def test_what_we_did_not_make_is_no_cursor(text: str) -> None:
    assert rules.open_cursor(text, "pepper") is None


@pytest.mark.parametrize(
    ("text", "version"), [('"7"', 7), ('W/"7"', 7), (' "0" ', 0), ("7", None), ('"-1"', None), ("*", None), ("", None)]
)
def test_versions_are_read(text: str, version: int | None) -> None:
    assert rules.read_etag(text) == version


@pytest.mark.parametrize(
    ("key", "fits"),
    [("a" * 8, True), ("a" * 64, True), ("a" * 7, False), ("a" * 65, False), ("a b c d e f", False), ("あ" * 8, False)],
)
def test_idempotency_keys(key: str, fits: bool) -> None:
    assert rules.is_idempotency_key(key) is fits


def test_the_same_call_has_the_same_fingerprint_alone() -> None:
    first = rules.fingerprint("POST", "/a?b=1", b"{}")
    assert first == rules.fingerprint("POST", "/a?b=1", b"{}")
    others = {rules.fingerprint("PUT", "/a?b=1", b"{}"), rules.fingerprint("POST", "/a?b=2", b"{}"),
              rules.fingerprint("POST", "/a?b=1", b"{} ")}  # fmt: skip
    assert first not in others
    assert len(others) == 3


@pytest.mark.parametrize(
    ("ends_on", "fits"),
    [(date(2026, 4, 1), False), (date(2026, 4, 2), True), (date(2027, 4, 2), True), (date(2027, 4, 3), False)],
)
def test_a_client_lasts_a_year_at_most(ends_on: date, fits: bool) -> None:
    assert rules.fitting_end(ends_on, date(2026, 4, 1)) is fits


@pytest.mark.parametrize(("per_minute", "burst"), [(1, 10), (60, 15), (600, 150)])
def test_bursts(per_minute: int, burst: int) -> None:
    assert rules.burst(per_minute) == burst
