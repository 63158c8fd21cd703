"""Words on paper forms and what they ask for: labels, units, sections, sentences. Pure data for `drafting`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Label:
    """What a label asks for. `fact`: what the register knows of the applicant; `sure`: nothing to look at."""

    pattern: str
    kind: str
    id: str
    fact: str = ""
    sure: bool = True
    unit: str = ""
    options: tuple[str, ...] = ()


LABELS: Final[tuple[Label, ...]] = (
    Label("フリガナ|ふりがな|カナ氏名|氏名カナ", "kana", "kana", "kana"),
    Label("(口座)?名義人?(カナ)?|口座名義(人)?(カナ|フリガナ)?", "kana", "account_holder"),
    Label("(申請者|届出者|届出人|本人|対象者|代表者|担当者|代理人|同伴者|児童|お子さん|子|受任者|委任者|保護者|世帯主|家族|世帯員|参加者|会員)?の?(お)?(氏名|名前)",
          "name", "name", "name"),
    Label("(団体|法人|事業者|会社|町会|屋号)の?(名称|名)", "text", "organisation", sure=False),
    Label("生年月日|誕生日", "date", "birth_date", "birth_date"),
    Label("(現|申請者の?|届出者の?)?住所", "address", "address", "address"),
    Label("(前|旧|新|転入先の?|送付先の?|勤務先の?)住所|所在地|場所", "text", "place", sure=False),
    Label("郵便番号|〒", "postcode", "postcode", "postcode"),
    Label("(日中の?|昼間の?|緊急)?(連絡先)?(の)?(電話|TEL|携帯)(番号)?|連絡先", "phone", "phone"),
    Label("(電子)?メール(アドレス)?|E-?mail(アドレス)?", "email", "email"),
    Label("性別", "choice", "sex", "sex", options=("男", "女")),
    Label("(世帯主との)?(続柄|関係)|本人との関係", "text", "relationship"),
    Label("年齢", "number", "age", unit="歳"),
    Label("国籍", "text", "nationality", "nationality"),
    Label("金融機関(名)?|銀行名|振込先金融機関", "text", "bank"),
    Label("(本)?支店(名)?|店名", "text", "branch"),
    Label("(預金|口座)?種(別|目)", "choice", "account_kind", options=("普通", "当座")),
    Label("口座番号", "text", "account_number"),
    Label(".*(金額|補助額|申請額|請求額|交付額|単価|費用|予算額|決算額|収入|支出)", "money", "amount"),
    Label(".*(通数|部数|枚数|個数|数量|必要数|台数|冊数)", "count", "count"),
    Label(".*(人数|参加者数|定員)", "count", "people", unit="人"),
    Label(".*(年月日|期日|日付|希望日|開始日|終了日|予定日|実施日|完了日|日時)", "date", "day"),
    Label(".*期間", "text", "period", sure=False),
    Label(".*(理由|目的|内容|概要|経緯|備考|特記事項|要望|意見|その他|効果|計画)", "textarea", "text"),
    Label("(団体)?(の)?(役職|職名)|職業|勤務先(名)?|学校名|学年|品名|科目|項目|内訳|摘要|件名|事業名|事業の名称|名称|番号|受給者番号|費目",
          "text", "word"),
)  # fmt: skip
"""First fitting wins; patterns fit the whole label."""

REFUSED: Final = re.compile(r"個人番号|マイナンバー")
"""Never asked for: there is no place for it."""
SEAL: Final = re.compile(r"^(印|㊞|押印|捺印|署名|自署|署名又は記名押印)$")
OFFICE: Final = re.compile(
    r"受付印|受付番号|受付欄|処理欄|職員(記入|使用)|事務処理|決裁|起案|(区|市|町|村)(使用|記入|処理)欄|収受"
)
"""What officials fill in: left out."""
ADDRESSED: Final = re.compile(r"(長|委員会|管理者)\s*(様|殿|あて|宛)|^[（(]?(あて先|宛先|提出先)")
TITLE: Final = re.compile(
    r"(申請書|申込書|届出書|届|請求書|報告書|願|願書|同意書|計画書|承認書|申出書|様式)(（.*）|\(.*\))?$"
)
CONSENT: Final = re.compile(r"(同意|誓約|確約|承諾|約束)(します|いたします|する|しました|の上)")
AGENT: Final = re.compile(r"代理人|委任|受任者")
ATTACHED: Final = re.compile(r"^(添付|提出|必要|確認)(書類|資料)|^添付$")
FORM_NUMBER: Final = re.compile(r"^(別記)?(第[0-9]+号(の[0-9]+)?)?様式(第?[0-9]+号?(の[0-9]+)?)?(\s*[(（].*)?$")
ROWS_OF: Final = re.compile(r"科目|品名|数量|単価|金額|内訳|摘要|備考|費目|項目")
"""Headings of tables more than labels of single answers."""
SEVERAL: Final = re.compile(r"すべて|全て|複数|いくつでも")
APPLICANT: Final = re.compile(r"申請者|届出者|届出人|申込者|申込人|請求者|本人|申請人")
OTHER_PERSON: Final = re.compile(
    r"代理|同伴|児童|子ども|お子|対象者|対象児|世帯|委任|保護者|受任|代表者|担当者|相手|家族|配偶|連帯|振込|口座"
)
YES_NO: Final = frozenset({"はい", "いいえ", "有", "無", "あり", "なし", "有り", "無し", "可", "否", "する", "しない"})
UNITS: Final = {
    "円": "money", "人": "count", "名": "count", "部": "count", "通": "count", "枚": "count", "個": "count",
    "台": "count", "件": "count", "回": "count", "歳": "number", "㎡": "number", "%": "number", "日間": "count",
}  # fmt: skip
BOX: Final = re.compile(r"[□☐◻▢❏☑]\s*")
DATE: Final = re.compile(r"(令和|平成|昭和|大正|西暦|明治|[・、/\s])*年\s+月\s+日(\s*生)?")
NUMBERED: Final = re.compile(
    r"^\s*([0-9]{1,2}\s*[.．、,)）]?\s+|[0-9]{1,2}[.．、)）]|[（(][0-9]{1,2}[）)]|[①-⑳]|第[0-9]+\s)\s*"
)
SECTION: Final = re.compile(r"^[■●◆【〔◎]")


_DAY: Final = ["年", "月", "日"]


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A label as it is meant: widths uniform, 「氏　　名」 without its blanks, no marks around it."""
    folded = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text)).strip()
    words = folded.split()
    if len(words) > 1 and all(len(word) == 1 for word in words) and words != _DAY:
        folded = "".join(words)
    return " ".join(folded.split()).strip("■●◆【】〔〕◎:：* ")


@lru_cache(maxsize=4096)
def label_of(text: str) -> Label | None:
    """What a label asks for; None for one that is not known."""
    words = NUMBERED.sub("", re.sub(r"[((].*?[))]", "", plain(text))).replace(" ", "")
    if not words or len(words) > 24:
        return None
    return next((label for label in LABELS if re.fullmatch(label.pattern, words, re.IGNORECASE)), None)
