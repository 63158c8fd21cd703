"""Texts: complete in five languages, with nothing in them that a mail must not carry."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.messages.backends.mail import build
from jichi.engines.messages.catalogue import templates, topics
from jichi.engines.messages.errors import MESSAGES, error_code
from jichi.engines.messages.rules import Template, deliverable, problems
from jichi.engines.messages.writing import written
from jichi.kernel.localized import LANGUAGES

FIVE: dict[str, str] = dict.fromkeys(LANGUAGES, "お知らせ {about}")


def test_every_template_of_the_house_is_complete() -> None:
    assert [p for template in templates().values() for p in problems(template)] == []
    assert {"notice.arrived", "correction.requested", "reminder.due", "sign_in.code"} <= set(templates())
    assert topics()["security"] is False
    assert topics()["cases"] is True
    assert templates()["case.correction_soon"].topic == "reminders"  # what 期限が近いことのお知らせ is a choice about


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (FIVE, 0),
        ({**FIVE, "ko": ""}, 1),
        ({k: v for k, v in FIVE.items() if k != "easy"}, 1),
        ({**FIVE, "en": "News"}, 1),
        (dict.fromkeys(LANGUAGES, "{name}様"), 1),
    ],
)
def test_incomplete_templates_are_found(body: dict[str, str], wrong: int) -> None:
    assert len(problems(Template(key="x", topic="t", subject=FIVE, body=body))) == wrong


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(templates()))
def test_each_text_fills_all_its_places(key: str, language: str) -> None:
    subject, body, really = written(
        templates()[key], language, about="K7M42QF9",
        params={"url_path": "/items/K7M4-2QF9/", "due_on": "2026-06-24", "code": "482915"},
    )  # fmt: skip
    assert really == language
    assert "{" not in subject + body
    assert "\n" not in subject


@given(
    subject=st.text(max_size=60).map(lambda s: " ".join(s.split())),
    body=st.text(max_size=300),
)
def test_any_text_survives_the_mail_as_it_is(subject: str, body: str) -> None:
    try:
        wire = build(to="a@example.jp", subject=subject, body=body, language="ja", header_id="<1@example.jp>")
    except ValueError:
        return  # control characters: refused, not smuggled
    assert wire.isascii()
    mail = message_from_bytes(wire, policy=default)
    assert mail["To"] == "a@example.jp"
    assert [name.lower() for name in mail].count("to") == 1
    assert mail["Bcc"] is None


@pytest.mark.parametrize("name", ["to", "subject", "header_id"])
def test_a_line_break_in_a_header_is_refused(name: str) -> None:
    given = {"to": "a@example.jp", "subject": "x", "header_id": "<1@example.jp>"}
    with pytest.raises(ValueError):
        build(**{**given, name: given[name] + "\r\nBcc: b@example.jp"}, body="", language="ja")


@given(st.text())
def test_a_deliverable_address_is_one_plain_word(text: str) -> None:
    if deliverable(text):
        assert text.isascii()
        assert not any(c.isspace() or c in '<>,;:"()[]\\' for c in text)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("hanako@example.jp", True), ("h.a-n_a+ko@mail.city.midori.lg.jp", True), ("a@localhost", True),
        ("", False), ("a@", False), ("@b", False), ("a@b@c", False), ("a@-b.jp", False), ("a@b..jp", False),
        ("a" * 65 + "@example.jp", False), ("a@" + "b" * 64 + ".jp", False), ("a@example.jp\n", False),
    ],
)  # fmt: skip
def test_addresses(address: str, good: bool) -> None:
    assert deliverable(address) is good


def test_every_error_has_words_in_five_languages() -> None:
    assert all(set(words) == set(LANGUAGES) for words in MESSAGES.values())
    assert error_code("mail.address_refused:550") == ("mail.address_refused", "550")
