"""Refusals of this room, and the sentences for its codes, for officials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jichi.engines.forms.rules import Problem
from jichi.kernel.errors import Conflict, Invalid

MESSAGES: Final[dict[str, str]] = {
    "designer.range": "{min}以上{max}以下の整数で入力してください。",
    "designer.pairs": "1行に「名前=値」の形で入力してください。",
    "designer.slug": "英小文字で始め、英小文字・数字・-だけの60文字までにしてください。",
    "designer.name": "英小文字で始め、英小文字・数字・_だけにしてください。",
    "designer.name_taken": "この名前は、ほかで使っています。別の名前にしてください。",
    "designer.slug_taken": "この識別名の手続があります。別の名前にしてください。",
    "designer.open_already": "この手続の設計は、もう始まっています。その設計を続けてください。",
    "designer.file_wrong": "このファイルには{count}か所の誤りがあります。何も取り込んでいません。",
    "designer.not_yours": "ほかの課の手続です。担当課を確かめるか、コピーして自分の課の手続として始めてください。",
    "designer.changed_since": "ほかの人が先に同じところを変えました。あなたの変更は保存していません。",
    "designer.locked": "公開の承認を待っているので、変えられません。変えるときは、依頼を取り下げてください。",
    "designer.ended": "この設計は終わっています。",
    "designer.too_large": "手続が大きすぎます。ページか質問を減らしてください。",
    "designer.last_one": "1つは要ります。ほかのものを足してから消してください。",
    "designer.has_errors": "誤りが{count}か所あるので、公開できません。「点検」で直してください。",
    "designer.example_fails": "例「{name}」が期待と違うので、公開できません。{why}。「例」で確かめてください。",
    "designer.too_many_examples": "例は{count}件までです。要らないものを消してください。",
    "designer.unreadable": "設計に誤りがあり、動かせません。「点検」で直してください。",
    "designer.nothing_new": "公開している版から変わったところがありません。",
    "designer.past": "公開の日時は、今より後にしてください。",
    "designer.own_request": "自分が依頼した公開は、承認できません。ほかの人が承認します。",
    "designer.not_asked": "この設計は、公開の承認を待っていません。",
    "designer.not_open": "この手続は、公開していません。",
    "designer.trial_over": "試行の続きが見つかりません。はじめから試してください。",
    "designer.gone": "そこは、ほかの人が消しました。",
}
"""Code → sentence."""


class BadFile(Invalid):
    """The file is no definition; `problems` say why, line by line. Nothing was taken over."""

    code = "designer.file_wrong"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(problems)


class Stale(Conflict):
    """Somebody else saved the same part first; nothing was overwritten. `items` are those that differ."""

    code = "designer.changed_since"

    def __init__(self, items: Sequence[str], who: str = "") -> None:
        super().__init__()
        self.items, self.who = tuple(items), who
