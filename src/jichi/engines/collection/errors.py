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
    "collection.yen": "『{label}』は、円の単位の数字で入力してください。",
    "collection.range": "『{label}』は、1円から{most}円までで入力してください。",
    "collection.future": "『{label}』は、今日までの日を入力してください。",
    "collection.no_bill": "『{label}』の期別がないか、ほかの課のものです。",
    "collection.paid_day": "『{label}』は、決定日から今日までの日を入力してください。",
    "collection.in_use": "還付または充当した収納は、取り消せません。先に充当を取り消してください。何も変えていません。",
}
"""Code → Japanese."""
