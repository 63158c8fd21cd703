"""Sentences for the codes of this room, for officials."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    "inventory.volume": "年間件数は、0から100,000,000までの整数で入力してください。",
    "inventory.state": "状態は「{words}」のどれかにしてください。",
    "inventory.reason": "「{word}」は理由の言葉にありません。「{words}」から選んでください。",
    "inventory.division": "「{name}」という課はありません。課の名前か記号を確かめてください。",
    "inventory.reason_needed": "予定がない手続には、オンライン化できない理由を選んでください。",
    "inventory.reason_not_needed": "オンライン化済か廃止の手続には、理由を選ばないでください。",
    "inventory.note_needed": "「そのほか」を選んだときは、理由の説明を入力してください。",
    "inventory.plan_needed": "準備中か予定ありの手続には、予定日を入力してください。",
    "inventory.plan_not_needed": "予定日は、準備中か予定ありの手続だけに入力してください。",
    "inventory.not_yet": "開始日は、今日までの日にしてください。先の日は「準備中」の予定日に入力します。",
    "inventory.not_online": "開始日は、オンライン化済の手続だけに入力してください。",
    "inventory.code_twice": "この手続番号は{line}行目にもあります。番号は手続ごとに1つにしてください。",
    "inventory.slug_taken": "この電子申請の手続は、手続番号{code}と結び付いています。",
    "inventory.slug_unknown": "その識別名の手続は、この電子申請にありません。",
    "inventory.changed_since": (
        "ほかの人が先に変えました。あなたの変更は保存していません。最新の内容を確かめてください。"
    ),
    "inventory.not_waiting": "この取込は、もう確認を待っていません。",
    "inventory.target_count": "目標の数は、1から100,000までの整数で入力してください。",
}
"""Code → sentence."""
