"""What the items of a definition, and the words they may hold, are called in Japanese: for officials who design one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KIND_NAMES: Final[Mapping[str, str]] = {
    "text": "文字(1行)", "kana": "フリガナ", "name": "氏名", "textarea": "文章", "email": "メールアドレス",
    "phone": "電話番号", "postcode": "郵便番号", "number": "数", "count": "個数", "money": "金額", "date": "日付",
    "choice": "1つ選ぶ", "multi": "いくつでも選ぶ", "yesno": "はい・いいえ", "file": "ファイル", "consent": "同意",
    "note": "説明", "confirm": "登録内容の確認", "address": "住所", "table": "表",
    "person": "世帯の人", "point": "場所(地図の点)",
}  # fmt: skip
"""Kind of question → its name."""

ITEM_NAMES: Final[Mapping[str, str]] = {
    "format": "形式", "id": "id", "version": "版", "title": "題名", "summary": "概要", "keywords": "検索のことば",
    "synonyms": "言いかえのことば", "life_events": "ライフイベント", "division": "担当課", "legal_basis": "根拠",
    "audience": "対象", "eligibility": "申請できる人", "subject": "だれについての申請か", "applicants": "申請する人",
    "follows": "前の手続", "opens_on": "受付の始まり", "closes_on": "受付の終わり",
    "closing_on_closed_day": "休みの日に終わるとき", "fee": "手数料", "expected_minutes": "入力にかかる分",
    "processing_days": "標準処理期間(開庁日)", "needs": "用意するもの", "other_ways": "ほかの申請方法",
    "contact": "問い合わせ先", "identification": "本人確認", "signature": "署名", "second_person": "もう1人の確認",
    "delivery": "受け取り方", "uniqueness": "重複の扱い", "retention_years": "保存年限", "pages": "ページ",
    "cross_checks": "答えどうしの確認", "declarations": "宣言", "official_checks": "職員の点検",
    "corrections": "補正の文", "decision": "決定", "route": "決裁経路", "result": "結果の文書",
    "follow_ups": "後の手続", "messages": "通知の文", "at_least": "以上", "under": "未満", "field": "質問",
    "column": "列", "compare": "台帳との比較", "fact": "台帳の項目", "text": "文", "example": "例", "when": "条件",
    "message": "誤りの文", "accept": "承認", "refuse": "不承認", "review_notice": "教示",
    "correction_days": "補正の日数",
    "ways": "受け取り方", "address": "送り先の質問", "rules": "規則", "reason": "理由", "items": "項目",
    "code": "コード", "prices": "価格", "count": "数える質問", "exemptions": "免除", "pay_days": "納める日数",
    "kind": "種類", "label": "見出し", "noun": "誤りの文での呼び方", "hint": "ヒント", "required": "必須",
    "show_if": "表示の条件", "prefill": "台帳からの記入", "autocomplete": "自動入力", "max_length": "最大の文字数",
    "pattern": "形", "pattern_message": "形が違うときの文", "min": "最小", "max": "最大", "unit": "単位",
    "options": "選択肢", "display": "並べ方", "max_choices": "選べる数", "shows": "見せる項目", "if_no": "違うときの文",
    "max_files": "ファイルの数", "register_only": "登録の住所だけ",
    "other_only": "別の住所だけ", "towns": "区内の町から選ぶ", "columns": "列", "min_rows": "最少の行",
    "max_rows": "最多の行", "procedure": "手続", "after": "いつから", "days": "日数", "on": "期日", "article": "条",
    "look": "要確認の文", "ok": "よいときの文", "rule": "規則", "value": "値", "exclusive": "ほかと一緒に選べない",
    "reasons": "理由の文", "reason_required": "理由が必須", "intro": "前書き", "fields": "質問", "from": "始まり",
    "until": "終わり", "yen": "金額(円)", "today": "きょうからの日数", "template": "様式", "lead": "本文",
    "notes": "注意", "valid_until": "有効期限", "verifiable": "確認用の二次元コード", "seal": "公印",
    "confirmed": "法規担当の確認",
    "amount": "金額", "steps": "金額ごとの経路", "up_to": "金額の上限", "who": "だれが", "age": "年齢",
    "relationships": "続柄", "organisations": "団体の種類", "law": "根拠の法令", "all": "すべて", "any": "どれか",
    "not": "でない", "equals": "等しい", "not_equals": "等しくない", "in": "どれか", "not_in": "どれでもない",
    "contains": "含む", "answered": "答えている", "between": "間", "at_most": "以下",
    "max_people": "選べる人数", "include_self": "本人も選べる", "bounds": "地図の範囲", "south": "南の端",
    "west": "西の端", "north": "北の端", "east": "東の端",
}  # fmt: skip
"""Item of a definition file → its name."""

_LEVELS = {"none": "なし", "email": "メール", "account": "アカウント", "card": "マイナンバーカード"}

VALUE_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "identification": _LEVELS,
    "kind": {
        **KIND_NAMES, "self": "本人", "household_child": "世帯の子ども", "household_member": "世帯の人",
        "organisation": "団体", "counter": "窓口", "post": "郵送", "ticket": "入場券", "notice": "通知書",
        "paper": "紙で渡す", "none": "なし",
    },
    "applicants": {
        "self": "本人", "household": "世帯の人", "parent": "親", "guardian": "法定代理人", "agent": "代理人(委任)",
        "officer": "団体の役員", "paper": "紙", "telephone": "電話",
    },
    "ways": {"pdf": "PDF", "post": "郵送", "counter": "窓口"},
    "delivery": {"pdf": "PDF", "post": "郵送", "counter": "窓口"},
    "uniqueness": {"none": "何度でも", "subject_per_fiscal_year": "年度に1回"},
    "closing_on_closed_day": {"keep": "そのまま", "next_open_day": "次の開庁日まで"},
    "display": {"radio": "ボタン", "select": "一覧から選ぶ"},
    "accept": {"image": "画像", "pdf": "PDF"},
    "after": {"sent": "送った日", "decided": "決定の日"},
    "seal": {"none": "なし", "omitted": "公印省略"},
}  # fmt: skip
"""Item → word in the file → how it is said."""
