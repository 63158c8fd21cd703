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
    "nursery.moments": "受付の始まりと締切は、両方を入れて、始まりを先にしてください。例: 2026-11-30 17:00",
    "nursery.place": "緯度と経度は、日本の中の数で入力してください。例: 35.6581、139.7517",
    "nursery.income": "所得階層は、0から99までの整数で入力してください。",
    "nursery.not_sent": "この申込みは、受付を待っていません。保護者が送り直すと、また受け付けられます。",
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
    "nursery.not_open": {
        "ja": "オンラインの受付は終わりました。担当課におたずねください。",
        "easy": "インターネットの申し込みは終わりました。区役所に聞いてください。",
        "en": "Online applications are closed. Please ask the office in charge.",
        "zh-hans": "网上受理已结束。请咨询主管部门。",
        "ko": "온라인 접수가 끝났습니다. 담당 부서에 문의해 주세요.",
    },
    "nursery.incomplete": {
        "ja": "まだ答えていないところがあります。すべて答えてから送ってください。",
        "easy": "まだ書いていないところがあります。全部書いてください。",
        "en": "Some steps are not answered yet. Please finish them before you send.",
        "zh-hans": "还有未填写的项目。请全部填写后再提交。",
        "ko": "아직 답하지 않은 항목이 있습니다. 모두 답한 뒤 보내 주세요.",
    },
    "nursery.own_changed": {
        "ja": "内容が変わりました。もう一度確かめてから送ってください。",
        "easy": "書いたことが変わりました。もう一度見てください。",
        "en": "The contents have changed. Please check them again before you send.",
        "zh-hans": "内容已更改。请再次确认后提交。",
        "ko": "내용이 바뀌었습니다. 다시 확인한 뒤 보내 주세요.",
    },
    "nursery.too_old": {
        "ja": "入園日に0歳から5歳のクラスになる生年月日を入力してください。",
        "easy": "0才から5才のクラスの子どもだけです。生まれた日を見てください。",
        "en": "Only children of the classes 0 to 5 on the day of entry. Please check the date of birth.",
        "zh-hans": "仅限入园日为0岁至5岁班的儿童。请确认出生日期。",
        "ko": "입소일에 0세~5세 반이 되는 아동만 가능합니다. 생년월일을 확인해 주세요.",
    },
    "nursery.children_limit": {
        "ja": "1つの申込みの子どもは{max}人までです。",
        "easy": "子どもは{max}人までです。",
        "en": "One application takes up to {max} children.",
        "zh-hans": "一份申请最多{max}名儿童。",
        "ko": "한 신청에 아동은 {max}명까지입니다.",
    },
    "nursery.child_stays": {
        "ja": "受け付けた申込みの子どもは外せません。担当課におたずねください。",
        "easy": "申し込んだ子どもは、やめることができません。区役所に聞いてください。",
        "en": "A child whose application was accepted can't be taken out here. Please ask the office in charge.",
        "zh-hans": "已受理申请中的儿童不能在此删除。请咨询主管部门。",
        "ko": "접수된 신청의 아동은 여기서 뺄 수 없습니다. 담당 부서에 문의해 주세요.",
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
