"""Sentences for the codes of this room, for officials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MESSAGES: Final[dict[str, str]] = {
    "bankfile.layout": "レイアウトの表の{line}行目を読めません({what})。",
    "bankfile.no_layout": "「{name}」というレイアウトはありません。",
    "bankfile.unconfirmed": "「{title}」の項目の位置は確かめられていません。使う前に相手方の仕様書と見比べてください。",
    "bankfile.empty": "レコードがありません。",
    "bankfile.end_of_file": "ファイルの終わりに1Ahがあります。読むときは除きました。",
    "bankfile.short_records": "1行が{length}バイトです。{full}バイトまで空白を補って読みました。",
    "bankfile.line_length": "この行は{length}バイトです。{expected}バイトでなければなりません。",
    "bankfile.order": "データ区分「{before}」のあとに「{key}」が来ています。",
    "bankfile.no_end": "エンドレコード(データ区分9)がありません。ファイルが途中で切れていないか確かめてください。",
    "bankfile.extra_ends": "エンドレコードが{count}件あります。余りは除いて読みました。",
    "bankfile.unpaired": "ヘッダーが{headers}件、トレーラーが{trailers}件で、数が合いません。",
    "bankfile.character": "使えない文字(バイト {bytes})があります: 「{value}」",
    "bankfile.unusual": "銀行が使わない文字があります: 「{value}」。そのまま読みました。",
    "bankfile.filler": "空白のはずの所に「{value}」があります。",
    "bankfile.number": "数字でなければなりません: 「{value}」",
    "bankfile.fixed": "「{words}」でなければなりません: 「{value}」",
    "bankfile.choice": "「{words}」のどれかでなければなりません: 「{value}」",
    "bankfile.not_positive": "0より大きくなければなりません。",
    "bankfile.too_long": "「{value}」は{now}文字分で、{max}文字分までです。",
    "bankfile.total": "トレーラーは{said}ですが、明細を数えると{counted}です。",
    "bankfile.results_in_request": "依頼のファイルなのに、結果コードが0でない明細が{count}件あります。",
    "bankfile.kana": "銀行のファイルに書けない文字があります: {characters}。フリガナを直してください。",
    "bankfile.not_text": "CSVとして読めません。文字コードはShift_JISかUTF-8にしてください。",
    "bankfile.not_csv": "この行から先を読めません。引用符の閉じ忘れがないか確かめてください。",
    "bankfile.columns": "列が{count}個です。{expected}個でなければなりません。",
    "bankfile.no_column": "この列がありません。1行目に列の名前を入れてください。",
    "bankfile.time": "時刻として読めません: 「{value}」",
    "bankfile.day": "日付として読めません: 「{value}」",
    "bankfile.several_groups": "ヘッダーが{count}組あるファイルは、1組ずつに分けてから変換してください。",
    "bankfile.kind": "「{value}」という種別は、この相手方との取り決めにありません。",
    "bankfile.check_digit": "バーコードの検査数字が合いません: 「{value}」",
    "bankfile.pay_by": "バーコードの取扱期限が日付ではありません: 「{value}」",
    "bankfile.amount_differs": "金額がバーコードの金額とちがいます。",
    "bankfile.plain_code": "店舗コードと企業コードは、20文字までの英数字です。",
    "bankfile.issuer": "企業コードは6けたの数字で入力してください。",
    "bankfile.prefix": "自由使用欄の頭は{max}けたまでの数字で入力してください。",
    "bankfile.kinds": "種別の表は、2けたの数字と意味(advance、final、cancel、corrected)の組にしてください。",
    "bankfile.alarm_days": "日数は1から90までにしてください。",
    "bankfile.digits": "{length}けたの数字で入力してください。",
    "bankfile.not_waiting": "このファイルは、もう取り込んだか、取りやめたものです。",
    "bankfile.file_lost": "保存したファイルが、受け取ったときのものとちがいます。システム担当に知らせてください。",
    "bankfile.too_large": "ファイルが大きすぎます。{max}MBまでにしてください。大きいファイルはコマンドで取り込めます。",
    "bankfile.wrong_purpose": "この相手方のファイルではありません。相手方と種類を選び直してください。",
    "bankfile.note_needed": "どう片付けたかを入力してください。",
    "bankfile.entry_closed": "この差異は、もう片付いています。",
    "bankfile.yucho_symbol": "記号は5けたの数字で入力してください。",
    "bankfile.yucho_symbol_start": "記号の1けた目は0か1です。",
    "bankfile.yucho_number": "番号は数字で入力してください。",
    "bankfile.yucho_number_length": "番号のけた数が合いません。",
    "bankfile.yucho_number_end": "番号の終わりは1です。通帳を見直してください。",
}


def words(code: str, params: Mapping[str, object]) -> str:
    """The sentence for a code where no page is drawn; whole numbers get commas."""
    shown = {name: f"{value:,}" if type(value) is int else str(value) for name, value in params.items()}
    return MESSAGES[code].format_map(shown)
