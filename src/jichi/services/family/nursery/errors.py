"""Sentences for the codes of this room, for officials and for families."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText

MESSAGES: Final[dict[str, str]] = {
    "nursery.code_twice": "この番号は{line}行目にもあります。",
    "nursery.code": "番号は、半角の英数字とハイフンで40文字までにしてください。",
    "nursery.word": "「{word}」は使えません。「{words}」から選んでください。",
    "nursery.key_place": "優先の行の「組」には、順番を1からの整数で入力してください。",
    "nursery.place_about": "園の行の対象は、世帯か児童にしてください。",
    "nursery.unknown_answer": "「{name}」という項目はありません。「{words}」から選んでください。",
    "nursery.points": "点は、-10,000から10,000までの整数で入力してください。",
    "nursery.condition": "「{text}」は条件として読めません。「項目 = 答え」「項目 >= 数」の形で書いてください。",
    "nursery.only_equal": "「{name}」は = か != で比べてください。",
    "nursery.family_differs": "同じ申込番号の前の行と、世帯の内容が違います。",
    "nursery.too_many_children": "1つの申込みの児童は{max}人までです。",
    "nursery.no_facility": "「{code}」という園はありません。園の一覧の番号を確かめてください。",
    "nursery.addressee": "宛名番号は、15桁までの数字で入力してください。",
    "nursery.no_class": "入園日に0歳から5歳のクラスになりません。生年月日を確かめてください。",
    "nursery.wishes": "希望の園は、違う園を1つ以上{max}までにしてください。",
    "nursery.seats": "空き枠は、0から500までの整数で入力してください。",
    "nursery.class": "クラスは、0から5までの整数で入力してください。",
    "nursery.days": "日付は、希望の締切、結果の日、入園日の順にしてください。",
    "nursery.name_taken": "その名前はもう使われています。",
    "nursery.table_days": "使い終わる日は、使い始める日より後にしてください。",
    "nursery.table_overlaps": "同じ期間に、承認した指数表「{name}」があります。期間を重ねないでください。",
    "nursery.no_table": "入園日に使える指数表がありません。指数表を承認してから、もう一度読み込んでください。",
    "nursery.table_fixed": "承認した指数表は変えられません。写しを作って変えてください。",
    "nursery.not_proposed": "この指数表は、承認を待っていません。",
    "nursery.other_person": "2人目は、1人目と別の人にしてください。",
    "nursery.changed_since": "ほかの人が先に変えました。最新の内容を確かめてください。",
    "nursery.papers_missing": "足りない書類があります。そろってから確認してください。",
    "nursery.published": "結果を公表した回です。変えられません。",
    "nursery.run_busy": "この回の計算がもう動いています。終わってから始めてください。",
    "nursery.nobody": "確認の済んだ児童がいません。指数を2人で確認してから始めてください。",
    "nursery.not_done": "計算が終わっていません。",
    "nursery.inputs_changed": "計算したあとに申込みか空き枠が変わりました。もう一度計算してください。",
    "nursery.not_approved": "2人の承認がそろっていません。",
    "nursery.family_pin": "きょうだいのいる世帯は、全員を固定するか、全員を外してください。",
    "nursery.no_seat_there": "その園に、この児童のクラスの枠がありません。",
}
"""Code → sentence."""
FOR_FAMILIES: Final[dict[str, LocalizedText]] = {
    "nursery.withdrawn": {
        "ja": "この申込みは取り下げました。", "easy": "この申し込みは、やめました。",
        "en": "This application was withdrawn.", "zh-hans": "此申请已撤回。", "ko": "이 신청은 취하했습니다.",
    },
    "nursery.wishes_closed": {
        "ja": "希望を変えられる期間は終わりました。担当課におたずねください。",
        "easy": "変えることができる日は終わりました。区役所に聞いてください。",
        "en": "The time for changing wishes is over. Please ask the office in charge.",
        "zh-hans": "可更改志愿的期间已结束。请咨询主管部门。",
        "ko": "희망을 바꿀 수 있는 기간이 끝났습니다. 담당 부서에 문의해 주세요.",
    },
    "nursery.own_wishes": {
        "ja": "第1希望から、違う園を1つ以上選んでください。",
        "easy": "保育園を1つ以上選んでください。同じ保育園は1回だけです。",
        "en": "Choose at least one nursery, and each nursery only once.",
        "zh-hans": "请至少选择一所保育园，且每所只选一次。",
        "ko": "어린이집을 하나 이상, 같은 곳은 한 번만 선택해 주세요.",
    },
}  # fmt: skip
"""Code → sentence in five languages: what families meet."""
