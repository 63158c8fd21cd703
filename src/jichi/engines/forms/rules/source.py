"""Reading a definition file: a small, safe part of YAML, with the line of everything that was read.

No anchors, aliases, tags, merges or second documents; keys are unique; size, depth and number of
nodes are limited. Plain `true`/`false`, `null` and whole numbers are read as such, everything
else is text (so `no` and `2026-10-01` stay what was written).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

MAX_BYTES = 512 * 1024
MAX_DEPTH = 24
MAX_NODES = 50_000

Path: TypeAlias = tuple[str | int, ...]
Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | bool | None"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition file.

    `code` is stable and English; `message` and `fix` are Japanese sentences for the person who
    writes the file. `level`: "error" stops publishing, "warning" does not.
    """

    code: str
    line: int
    path: str
    message: str
    fix: str = ""
    level: str = "error"

    def __str__(self) -> str:
        where = f"{self.line}行目 {self.path}".strip()
        return f"{where}: {self.message}{' → ' + self.fix if self.fix else ''} [{self.code}]"


class DefinitionError(ValueError):
    """The file is no definition; `problems` say why, where, and how to mend it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def path_text(path: Path) -> str:
    """`pages[0].fields[2].label` for ("pages", 0, "fields", 2, "label")."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


@dataclass(slots=True)
class Source:
    """What was read: plain data, and the line (from 1) of every path."""

    data: Plain
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the path, or of the nearest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> Source:
    """Plain data of a definition file.

    Raises:
        DefinitionError: with one problem: the first thing that can't be read.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise _refused("definition.too_large", 1, (), f"ファイルが大きすぎます({size // 1024}KB)。", "512KBまでにする")
    try:
        return _Reader(yaml.parse(text, Loader=yaml.CSafeLoader)).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        fix = "字下げ(半角の空白)、コロン、引用符を確かめる"
        raise _refused("definition.not_yaml", line, (), f"YAMLとして読めません({error.problem})。", fix) from error
    except (yaml.YAMLError, UnicodeError) as error:
        fix = "UTF-8の文字だけにする(制御文字は使えない)"
        raise _refused("definition.not_yaml", 1, (), "使えない文字があります。", fix) from error


def _refused(code: str, line: int, path: Path, message: str, fix: str) -> DefinitionError:
    return DefinitionError([Problem(code, line, path_text(path), message, fix)])


_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")


def _scalar(event: yaml.ScalarEvent) -> Plain:
    value: str = event.value
    if not event.implicit[0]:
        return value
    if value in {"", "~", "null"}:
        return None
    if value in {"true", "false"}:
        return value == "true"
    return int(value) if _INTEGER.fullmatch(value) else value


class _Reader:
    """Turns parser events into data; refuses at the first event that is not allowed."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.lines: dict[Path, int] = {}
        self.documents = 0

    def read(self) -> Source:
        data: Plain = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    raise _refused(
                        "definition.many_documents", _line(event), (), "文書が2つ以上あります。", "「---」を消す"
                    )
            elif isinstance(event, yaml.NodeEvent):
                data = self._node(event, ())
        return Source(data, self.lines)

    def _node(self, event: yaml.NodeEvent, path: Path) -> Plain:
        self._allowed(event, path)
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _allowed(self, event: yaml.NodeEvent, path: Path) -> None:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _refused("definition.anchor", line, path, "アンカー(&)と参照(*)は使えません。", "同じ内容を書き写す")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise _refused("definition.tag", line, path, f"タグ「{tag}」は使えません。", "タグを消す")
        if len(path) > MAX_DEPTH:
            raise _refused("definition.too_deep", line, path[:3], "入れ子が深すぎます。", f"{MAX_DEPTH}段までにする")
        if len(self.lines) >= MAX_NODES:
            raise _refused("definition.too_many", line, path[:3], "項目が多すぎます。", f"{MAX_NODES}個までにする")

    def _sequence(self, path: Path) -> Plain:
        items: list[Plain] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))  # type: ignore[arg-type] # inside a sequence only nodes
        return items

    def _mapping(self, path: Path) -> Plain:
        found: dict[str, Plain] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _refused(
                    "definition.key", _line(event), path, "項目名が文字ではありません。", "項目名を文字にする"
                )
            self._allowed(event, path)
            key = event.value
            if key in found:
                raise _refused(
                    "definition.duplicate_key", _line(event), (*path, key), f"「{key}」が2回あります。", "片方を消す"
                )
            self.lines[(*path, key)] = _line(event)
            found[key] = self._node(next(self.events), (*path, key))  # type: ignore[arg-type] # a value follows its key
        return found


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1
