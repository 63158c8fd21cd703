"""Findings of a definition file in the words of the pages: no item names, questions by their own names. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from jichi.engines.forms.rules import ITEM_NAMES

from .labels import LABELS
from .places import Plain
from .sentences import all_asked

FIXES: Final[Mapping[str, str]] = {
    "not_for_kind": "この種類の質問では使えない欄を、空にする",
    "needed_for_kind": "足りない欄を入れる",
    "extra_forbidden": "この設計を取り込んだファイルを、作った人に確かめる",
    "string_type": "文字で入れる",
    "int_type": "整数で入れる",
    "int_parsing": "整数で入れる",
    "bool_type": "「はい」か「いいえ」を選ぶ",
    "bool_parsing": "「はい」か「いいえ」を選ぶ",
    "dict_type": "この欄を空にして、入れ直す",
    "model_type": "この欄を空にして、入れ直す",
    "tuple_type": "この欄を空にして、入れ直す",
    "list_type": "この欄を空にして、入れ直す",
    "literal_error": "選べるものから選び直す",
    "string_pattern_mismatch": "英小文字で始め、英小文字と数字だけにする",
    "no_japanese": "日本語の文を入れる",
    "unknown_language": "ほかの言語の文を消す",
    "unknown_fact": "台帳の項目を選び直す",
    "id_twice": "どちらかの識別名を変える",
    "column_alone": "列と一緒に、表の質問も選ぶ",
    "day": "2026-04-01 のように、年4けた、月2けた、日2けたで入れる",
    "moment": "2026-10-01 か 2026-10-01 17:00 のように入れる",
    "unknown_field": "なくなった質問を使っているところを直す",
    "field_in_eligibility": "台帳の項目だけで決める",
    "unknown_option": "その質問の選択肢から選び直す",
    "unknown_column": "その表にある、数の列を選び直す",
    "not_compared": "「答えている」か「答えていない」で決める",
    "table_compared": "表の列を選ぶ",
    "later_field": "先にきく質問だけを使うか、ページの順を変える",
    "name_taken": "識別名を変える",
    "empty_range": "大きいほうと小さいほうを入れ替える",
    "no_noun": "「誤りの文での名前」を入れる(「同伴の有無」など)",
    "not_a_date": "2026-04-01 か「今日」で入れる",
    "not_a_number": "整数で入れる",
    "identification": "本人の確認を、アカウントかマイナンバーカードにする",
    "signature_level": "本人の確認を、アカウントかマイナンバーカードにする",
    "result_title": "結果の文書の題名を入れる",
    "notice_unconfirmed": "法規担当が確かめたら、「法規担当が確かめた」に印を付ける",
    "fee_hidden": "質問を必須にして全員にきくか、手数料の項目に条件を付ける",
    "needs_proof": "カードと暗証番号など、手もとに置くものを「用意するもの」に入れる",
    "unknown_life_event": "生活の場面を選び直す",
    "follows_itself": "別の手続を選ぶ",
    "fee_count": "個数か数の質問を選ぶ",
    "fee_delivery": "「受け取り方」で選んだ方法だけにする",
    "unknown_fee_item": "手数料の項目を選び直す",
    "price_overlap": "前の金額の「いつまで」を、次の金額の「いつから」の前の日にする",
    "price_gap": "「いつから」を、前の金額が終わった次の日にする",
    "price_ends": "続く金額を加えるか、「いつまで」を空にする",
    "applicant_kind": "申請する人を選び直す",
    "delivery_field": "受け取り方を1つ選ぶ質問を作り、「受け取り方」で選ぶ",
    "delivery_ways": "質問の選択肢と「受け取り方」の方法を、同じにする",
    "delivery_address": "住所の質問を選ぶ",
    "route_facts": "決裁経路が見る金額を選ぶか、別の経路にする",
    "unknown_route": "決裁経路を選び直す",
    "route_amount": "数か金額の質問、または表の数の列を選ぶ",
    "placeholder": "日本語と同じ差し込みの言葉を入れる",
    "one_check": "「台帳と比べる」か「規則」の、どちらか1つにする",
    "one_source": "台帳の項目、質問、文の、どれか1つにする",
    "one_route": "経路を1つ選ぶか、金額ごとに選ぶかの、どちらかにする",
    "route_limits": "金額を小さい順に並べ、最後の経路の金額を空にする",
    "one_due": "日数か決まった日の、どちらか1つにする",
    "one_reference": "質問、台帳の項目、今日の、どれか1つにする",
    "condition_shape": "条件を作り直す",
    "condition_operator": "条件を作り直す",
    "row_limits": "行の数の下限を、上限より小さくする",
    "pattern": "「形」を空にするか、システムの担当に相談する",
    "bounds": "南の端を北の端より、西の端を東の端より小さくする",
    "one_address": "「登録の住所だけ」と「別の住所だけ」の、どちらかにする",
    "unknown_division": "担当課を選び直す",
}
"""Code → what to do, on the pages. What is not here is said as forms says it."""

MESSAGES: Final[Mapping[str, str]] = {
    "not_for_kind": "この種類の質問では使えない欄に、何か入っています。",
    "needed_for_kind": "この種類の質問に要る欄が、空です。",
    "extra_forbidden": "この版のジチでは使えない欄があります。",
    "literal_error": "選べないものが入っています。",
    "dict_type": "この欄の形が違います。",
    "model_type": "この欄の形が違います。",
    "tuple_type": "この欄の形が違います。",
    "list_type": "この欄の形が違います。",
    "bool_type": "「はい」か「いいえ」の欄です。",
    "bool_parsing": "「はい」か「いいえ」の欄です。",
    "identification": "この手続には、もっと確かな本人の確認が要ります。",
    "delivery_ways": "受け取り方をきく質問の選択肢が、「受け取り方」と違います。",
    "column_alone": "列だけが選ばれています。",
    "column_twice": "表の列の識別名が、2回あります。",
    "column_kind": "表の列には使えない種類か、条件があります。",
    "one_check": "比べ方が決まっていません。",
    "one_source": "何を見せるかが決まっていません。",
    "one_route": "決裁経路が決まっていません。",
    "route_limits": "金額ごとの経路の順が違います。",
    "one_due": "いつまでかが決まっていません。",
    "one_reference": "何と比べるかが決まっていません。",
    "one_address": "登録の住所と別の住所の、両方は選べません。",
    "condition_shape": "条件が途中までです。",
    "condition_operator": "条件の比べ方が決まっていません。",
    "row_limits": "行の数の下限が、上限より大きくなっています。",
    "pattern": "「形」が使えない書き方です。",
    "bounds": "地図の範囲が逆になっています。",
    "applicant_kind": "この手続では選べない人が、「申請する人」にあります。",
    "no_noun": "見出しが問いの形なので、誤りの文に使う名前が要ります。",
    "unknown_language": "知らない言語の文があります。",
}
"""Code → what is wrong, where forms says it in the words of the file."""
_REWORDED: Final[Mapping[str, str]] = {
    "min が max より大きくなっています。": "いちばん小さい値が、いちばん大きい値より大きくなっています。",
    "until が from より前です。": "「いつまで」が「いつから」より前です。",
}
_QUOTED: Final = re.compile(r"「([a-z][a-z0-9_]*):?」")


def in_page_words(code: str, message: str, fix: str, data: Plain) -> tuple[str, str]:
    """Message and fix of a finding as pages say them: questions and items by what they are called there."""
    short = code.partition(".")[2]
    names = {one: asked.name for one, asked in all_asked(data).items()}

    def named(found: re.Match[str]) -> str:
        word = names.get(found[1]) or LABELS.get(found[1]) or ITEM_NAMES.get(found[1]) or found[1]
        return f"「{word}」"

    told, mended = MESSAGES.get(short, _REWORDED.get(message, message)), FIXES.get(short, fix)
    if short == "missing":  # its item is named in the message
        mended = "この欄に入れる"
    return _QUOTED.sub(named, told), _QUOTED.sub(named, mended)
