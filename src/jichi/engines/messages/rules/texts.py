"""What a message may say: templates, the places in them, their parameters. Pure."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.kernel.localized import LANGUAGES, LocalizedText, pick

PARAMS: Final = frozenset({"url_path", "due_on", "code"})
"""All that a message carries besides the 受付番号: an address below ours, a date (ISO), a one-time code."""
_PLACES: Final = frozenset({"ward", "about", "due", "due_short", "url", "code"})
_SHORT_PLACES: Final = _PLACES - {"url"}
"""What a short text may fill: our address is added where it costs no further part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """定型文: a text in five languages.

    Places that are filled: {ward} our name, {about} 受付番号, {due} a date with weekday and {due_short}
    without, {url} the address in the portal
    in the reader's language, {code}. Nothing else may stand in a mail.
    """

    key: str
    topic: str
    subject: LocalizedText
    body: LocalizedText
    may_opt_out: bool = True
    valid_minutes: int | None = None
    """After this it is no longer sent (a one-time code)."""
    secret: bool = False
    """Its parameters are wiped once the delivery has ended."""
    short: LocalizedText | None = None
    """The same in a few words, for SMS and LINE (Japanese: at most 70 characters). None: that there is a notice."""

    @property
    def asked_for(self) -> bool:
        """Somebody waits for it this minute (a one-time code): no quiet hours, no Japanese beside it."""
        return self.valid_minutes is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFamily:
    """Templates of one room that share topic, subject and how they end."""

    prefix: str
    topic: str
    subject: LocalizedText
    closing: LocalizedText
    may_opt_out: bool = True

    def notice(self, key: str, ja: str, easy: str, en: str, zh: str, ko: str, *, topic: str = "") -> Template:
        """One of them: "<prefix>.<key>"."""
        body = {"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko}
        return Template(
            key=f"{self.prefix}.{key}", topic=topic or self.topic, subject=self.subject, may_opt_out=self.may_opt_out,
            body={language: text + self.closing[language] for language, text in body.items()},
        )  # fmt: skip


def places(text: str) -> frozenset[str]:
    """Names of the places in a text that are filled when it is sent."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def problems(template: Template) -> tuple[str, ...]:
    """What is wrong with a template, in words for its author; () when nothing is."""
    found: list[str] = []
    for part, text in (("subject", template.subject), ("body", template.body)):
        found += [
            f"{template.key}: {part} is missing in {language}" for language in LANGUAGES if not text.get(language)
        ]
        wanted = places(text.get("ja", ""))
        if wanted - _PLACES:
            found.append(f"{template.key}: {part} has unknown places {sorted(wanted - _PLACES)}")
        for language, words in text.items():
            if words and places(words) != wanted:
                found.append(f"{template.key}: {part} in {language} does not fill the same places as ja")
    if template.short is not None:
        found += _short_problems(template.key, template.short)
    if any(character in text for text in template.subject.values() for character in "\r\n"):
        found.append(f"{template.key}: a subject is one line")
    return tuple(found)


def _short_problems(key: str, short: LocalizedText) -> list[str]:
    found = [f"{key}: short is missing in {language}" for language in LANGUAGES if not short.get(language)]
    found += [
        f"{key}: short in {language} fills {sorted(wrong)}"
        for language, text in short.items()
        if (wrong := places(text) - _SHORT_PLACES)
    ]
    return found


def compose(template: Template, language: str, values: Mapping[str, str]) -> tuple[str, str, str]:
    """Subject, body and the language they are in.

    Args:
        values: what fills the places; missing ones become "".
    """
    body = pick(template.body, language)
    filled = {name: values.get(name, "") for name in _PLACES}
    subject = pick(template.subject, body.language).text.format_map(filled)
    return " ".join(subject.split()), body.text.format_map(filled), body.language


def check_params(params: Mapping[str, object]) -> dict[str, str]:
    """The parameters as they are stored. Raises ValueError for anything a mail must not carry."""
    unknown = set(params) - PARAMS
    if unknown:
        raise ValueError(f"a message does not carry {sorted(unknown)}")
    stored = {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in params.items()}
    path = stored.get("url_path", "/")
    if not path.startswith("/") or path.startswith("//") or any(c.isspace() for c in path):
        raise ValueError("url_path is an address below ours")
    if "due_on" in stored:
        date.fromisoformat(stored["due_on"])
    return stored


_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,253}\Z)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


def deliverable(address: str) -> bool:
    """Can mail be addressed to it? One plain address: nothing that could end a header or a command."""
    return _ADDRESS.fullmatch(address) is not None
