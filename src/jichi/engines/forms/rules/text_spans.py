"""Putting texts into a definition file where they stand, without touching anything else of it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from .source import Path

_PLAIN: Final = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~0-9.+][^:#,\[\]{}\"'\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


def quoted(text: str) -> str:
    """The text as it may stand anywhere in a file, in quotes where it needs them."""
    if _PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in _WORDS:
        return text
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() or c == "\u3000" else _coded(c) for c in escaped)


def flow_text(texts: Mapping[str, str]) -> str:
    """`{ja: …, en: …}`; only Japanese: the bare text."""
    if list(texts) == ["ja"]:
        return quoted(texts["ja"])
    return "{" + ", ".join(f"{code}: {quoted(text)}" for code, text in texts.items()) + "}"


def _coded(letter: str) -> str:
    """As YAML writes a letter by its number: four digits, or eight beyond the first plane (外字 among them)."""
    return f"\\u{ord(letter):04x}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08x}"


def replaced(source: str, texts: Mapping[Path, Mapping[str, str]]) -> str:
    """The file with these texts at their paths. The file was read by `read_yaml` already: no anchors, no tags."""
    if not texts:
        return source
    text = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    starts = [0]
    starts += [match.end() for match in re.finditer("\n", text)]
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    spans: list[tuple[int, int, str]] = []
    for path, wanted in texts.items():
        node = _at(root, path)
        begin, end = _offset(node.start_mark, starts), _end(node, text, starts)
        block = isinstance(node, yaml.MappingNode) and not node.flow_style
        if block:
            indent = "\n" + " " * node.start_mark.column
            spans.append((begin, end, indent.join(f"{code}: {quoted(words)}" for code, words in wanted.items())))
        else:
            spans.append((begin, end, flow_text(wanted)))
    for begin, end, new in sorted(spans, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def _at(root: Any, path: Path) -> Any:
    node = root
    for part in path:
        if isinstance(part, int):
            node = node.value[part]
        else:
            node = next(value for key, value in node.value if key.value == part)
    return node


def _offset(mark: Any, starts: list[int]) -> int:
    return starts[int(mark.line)] + int(mark.column)


def _end(node: Any, text: str, starts: list[int]) -> int:
    """Where the node really ends: parsers count the blank lines and comments after a block to it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        return _end(node.value[-1][1], text, starts)
    begin = _offset(node.start_mark, starts)
    mark = node.end_mark
    end = len(text) if mark.line >= len(starts) else min(_offset(mark, starts), len(text))
    return begin + len(text[begin:end].rstrip())
