"""SMS on the air, LINE's limits, quiet hours, the order of channels, what follows from answers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.messages.catalogue import templates
from jichi.engines.messages.rules import (
    CHANNELS,
    CODE_ALPHABET,
    Answer,
    RingHours,
    Verdict,
    channels_for,
    is_gsm,
    is_user_id,
    judge,
    line_texts,
    next_channel,
    next_ring,
    normal_line_code,
    normal_phone,
    own_address,
    passes_on,
    pieces,
    shown_phone,
    signature,
    signed_by,
    sms_problems,
    units,
    with_link,
)
from jichi.engines.messages.writing import chat_texts, sms_text
from jichi.kernel.clock import TOKYO
from jichi.kernel.localized import LANGUAGES

OURS = "https://city.example"
YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - Hypothesis makes times without a zone
PARAMS = {"url_path": "/items/K7M4-2QF9/", "due_on": "2026-06-24", "code": "482915"}


# -- SMS on the air -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "length", "parts"),
    [
        ("", 0, 1), ("a" * 160, 160, 1), ("a" * 161, 161, 2), ("a" * 306, 306, 2), ("a" * 307, 307, 3),
        ("あ" * 70, 70, 1), ("あ" * 71, 71, 2), ("あ" * 134, 134, 2), ("あ" * 135, 135, 3),
        ("あ" * 660, 660, 10), ("a" * 69 + "あ", 70, 1), ("a" * 70 + "あ", 71, 2),
        ("€" * 80, 80, 1), ("€" * 81, 81, 2), ("a" * 158 + "€", 159, 1), ("a" * 159 + "€", 160, 2),
        ("𠮷" * 35, 70, 1), ("𠮷" * 36, 72, 2), ("😀" * 35, 70, 1), ("𠮷" * 67, 134, 3),
        ("a" * 152 + "€" + "a" * 100, 253, 2),
    ],
)  # fmt: skip
def test_parts_of_an_sms(text: str, length: int, parts: int) -> None:
    assert (units(text), len(pieces(text))) == (length, parts)


def test_a_character_of_two_units_is_not_cut_at_the_end_of_a_part() -> None:
    assert [units(piece) for piece in pieces("あ" * 66 + "𠮷" + "あ" * 10)] == [66, 12]


@given(st.text(max_size=800))
def test_parts_hold_the_whole_text_and_fit(text: str) -> None:
    found = pieces(text)
    assert "".join(found) == text
    one, several = (160, 153) if is_gsm(text) else (70, 67)
    assert all(units(piece) <= (one if len(found) == 1 else several) for piece in found)
    assert len(found) <= 1 + 2 * units(text) // several


@given(st.text(max_size=300))
def test_a_link_never_costs_a_part(text: str) -> None:
    assert len(pieces(with_link(text, f"{OURS}/my/"))) == len(pieces(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("みどり区です。お知らせがあります。", ()),
        ("", ("empty",)), (" \n", ("empty",)), ("あ" * 661, ("too_long",)), ("あ" * 660, ()), ("a\0b", ("control",)),
        ("https://city.example/my/ をご覧ください", ()), ("https://city.example/en/my/", ()),
        ("https://elsewhere.example/", ("foreign_url",)), ("http://city.example/", ("foreign_url",)),
        ("https://city.example.evil.example/", ("foreign_url",)), ("www.city.example", ("foreign_url",)),
        ("https://city.example/items/K7M4-2QF9/", ("foreign_url",)), ("https://city.example/?key=1", ("foreign_url",)),
        ("https://city.example/pay/20260001/", ("foreign_url",)), ("https://city.example/my/#a", ("foreign_url",)),
        ("https://user@city.example/", ("foreign_url",)),
        ("山田様 住民税 12,300円が未納です", ("amount_name_tax",)), ("山田様 固定資産税 ¥9,000", ("amount_name_tax",)),
        ("山田様、お知らせがあります", ()), ("住民税 12,300円のお知らせ", ()), ("住民税について、山田様へ", ()),
        ("Dear Mr. Smith, your resident tax of 3000 yen", ("amount_name_tax",)),
    ],
)  # fmt: skip
def test_what_an_sms_must_not_say(text: str, found: tuple[str, ...]) -> None:
    assert sms_problems(text, origin=OURS) == found


@given(st.text(alphabet="abc0123456789-/_K7MQ?#", min_size=1, max_size=40))
def test_an_address_with_a_long_number_is_never_ours(path: str) -> None:
    if own_address(f"{OURS}/{path}", OURS):
        assert not any(len([c for c in part if c.isdigit()]) >= 4 and part.isdigit() for part in path.split("/"))
        assert "?" not in path
        assert "#" not in path


@pytest.mark.parametrize("key", sorted(templates()))
def test_every_template_goes_by_sms_and_by_line_in_every_language(key: str) -> None:
    for language in LANGUAGES:
        text = sms_text(templates()[key], language, params=PARAMS, about="K7M42QF9")
        assert len(pieces(text)) <= (1 if language in ("ja", "easy", "zh-hans") else 2), (language, text)
        assert "{" not in text
        chat = chat_texts(templates()[key], language, params=PARAMS, about="K7M42QF9")
        assert 1 <= len(chat) <= 2
        if language != "ja" and not templates()[key].asked_for:
            assert chat[1] == chat_texts(templates()[key], "ja", params=PARAMS, about="K7M42QF9")[0]


@pytest.mark.parametrize(
    ("typed", "number", "shown"),
    [
        ("090-1234-5678", "+819012345678", "090-1234-5678"),
        ("０８０１２３４５６７８", "+818012345678", "080-1234-5678"),
        ("+81 70 1234 5678", "+817012345678", "070-1234-5678"), ("060(1234)5678", "+816012345678", "060-1234-5678"),
        ("090ー1234ー5678", "+819012345678", "090-1234-5678"),
        ("03-1234-5678", None, ""), ("090-1234-567", None, ""), ("+1 90 1234 5678", None, ""), ("", None, ""),
        ("090-1234-56789", None, ""), ("0901234567a", None, ""), ("٠٩٠12345678", None, ""),
    ],
)  # fmt: skip
def test_telephone_numbers(typed: str, number: str | None, shown: str) -> None:
    found = normal_phone(typed)
    assert found == number
    assert shown == (shown_phone(found) if found else "")


# -- quiet hours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ((6, 10, 12, 0), (6, 10, 12, 0)), ((6, 10, 9, 0), (6, 10, 9, 0)), ((6, 10, 19, 59), (6, 10, 19, 59)),
        ((6, 10, 20, 0), (6, 11, 9, 0)), ((6, 10, 8, 59), (6, 10, 9, 0)), ((6, 10, 0, 0), (6, 10, 9, 0)),
        ((6, 13, 20, 0), (6, 15, 9, 0)), ((6, 14, 12, 0), (6, 15, 9, 0)), ((6, 14, 3, 0), (6, 15, 9, 0)),
    ],
)  # fmt: skip
def test_when_a_telephone_may_ring(now: tuple[int, ...], then: tuple[int, ...]) -> None:
    at = datetime(2026, *now, tzinfo=TOKYO)  # type: ignore[arg-type, misc] # month, day, hour, minute
    assert next_ring(at, RingHours()) == datetime(2026, *then, tzinfo=TOKYO)  # type: ignore[arg-type, misc] # as above


@given(st.datetimes(YEAR, YEAR + timedelta(days=365)), st.integers(0, 23), st.integers(1, 24), st.booleans())
def test_the_next_ring_is_allowed_soon_and_stays(now: datetime, opens: int, closes: int, sundays: bool) -> None:
    if opens >= closes:
        with pytest.raises(ValueError):
            RingHours(opens, closes, sundays)
        return
    hours, at = RingHours(opens, closes, sundays), now.replace(tzinfo=TOKYO)
    then = next_ring(at, hours)
    assert at <= then <= at + timedelta(days=2)
    assert next_ring(then, hours) == then
    assert opens <= then.hour < closes
    assert sundays or then.weekday() != 6


# -- LINE -------------------------------------------------------------------------------------------------


@given(st.text(max_size=6000))
def test_line_texts_hold_everything_within_the_limits(text: str) -> None:
    if not text.strip():
        with pytest.raises(ValueError):
            line_texts(text)
        return
    found = line_texts(text)
    assert "".join(found) == text.strip()
    assert all(0 < units(one) <= 5000 for one in found)


def test_more_than_five_messages_are_refused() -> None:
    assert len(line_texts("あ" * 25_000)) == 5
    with pytest.raises(ValueError):
        line_texts("あ" * 25_001)
    assert [units(t) for t in line_texts("😀" * 2501)] == [5000, 2]
    assert line_texts("あ" * 4000 + "\n" + "い" * 4000) == ("あ" * 4000 + "\n", "い" * 4000)


def test_signatures() -> None:
    body = b'{"destination":"U0","events":[]}'
    given_by_line = signature("for-test", body)
    assert given_by_line == "33EfIE4e7HCblfbqSVYcpCsENJfRjyNruEZJPj71ZYA="
    assert signed_by("for-test", body, given_by_line)
    assert not signed_by("for-test", body + b" ", given_by_line)
    assert not signed_by("other", body, given_by_line)
    assert not signed_by("", body, signature("", body))
    assert not signed_by("for-test", body, "あ")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ABCD-2345", "ABCD2345"), (" abcd 2345\n", "ABCD2345"), ("ＡＢＣＤ２３４５", "ABCD2345"), ("ABCD-234", None),
        ("ABCD-2340", None), ("こんにちは", None), ("", None), ("ABCD-2345 です", None),
    ],
)  # fmt: skip
def test_codes_typed_into_a_chat(typed: str, code: str | None) -> None:
    assert normal_line_code(typed) == code
    assert set("01IOLU").isdisjoint(CODE_ALPHABET)


def test_user_ids() -> None:
    assert is_user_id("U" + "0a" * 16)
    assert not any(is_user_id(text) for text in ("", "U123", "u" + "0" * 32, "U" + "0" * 33, "U" + "G" * 32))


# -- channels -----------------------------------------------------------------------------------------------

ALL = frozenset(CHANNELS)


@pytest.mark.parametrize(
    ("wanted", "refused", "reachable", "may_opt_out", "refusable_topic", "ways"),
    [
        ((), (), ALL, True, True, ("mail",)),
        (("sms",), (), ALL, True, True, ("sms", "mail")),
        (("sms", "line"), (), ALL, True, True, ("line", "sms", "mail")),
        (("sms", "line"), ("mail",), ALL, True, True, ("line", "sms")),
        (("sms", "line"), ("mail",), ("mail", "sms"), True, True, ("sms",)),
        ((), ("mail",), ALL, True, True, ()),
        ((), ("mail", "sms"), ALL, False, True, ("mail",)),
        (("line",), ("mail",), ALL, False, True, ("line", "mail")),
        (("line", "sms"), (), ALL, False, False, ("mail",)),
        ((), (), (), False, False, ()),
    ],
)
def test_the_ways_to_a_person(
    wanted: tuple[str, ...], refused: tuple[str, ...], reachable: tuple[str, ...], may_opt_out: bool,
    refusable_topic: bool, ways: tuple[str, ...],
) -> None:  # fmt: skip
    found = channels_for(
        wanted=wanted, refused=refused, reachable=reachable, may_opt_out=may_opt_out, refusable_topic=refusable_topic
    )
    assert found == ways


SOME = st.frozensets(st.sampled_from(CHANNELS))


@given(SOME, SOME, SOME, st.booleans())
def test_nothing_goes_where_it_was_refused_or_not_chosen(
    wanted: frozenset[str], refused: frozenset[str], reachable: frozenset[str], may_opt_out: bool
) -> None:
    found = channels_for(
        wanted=wanted, refused=refused, reachable=reachable, may_opt_out=may_opt_out, refusable_topic=True
    )
    assert set(found) <= reachable
    assert {"sms", "line"} & set(found) <= wanted - refused
    assert may_opt_out is False or not ({"mail"} & set(found) & refused)
    assert len(set(found)) == len(found)
    assert next_channel(found, found) is None
    assert next_channel(found, ()) == (found[0] if found else None)


@pytest.mark.parametrize(
    ("state", "error", "goes_on"),
    [
        ("failed", "line.refused:400", True), ("failed", "sms.undelivered", True),
        ("suppressed", "sms.no_address", True),
        ("suppressed", "line.not_wanted", True), ("suppressed", "mail.too_late", False), ("sent", "", False),
        ("suppressed", "sms.account_closed", False), ("pending", "sms.off", False),
    ],
)  # fmt: skip
def test_what_goes_on_by_the_next_channel(state: str, error: str, goes_on: bool) -> None:
    assert passes_on(state, error) is goes_on


# -- answers ----------------------------------------------------------------------------------------------------

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=TOKYO)


@given(
    st.sampled_from([Answer("later", "sms.busy:429"), Answer("away", "sms.server_away"), Answer("unknown", "sms.x")]),
    st.integers(1, 60), st.integers(0, 40), st.floats(0, 200), st.floats(0, 0.999), st.booleans(),
)  # fmt: skip
def test_what_may_have_arrived_is_never_forgotten(
    answer: Answer, attempts: int, uncertain: int, hours: float, jitter: float, repeatable: bool
) -> None:
    found = judge(
        answer, attempts=attempts, uncertain=uncertain, created_at=NOON, now=NOON + timedelta(hours=hours),
        jitter=jitter, repeatable=repeatable,
    )  # fmt: skip
    assert found.state in ("pending", "uncertain", "failed")
    assert (found.wait is None) == (found.state == "failed")
    assert found.uncertain == uncertain + (answer.kind == "unknown")
    assert found.state != "pending" or found.uncertain == 0
    if found.wait is not None:
        assert timedelta(seconds=24) <= found.wait <= timedelta(days=1.2)
        if repeatable and found.uncertain:
            assert found.wait <= timedelta(minutes=6)


def test_a_gateway_that_knows_our_key_is_asked_for_a_day_and_others_five_times() -> None:
    def verdict(uncertain: int, hours: int, *, repeatable: bool) -> Verdict:
        return judge(
            Answer("unknown", "sms.broken_off"), attempts=9, uncertain=uncertain, created_at=NOON,
            now=NOON + timedelta(hours=hours), jitter=0.5, repeatable=repeatable,
        )  # fmt: skip

    assert verdict(4, 1, repeatable=False).error == "sms.uncertain"
    assert verdict(40, 22, repeatable=True).state == "uncertain"
    assert (verdict(40, 24, repeatable=True).state, verdict(40, 24, repeatable=True).error) == (
        "failed",
        "sms.uncertain",
    )
