"""What this room's error codes say; only officials meet them."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    "collection.rate_missing": "{year}年の割合が登録されていないため、計算できません。割合を登録してください。",
    "collection.deferral_rate_missing": "{year}年の猶予期間の割合が登録されていないため、計算できません。",
    "collection.pay_period": "月給のほか(日給・週給・賞与)は計算できません。法令の定めで計算してください。",
    "collection.unknown_kind": "費目({kind})がないか、担当の課のものではありません。何も変えていません。",
    "collection.total": "調定({key})の内訳と期別の合計が合いません。何も変えていません。",
    "collection.grounds": "理由と決裁の番号を入力してください。何も変えていません。",
    "collection.amount": "{yen}円は扱えません(1円から{most}円まで)。何も変えていません。",
    "collection.days": "終わりの日が初めの日より前です。何も変えていません。",
    "collection.event_ended": "終わりの日は、別の日で記録済みです。何も変えていません。",
    "collection.nobody_takes": "納付番号の分からない収納を受け持つ課が決まっていません。何も変えていません。",
    "collection.agent_fee": "送金の日の手数料が、収納代行との取り決めにありません。登録してから取り込んでください。",
    "collection.yen": "『{label}』は、円の単位の数字で入力してください。",
    "collection.range": "『{label}』は、1円から{most}円までで入力してください。",
    "collection.future": "『{label}』は、今日までの日を入力してください。",
    "collection.no_bill": "『{label}』の期別がないか、ほかの課のものです。",
    "collection.paid_day": "『{label}』は、決定日から今日までの日を入力してください。",
    "collection.refund_on_its_way": "この還付は、支払い済みか、銀行に依頼中です。何も変えていません。",
    "collection.no_refund_waits": "口座の分かる還付で、支払いを待つものはありません。何も作っていません。",
    "collection.payout_early": "振込の日が、まだ来ていません。何も変えていません。",
    "collection.in_use": "還付または充当した収納は、取り消せません。先に充当を取り消してください。何も変えていません。",
}
"""Code → Japanese."""
FOR_RESIDENTS: Final[dict[str, dict[str, str]]] = {
    "collection.nothing_owed": {
        "ja": "支払うものはありません。", "easy": "お金をはらわなくていいです。", "en": "There is nothing to pay.",
        "zh-hans": "没有需要支付的款项。", "ko": "납부할 금액이 없습니다.",
    },
    "collection.slip_at_office": {
        "ja": "この納付書は、ここでは作れません。担当課にご連絡ください。",
        "easy": "お金をはらう紙を、ここでは作れません。区役所に電話してください。",
        "en": "This payment slip can't be made here. Please contact the office in charge.",
        "zh-hans": "此缴费单无法在此生成。请联系负责部门。",
        "ko": "이 납부서는 여기에서 만들 수 없습니다. 담당 부서에 문의해 주세요.",
    },
    "collection.choose_bills": {
        "ja": "支払うものを1つから{most}まで選んでください。", "easy": "はらうものを1つから{most}まで選んでください。",
        "en": "Choose between 1 and {most} bills.", "zh-hans": "请选择1至{most}项。",
        "ko": "1건에서 {most}건까지 선택해 주세요.",
    },
    "collection.other_office": {
        "ja": "担当課が違うものは、別々に支払ってください。", "easy": "別の係のものは、別々にはらってください。",
        "en": "Bills of different offices are paid separately.", "zh-hans": "不同部门的款项请分别支付。",
        "ko": "담당 부서가 다른 것은 따로 납부해 주세요.",
    },
    "collection.changed": {
        "ja": "支払う金額が変わりました。もう一度選んでください。お金は引き落とされていません。",
        "easy": "はらうお金が かわりました。もう一度選んでください。お金は へっていません。",
        "en": "What is owed has changed. Please choose again. No money was taken.",
        "zh-hans": "应付金额已变更。请重新选择。没有扣款。",
        "ko": "납부할 금액이 바뀌었습니다. 다시 선택해 주세요. 돈은 빠져나가지 않았습니다.",
    },
    "collection.being_paid": {
        "ja": "選んだもののどれかは、支払いの手続き中です。終わるまで、もう一度支払わないでください。",
        "easy": "今 はらっているところのものが あります。終わるまで 待ってください。",
        "en": "One of them is being paid just now. Do not pay it again until that is over.",
        "zh-hans": "所选项目中有正在支付的。在结束之前请勿重复支付。",
        "ko": "선택한 것 중 납부 절차가 진행 중인 것이 있습니다. 끝날 때까지 다시 납부하지 마세요.",
    },
    "collection.nothing_paid": {
        "ja": "この年に納めたものはありません。", "easy": "この年に はらったお金はありません。",
        "en": "Nothing was paid in this year.", "zh-hans": "该年度没有缴费记录。",
        "ko": "해당 연도에 납부한 금액이 없습니다.",
    },
}  # fmt: skip
"""Code → language → text."""
