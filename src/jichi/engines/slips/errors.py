"""What this room's error codes say. Slips are read and issued by officials: one Japanese text for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import Invalid

from .rules import Fault

MESSAGES: Final[dict[str, str]] = {
    # the barcode of stores and phone apps
    "slip.length": "けた数が違います。{wanted}けたのところ、{length}けたです。写し間違いがないか確かめてください。",
    "slip.non_digit": "数字でない文字が混じっています。納付書の数字だけを入力してください。",
    "slip.identifier": "先頭が{found}です。収納用のバーコードは91で始まります。ほかのバーコードを読んでいます。",
    "slip.check_digit": "検査数字が合いません。最後は{right}のはずですが、{found}です。どこかの数字が違います。",
    "slip.date": "支払期限の{found}は、日付ではありません。",
    "slip.stamp": "印紙税の区分が{found}です。0か1でなければなりません。",
    "slip.amount_zero": "金額が0円です。納める額のある納付書だけを発行できます。",
    "slip.not_gs1": "GS1-128のバーコードではありません(読取器の記号が{mark})。"
    "FNC1がないため、コンビニエンスストアのレジで受け付けられません。印刷のしかたを直してください。",
    "slip.issuer": "請求者コードの{found}は、この市区町村のものではありません。ほかの請求者の納付書です。",
    "slip.unknown_key": "この納付番号の納付書は、あなたの課の発行の記録にありません。",
    "slip.old_reissue": "古い納付書です(再発行{found}回目)。今、有効なものは{current}回目です。"
    "二重に納めないよう伝えてください。",
    "slip.amount_differs": "金額が発行の記録と違います。記録は{right}円、納付書は{found}円です。",
    "slip.pay_by_differs": "支払期限が発行の記録と違います。記録は{right}です。",
    "slip.expired": "支払期限の{day}を過ぎています。コンビニエンスストアやアプリでは納められません。",
    "slip.over_limit": "金額が上限の{limit}円を超えています。バーコードは付けられません。",
    "slip.handwritten": "金額を手で書く納付書には、バーコードを付けられません。",
    "slip.issuer_shape": "請求者コードは6けたの数字です。",
    "slip.free_area": "納付番号は{max}けたまでの数字です。",
    "slip.reissues": "再発行は{max}回までです。新しい納付番号で発行してください。",
    "slip.century": "支払期限は2000年から2099年までの日にしてください。",
    "slip.amount_layout": "金額は1円から{max}円までです。",
    # OCR line and eL-QR
    "slip.line_part": "{part}は{length}けたの数字です。",
    "slip.ocr_length": "OCRの行のけた数が違います。上段は39けた、下段は44けたのところ、{length}けたです。",
    "slip.ocr_pair": "OCRの{line}の検査数字が合いません。先頭は{right}のはずですが、{found}です。",
    "slip.el_tags": "eL-QRの項目の並びか長さが違います。地方税統一QRコードではありません。",
    "slip.el_fixed": "eL-QRの項目{tag}の決まった値が違います。",
    "slip.el_agency": "収納機関番号が{found}です。eL-QRでは13800でなければなりません。",
    "slip.el_amount": "eL-QRの中の2つの金額が違います({outer}円と{inner}円)。",
    "slip.el_due": "eL-QRの納期限の{found}は、日付ではありません。",
    "slip.el_pay_by": "eL-QRの支払期限の{found}は、日付ではありません。",
    "slip.el_expired": "eL-QRの支払期限の{day}を過ぎています。",
    "slip.el_body": "eL-QRの団体の番号の{found}は、この市区町村のものではありません。",
    "slip.el_days": "eL-QRの支払期限は、納期限より前にできません。",
    "slip.crc": "検査符号(CRC)が合いません。{right}のはずですが、{found}です。",
    "slip.jpqr_shape": "JPQRの{place}文字目からの項目を読めません。",
    # reading
    "slip.unknown_text": "納付書の番号や符号ではありません。"
    "バーコードの下の2行、QRコードの中身、OCRの行のどれかを入力してください。",
    "slip.nothing_found": "納付書のバーコードもQRコードも見つかりません。"
    "明るい所で、まっすぐ、近くから撮り直してください。",
    "slip.several_barcodes": "収納用のバーコードが{count}個あります。1枚の納付書には1個だけです。",
    "slip.symbols_differ": "バーコードの金額({bars}円)と、eL-QRの金額({square}円)が違います。",
    "slip.text_or_file": "番号か、写真かPDFの、どちらかを入れてください。",
    # issuing
    "slip.no_terms": "納付書の取り決め(請求者コードなど)が登録されていません。システム担当に知らせてください。",
    "slip.no_orders": "発行する納付書がありません。",
    "slip.orders": "{count}件の納付書を作れないため、1件も発行していません。最初は{who}: {why}",
    "slip.run_differs": "同じ名前の発行が、別の内容で済んでいます。",
    "slip.doubled": "納付番号{number}が、1回の発行に2度あります。1件も発行していません。",
    "slip.taken": "納付番号{number}は、別の納付に使われています。1件も発行していません。",
    "slip.pay_by_past": "支払期限の{day}は過ぎています。",
    "slip.at_once": "ほかの人が同時に、同じ納付書を出し直しました。もう一度試してください。",
    "slip.terms_there": "{day}から始まる取り決めは、もうあります。別の日からにしてください。",
    "slip.replaced": "この納付書は、もう出し直されています。最新の内容を見てください。",
    # window and printing
    "slip.dpi": "プリンターの細かさは、300、400、600dpiのどれかです。",
    "slip.places": "納める所とアプリの名前は、それぞれ{max}文字までです。",
    "slip.window_empty": "住所か氏名がありません。窓あき封筒で送れません。",
    "slip.window_address": "住所が長くて、封筒の窓に入りません({max}文字まで)。",
    "slip.window_name": "氏名が長くて、封筒の窓に入りません({max}文字まで)。",
    "slip.window_place": "封筒の窓の位置が、紙の上の場所に収まりません。",
    "slip.window_small": "封筒の窓は、幅85mm、高さ40mmより大きくしてください。",
    "slip.title": "何の納付書かは、{max}文字までで書いてください。",
    "slip.rows": "内訳は{rows}行まで、名前は{label}文字、内容は{value}文字までです。",
    "slip.glyph": "印刷できない文字があります: {characters}",
}


@dataclass(frozen=True, slots=True)
class OrderFault:
    """An order that cannot be printed: its payment number, whose it is, and why."""

    number: str
    name: str
    fault: Fault


class OrdersRefused(Invalid):
    """Orders of a run that cannot be printed; none of the run was issued. `found` names every one of them."""

    code = "slip.orders"

    def __init__(self, found: Sequence[OrderFault]) -> None:
        first = found[0]
        why = MESSAGES[first.fault.code].format(**first.fault.params)
        super().__init__(None, count=len(found), who=f"{first.name}({first.number})", why=why)
        self.found = tuple(found)
