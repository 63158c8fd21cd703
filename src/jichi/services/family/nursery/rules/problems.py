"""What can be wrong with the tables: codes, and the Japanese sentence of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEANING: Final[dict[str, str]] = {
    "E_FILE": "必要なファイルがないか、CSVとして読めません",
    "E_ENCODING": "文字コードとして正しくないバイトがあります",
    "E_COLUMN": "必要な列または値がありません",
    "E_NUMBER": "整数ではありません",
    "E_NEGATIVE": "募集数が0より小さくなっています",
    "E_CONDITION": "きょうだいの条件が正しくないか、成り立ちません",
    "E_DUP_SLOT": "同じ施設とクラスの行が2つあります",
    "E_DUP_CHILD": "同じ児童IDの行が2つあります",
    "E_DUP_FAMILY": "同じ世帯IDの行が2つあります",
    "E_DUP_SEQ": "きょうだいの順番が重なっています",
    "E_DUP_RANK": "1人の児童の希望順位が重なっています",
    "E_DUP_CHOICE": "1人の児童が同じ施設を2回希望しています",
    "E_NO_SLOT": "その施設にその児童のクラスの枠がありません",
    "E_NO_CHILD": "児童の表にない児童です",
    "E_NO_FAMILY": "世帯の表にない世帯です",
    "E_EMPTY_FAMILY": "児童のいない世帯です",
    "E_CURRENT_SLOT": "在籍中の施設に、その児童のクラスの枠がありません",
    "E_OPTION": "世帯が並べた組合せの行が正しくありません",
    "E_PIN": "指定の行が正しくありません",
    "E_TIE": "2つの世帯の選考順位が、すべての項目で同じです",
    "W_BELOW_CURRENT": "在籍中の施設より下の希望は読みません",
    "W_OPTIONS_TRUNCATED": "組合せが多いため、上から4,000個までを使います",
    "W_EMPTY_LIST": "使える希望のない児童です",
    "W_LOCAL_TB": "希望ごとの項目 local_tb が使われています。希望順位で選考が変わると、書き方で損得が生じます",
    "W_ZERO_SLOT": "枠のない施設への希望です",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding. `line` counts the file's lines from 1 (0: the file as a whole); `id` is the row's own id."""

    code: str
    file: str
    line: int = 0
    id: str = ""
    detail: str = ""

    @property
    def is_error(self) -> bool:
        """Errors stop the matching, warnings do not."""
        return self.code.startswith("E_")

    @property
    def sentence(self) -> str:
        """What it is, in Japanese, with what was found."""
        return MEANING[self.code] + (f"（{self.detail}）" if self.detail else "")
