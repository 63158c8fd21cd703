"""Sentences for the codes of this room, for officials."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    "admin.not_base64": "この値を読めません。ディレクトリから書き出し直してください。",
    "admin.division": "「{name}」という課はありません。課の名前か記号を確かめてください。",
    "admin.role": "「{word}」という役割はありません。「{words}」から選んでください。",
    "admin.not_waiting": "これは、もう確認を待っていません。",
    "admin.changed_since": "読んだあとに、組織が変わりました。変わるところを、もう一度確かめてください。",
    "people.login": "職員IDは、半角の英数字と「.」「_」「-」「@」で2文字から64文字にしてください。",
    "people.post_half": "課と職は、両方を入力するか、両方を空にしてください。",
    "people.days": "終了日は、開始日と同じか後の日にしてください。",
    "people.differs": "{line}行目と、氏名・フリガナ・メールが違います。同じ職員IDの行は、同じにしてください。",
    "people.overlap": "同じ職の期間が重なります。何も取り込んでいません。期間を直して、もう一度読んでください。",
    "people.twice": "{line}行目と同じ職です。1行にしてください。",
    "plan.kind": "区分は「{words}」のどれかにしてください。",
    "plan.nobody": "職員ID「{login}」の利用中の職員はいません。先に職員を取り込んでください。",
    "plan.not_held": "「{login}」は、その日に「{title}」に就いていません。",
    "plan.held": "「{login}」は、その日に「{title}」に就いています。",
    "plan.roles": "「{title}」の役割が決まりません。役割の列に書いてください。",
    "plan.closed": "「{name}」という使用中の課はありません。",
    "plan.division_there": "「{name}」という記号の課は、もうあります。",
    "plan.past": "実施日は、今日か今日より後の日にしてください。",
    "plan.empty": "計画に異動が1件もありません。",
    "plan.orphans": "引き継ぐ人が決まっていないものがあります。すべてに答えてから確認してください。",
    "plan.wrong": "計画に誤りがあります。直してから確認してください。",
    "plan.same_person": "計画を書いた人は確認できません。ほかの管理者が確認します。",
    "plan.changed": "見たあとに、計画か組織が変わりました。影響をもう一度確かめてください。",
    "plan.over": "この計画は、もう変えられません。",
}
"""Code → sentence."""
