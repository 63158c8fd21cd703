"""Sentences for the codes of this room, for officials."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    "cashless.pieces": "枚数は、0から{max}までの整数で入力してください。",
    "cashless.no_desk": "「{code}」という窓口はありません。窓口番号を確かめてください。",
    "cashless.no_division": "「{name}」という課はありません。課の名前か記号を確かめてください。",
    "cashless.no_clerk": "「{name}」という職員はいません。ログイン名を確かめてください。",
    "cashless.code": "番号は、英大文字・数字・ハイフンの12文字までで入力してください。",
    "cashless.code_twice": "番号「{code}」は2回あります。1つにしてください。",
    "cashless.many_items": "1つの窓口の項目は{max}までです。",
    "cashless.title": "名前は、1文字から{max}文字までで入力してください。",
    "cashless.unit": "単価は、1円から{max}円までの整数で入力してください。",
    "cashless.tax": "税区分は「{words}」のどれかにしてください。",
    "cashless.registration": "登録番号は、Tと13けたの数字です。",
    "cashless.limit": "金額は、0円から9,999,999円までの整数で入力してください。",
    "cashless.desk_moved": "窓口「{code}」には売上があるので、ほかの課に移せません。新しい窓口を作ってください。",
    "cashless.list_past": "料金表は、明日からの日で作ってください。今日までの料金は変えられません。",
    "cashless.list_there": "窓口「{code}」には、その日からの料金表がもうあります。別の日にしてください。",
    "cashless.nothing": "項目を1つ以上選んでください。1つの項目の数は{max}までです。",
    "cashless.tendered": "受け取った額は、合計の{total}円以上で入力してください。",
    "cashless.brand": "支払い方に合う種類を選んでください。",
    "cashless.number": "数は、0か1以上の整数で入力してください。",
    "cashless.price_changed": "料金表が変わりました。合計を確かめ直してください。何も記帳していません。",
    "cashless.no_fees": "この窓口には、今日の料金表がありません。管理者に料金表を作ってもらってください。",
    "cashless.other_repeat": "同じ売上が、別の内容で記帳済みです。記帳済みの内容を確かめてください。",
    "cashless.no_open_day": "窓口が開いていません。つり銭を数えて、窓口を開いてください。何も記帳していません。",
    "cashless.day_of_before": "{day}の窓口がまだ締まっていません。先に締めてください。何も変えていません。",
    "cashless.open_already": "この窓口は、もう開いています。",
    "cashless.closed_today": "この窓口は、今日はもう締めました。同じ日に2回は開けません。",
    "cashless.not_open": "この窓口の日は、開いていません。ほかの人が先に締めたのかもしれません。何も変えていません。",
    "cashless.not_waiting": "この日は、確認を待っていません。何も変えていません。",
    "cashless.reason_needed": "{difference}円の差があります。理由を入力してください。",
    "cashless.same_person": "数えた人とは別の人が確かめてください。",
    "cashless.not_closed": "締めていない日の現金は受け取れません。何も変えていません。",
    "cashless.more_than_sold": "返せる数は{left}までです。",
    "cashless.nothing_back": "返す項目の数を入力してください。",
    "cashless.not_clerk": "この窓口を扱う職員として登録されていません。",
    "cashless.terms": "取り決めの{part}が正しくありません。",
    "cashless.no_brand": "「{value}」というブランドは、取り決めにありません。",
    "cashless.period": "対象期間の終わりが始まりより前です。",
    "cashless.settlement_ended": "このファイルは、もう確認を待っていません。何も変えていません。",
    "cashless.difference_closed": "この差異は、もう片付いています。",
    "cashless.device_clock": "端末の時計が進んでいるか、31日より前の売上です。端末の日付と時刻を確かめてください。",
}
"""Code → sentence."""
