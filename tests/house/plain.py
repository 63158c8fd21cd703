"""Checkers of やさしい日本語: short sentences, no humble or honorific speech, western years, 12-hour times."""

from __future__ import annotations

import re

LONGEST = 40
"""Characters; the aim is 30 (`advice` says which sentences miss it)."""
ADVISED = 30
RUBY = re.compile(r"\{([^{}|]+)\|[^{}|]+\}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
MARKUP = re.compile(r"<[^>]+>")
SENTENCE_END = re.compile(r"(?<=[。!?！？])|\n")
BANNED = {
    "honorific or humble speech": re.compile(
        r"いただ|頂[きくい]|ございま|いたしま|致しま|申し上げ|お伺い|賜[りわ]|恐れ入り|ご了承|願います|なさって|おります|でしょうか。"
    ),
    "passive": re.compile(r"されま|されて|されな|された"),
    "era year": re.compile(r"(令和|平成|昭和)"),
    "24-hour time": re.compile(r"(?<!\d)(1[3-9]|2[0-4])(時|:\d\d)"),
    "office language": re.compile(r"当該|速やかに|及び|若しくは|並びに|旨を|係る|上記|下記"),
}


def sentences(text: str) -> list[str]:
    """The sentences of a text as they are read: ruby and markup taken off, placeholders as three characters."""
    read = PLACEHOLDER.sub("○○○", RUBY.sub(r"\1", MARKUP.sub("", text)))
    return [sentence.strip() for sentence in SENTENCE_END.split(read) if sentence and sentence.strip()]


def easy_findings(text: str) -> list[str]:
    """What makes an easy text hard."""
    found = [f"{len(s)} characters in a sentence: {s}" for s in sentences(text) if len(s) > LONGEST]
    read = RUBY.sub(r"\1", text)
    return found + [f"{what}: {m[0]}" for what, pattern in BANNED.items() if (m := pattern.search(read))]


def advice(text: str) -> list[str]:
    """Sentences longer than the aim."""
    return [sentence for sentence in sentences(text) if len(sentence) > ADVISED]
