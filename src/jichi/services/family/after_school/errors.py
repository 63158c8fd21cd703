"""What this room's error codes say; only officials meet them."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    "after_school.no_table": (
        "{year}年度の育成料の表がありません。表を登録し、2人目が承認してから計算してください。何も変えていません。"
    ),
    "after_school.changed": "見ている間に、計算の結果が変わりました。もう一度確かめてください。何も変えていません。",
    "after_school.full": "{club}の{month}は、定員({capacity}人)に達しています。何も変えていません。",
    "after_school.decided": "この申込みは決定済みです。何も変えていません。",
    "after_school.not_in_use": "この月は利用していません。何も変えていません。",
    "after_school.same_person": "表を作った人は承認できません。別の人が承認してください。",
    "after_school.examples": "例({names})の額が表の計算と違うため、承認できません。",
    "after_school.no_examples": "例が1つもないため、承認できません。例で確かめてください。",
    "after_school.nothing": "対象がありません。何も変えていません。",
    "after_school.month": "『{label}』は、2026-04 のように年と月で入力してください。",
    "after_school.month_order": "『{label}』は、初めの月より前にできません。",
    "after_school.past_month": "『{label}』は、今の年度より前にできません。",
    "after_school.percent": "『{label}』は、0から100までの数字で入力してください。",
    "after_school.person": "『{label}』の宛名番号の人が、住民記録にいません。",
    "after_school.club": "『{label}』のクラブ({name})がありません。",
    "after_school.grade": "『{label}』は、1から6までの数字で入力してください。",
    "after_school.class": "『{label}』は、{words} のどれかで入力してください。",
    "after_school.twice": "同じ児童が、ファイルに2回あります({line}行目)。",
    "after_school.there": "この児童は、もう利用しているか、申込み中です。",
    "after_school.example": "{line}行目: 「名前,階層,きょうだいの順,減免,額」の形で入力してください。",
    "after_school.plan_past": "『{label}』は、今日より前にできません。",
    "after_school.plan_steps": "『{label}』は、支払う日が{most}回までになるように入力してください。",
    "after_school.plan_months": "分納にする月を選んでください。納め終わった月は選べません。",
    "after_school.plan_debited": (
        "口座振替の契約が有効なため、分納にできません。先に契約を停止するか終了してください。何も変えていません。"
    ),
    "after_school.planned": "選んだ月に、ほかの分納の約束があります。何も変えていません。",
    "after_school.plan_over": "この分納の約束は、もう終わっています。",
    "after_school.by_hand": "支援措置か住所不明のため、納付書は手で作ってください。何も変えていません。",
    "after_school.no_terms": "納付書の取り決めがないため、発行できません。管理者に知らせてください。",
}
"""Code → Japanese."""
