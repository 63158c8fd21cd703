"""Reading a route file: plain YAML only, with the line of everything that was read, and problems people can mend."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

MAX_CHARACTERS: Final = 100_000
MAX_DEPTH: Final = 12
Path: TypeAlias = tuple[str | int, ...]
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_PLAIN: Final = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a route file: stable `code`, and Japanese sentences for who writes the file.

    `level`: "error" keeps the file from being used, "warning" does not.
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


class RouteFileError(ValueError):
    """The text is no route file; `problems` say why, where, and how to mend it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class Source:
    """Plain data, and the line (from 1) where each part of it stands."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of a part, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def path_text(path: Path) -> str:
    """("steps", 0, "seats") → `steps[0].seats`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def read_source(text: str) -> Source:
    """The file as plain data with lines.

    Raises:
        RouteFileError: no YAML, or more of YAML than route files use (anchors, tags, several documents).
    """
    if len(text) > MAX_CHARACTERS:
        raise _refuse("route.too_large", 1, (), "ファイルが大きすぎます。", f"{MAX_CHARACTERS}文字までにする")
    try:
        events = list(yaml.parse(text, Loader=yaml.SafeLoader))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        fix = "字下げ(半角の空白)、コロン、引用符を確かめる"
        raise _refuse("route.not_yaml", mark.line + 1 if mark else 1, (), "YAMLとして読めません。", fix) from error
    except yaml.YAMLError as error:
        raise _refuse("route.not_yaml", 1, (), "使えない文字があります。", "UTF-8の文字だけにする") from error
    for event in events:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or _tagged(event):
            fix = "同じ内容を書き写す"
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise _refuse("route.not_plain", line, (), "参照(&、*)とタグ(!)は使えません。", fix)
    source = Source()
    source.data = _data(root, (), source) if root is not None else None
    return source


def _tagged(event: yaml.Event) -> bool:
    return bool(getattr(event, "tag", None)) and isinstance(event, yaml.NodeEvent)


def _data(node: yaml.Node, path: Path, source: Source) -> Any:
    source.lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > MAX_DEPTH:
        raise _refuse("route.too_deep", node.start_mark.line + 1, path[:3], "入れ子が深すぎます。", "浅くする")
    if isinstance(node, yaml.SequenceNode):
        return [_data(part, (*path, number), source) for number, part in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _scalar(node)
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _refuse("route.key", line, path, "項目名が文字ではありません。", "項目名を文字にする")
        here = (*path, key.value)
        if key.value in found:
            raise _refuse("route.key_twice", line, here, f"「{key.value}」が2回あります。", "片方を消す")
        source.lines[here] = line
        found[key.value] = _data(value, here, source)
    return found


def _scalar(node: yaml.Node) -> str | int | bool | None:
    value = str(node.value)
    if getattr(node, "style", None) is not None:
        return value
    if value in _PLAIN:
        return _PLAIN[value]
    return int(value) if _WHOLE.fullmatch(value) else value


def _refuse(code: str, line: int, path: Path, message: str, fix: str) -> RouteFileError:
    return RouteFileError([Problem(code, line, path_text(path), message, fix)])
