"""Refusals of this room and the sentences for their codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jichi.kernel.errors import Invalid
from jichi.kernel.localized import LocalizedText

from .rules import LineError


class FileRefused(Invalid):
    """A file that can't be loaded: nothing of it was. `lines` are the first errors, `count` how many there are."""

    code = "registry.file_refused"

    def __init__(self, lines: Sequence[LineError], count: int | None = None) -> None:
        self.lines = tuple(lines)
        self.count = len(self.lines) if count is None else count
        super().__init__(self.code, count=self.count)


MESSAGES: Final[dict[str, LocalizedText]] = {
    "registry.file_refused": {
        "ja": "ファイルに誤りが{count}か所あります。何も取り込んでいません。",
        "easy": "ファイルに まちがいが {count}こ あります。何も 入れていません。",
        "en": "The file has {count} errors. Nothing of it was loaded.",
        "zh-hans": "文件中有{count}处错误，没有导入任何内容。",
        "ko": "파일에 오류가 {count}곳 있습니다. 아무것도 가져오지 않았습니다.",
    },
    "registry.unknown_organisation": {
        "ja": "その番号の団体はありません。",
        "easy": "その番号の 団体は ありません。",
        "en": "There is no organisation with this number.",
        "zh-hans": "没有使用该编号的团体。",
        "ko": "해당 번호의 단체가 없습니다.",
    },
}
"""Code → sentence."""
