"""Texts that stand as data: dicts of languages in Python and mappings of languages in YAML."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from jichi.kernel.localized import LANGUAGES

from .tree import Module, shown, text_of

ALL = frozenset(LANGUAGES)


def python_texts(module: Module) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Dict literals keyed by language: where, and language → text (None where it is made by code)."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Dict):
            continue
        keys = [text_of(key) for key in node.keys]
        if "ja" in keys and len(keys) > 1 and all(key in ALL for key in keys):
            texts = {str(k): text_of(v) for k, v in zip(keys, node.values, strict=True)}
            if texts["ja"] is not None:  # else a table of something other than texts
                yield module.at(node), texts


def yaml_texts(path: Path) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Mappings keyed by language anywhere in a YAML file."""
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        yield from _walk(document, shown(path))


def _walk(node: Any, where: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    if isinstance(node, dict):
        if isinstance(node.get("ja"), str) and len(node) > 1 and set(node) <= ALL:
            yield where, {k: v if isinstance(v, str) else None for k, v in node.items()}
            return
        for key, value in node.items():
            yield from _walk(value, f"{where}:{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _walk(value, f"{where}[{number}]")


def gaps(where: str, texts: dict[str, str | None], *, all_five: bool = False) -> list[str]:
    """Languages missing or empty. A text in Japanese and English alone is for officials and operators."""
    missing = sorted(ALL - set(texts))
    if missing and (all_five or set(texts) != {"ja", "en"}):
        return [f"{where}: {texts['ja']!r} is missing in {', '.join(missing)}"]
    return [
        f"{where}: empty in {language}" for language, text in texts.items() if text is not None and not text.strip()
    ]
