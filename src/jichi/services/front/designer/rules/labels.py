"""What items of a definition are called on the designer's pages. What has no name here is called as forms calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.engines.forms.rules import ITEM_NAMES, KIND_NAMES, VALUE_NAMES

LABELS: Final[Mapping[str, str]] = {
    "id": "識別名", "version": "版", "title": "題名", "summary": "説明", "keywords": "検索の言葉",
    "synonyms": "言い換えの言葉", "life_events": "生活の場面", "division": "担当課", "legal_basis": "根拠",
    "eligibility": "申請できる人", "subject": "だれについての申請か", "applicants": "申請する人",
    "follows": "前の手続",
    "opens_on": "受付の始まり", "closes_on": "受付の終わり", "closing_on_closed_day": "終わりが閉庁日のとき",
    "fee": "手数料", "expected_minutes": "入力にかかる分", "processing_days": "結果までの開庁日数",
    "needs": "用意するもの",
    "other_ways": "ほかの申請方法", "contact": "問い合わせ先", "identification": "本人の確認",
    "signature": "電子署名",
    "second_person": "もう1人の確認", "delivery": "受け取り方", "uniqueness": "申請できる回数",
    "retention_years": "保存年限(年)", "pages": "ページ", "cross_checks": "答えどうしの確認",
    "declarations": "申請の前の宣言",
    "official_checks": "職員の確認項目", "corrections": "補正依頼の文", "decision": "決定", "route": "決裁経路",
    "result": "結果の文書", "follow_ups": "後の手続", "messages": "お知らせの文",
    "intro": "はじめの説明", "show_if": "きく条件", "fields": "質問", "kind": "種類", "label": "見出し",
    "noun": "誤りの文での名前",
    "hint": "入力の助け", "required": "必須", "prefill": "台帳から入れておく項目", "autocomplete": "端末の自動入力",
    "max_length": "文字数の上限", "pattern": "形(正規表現)", "pattern_message": "形が違うときの文",
    "min": "いちばん小さい値",
    "max": "いちばん大きい値", "unit": "単位", "options": "選択肢", "display": "見せ方",
    "max_choices": "選べる数の上限",
    "accept": "受け取るファイル", "max_files": "ファイルの数の上限", "text": "文", "shows": "見せる項目",
    "if_no": "違うときの案内",
    "register_only": "登録の住所だけ", "columns": "列", "min_rows": "行の数の下限", "max_rows": "行の数の上限",
    "value": "値", "exclusive": "ほかと一緒に選べない", "when": "条件", "field": "質問", "message": "誤りの文",
    "reason": "理由", "rules": "台帳で確かめる規則", "age": "年齢", "at_least": "以上(歳)", "under": "未満(歳)",
    "relationships": "数える続柄", "organisations": "団体の種別", "article": "条", "law": "法律", "who": "だれに",
    "days": "日数",
    "ways": "方法", "address": "送り先をきく質問", "items": "項目", "exemptions": "免除", "pay_days": "支払いの日数",
    "code": "識別名", "prices": "金額", "count": "数をきく質問", "from": "いつから", "until": "いつまで", "yen": "円",
    "amount": "見る金額", "steps": "金額ごとの経路", "up_to": "ここまで(円)", "column": "列",
    "procedure": "手続の識別名",
    "after": "数え始め", "on": "決まった日", "compare": "台帳と比べる", "rule": "規則", "ok": "よいときの文",
    "look": "要確認のときの文",
    "fact": "台帳の項目", "example": "書き方の例", "refuse": "認めないとき",
    "review_notice": "教示",
    "confirmed": "法規担当が確かめた", "correction_days": "補正の日数", "reasons": "理由の文例",
    "reason_required": "理由が必須",
    "template": "文書の型", "lead": "はじめの文", "notes": "注意書き", "valid_until": "有効期限",
    "verifiable": "真正性の確認ができる",
    "seal": "公印",
}  # fmt: skip
_OF_PART: Final[Mapping[tuple[str, str], str]] = {
    ("Decision", "accept"): "認めるとき", ("Outcome", "label"): "決定の言葉", ("Outcome", "text"): "知らせの文",
    ("ReviewNotice", "text"): "教示の文", ("OtherWay", "kind"): "方法", ("Result", "kind"): "文書の種類",
    ("Subject", "kind"): "対象", ("Eligibility", "text"): "だれが申請できるか",
    ("ReasonTemplate", "rule"): "根拠の条",
    ("FollowUp", "id"): "識別名", ("RouteStep", "id"): "決裁経路", ("RouteChoice", "id"): "決裁経路",
    ("Page", "title"): "ページの題名", ("CorrectionSentence", "text"): "依頼の文",
    ("Declaration", "text"): "宣言の文",
    ("SecondPerson", "text"): "確認する人への文", ("Signature", "text"): "申請する人への文",
}  # fmt: skip
HINTS: Final[Mapping[str, str]] = {
    "id": "英小文字で始め、英小文字・数字・_だけ。条件などで使う名前です。",
    "value": "英小文字で始め、英小文字・数字・_だけ。",
    "code": "英小文字で始め、英小文字・数字・_だけ。",
    "noun": "見出しが問いの形のときに使います。例: 同伴の有無",
    "opens_on": "例: 2026-10-01 か 2026-10-01 09:00。空ならいつでも",
    "closes_on": "例: 2027-03-31。その日の終わりまで",
    "min": "数か日付。今日、今日+30、台帳:subject.birth_date、質問:識別名 も書けます。",
    "max": "数か日付。今日、今日+30、台帳:subject.birth_date、質問:識別名 も書けます。",
    "prefill": "申請する人が直せます。", "keywords": "1行に1つ", "from": "例: 2026-04-01",
    "until": "最後の行は空にします。",
    "options": "1行に1つ。行の順に並びます。", "needs": "1行に1つ", "notes": "1行に1つ", "required": "",
    "expected_minutes": "はじめのページに出ます。", "processing_days": "標準処理期間。はじめのページに出ます。",
    "valid_until": "例: 2027-03-31", "messages": "1行に1つ。出来事=お知らせの型",
}  # fmt: skip

WORDS: Final[Mapping[str, str]] = {
    "text": "1行の文", "kana": "カナ", "name": "氏名", "textarea": "長い文", "email": "メールアドレス",
    "phone": "電話番号",
    "postcode": "郵便番号", "number": "数", "date": "日付", "choice": "1つ選ぶ", "multi": "いくつか選ぶ",
    "yesno": "はい・いいえ",
    "file": "ファイル", "consent": "同意", "note": "説明だけ", "confirm": "台帳の内容の確認", "address": "住所",
    "count": "個数",
    "money": "金額", "table": "表",
    "self": "本人", "household": "同じ世帯の人", "parent": "親", "guardian": "法定代理人", "agent": "代理人",
    "officer": "団体の役員",
    "paper": "紙", "telephone": "電話", "household_child": "同じ世帯の子ども",
    "household_member": "本人か同じ世帯の人",
    "organisation": "団体", "keep": "その日のまま", "next_open_day": "次の開庁日まで延ばす", "none": "なし",
    "account": "ログイン",
    "card": "マイナンバーカード", "subject_per_fiscal_year": "1人につき1年度に1回", "pdf": "PDF", "post": "郵送",
    "counter": "窓口",
    "radio": "ボタンを並べる", "select": "一覧から選ぶ", "image": "写真", "sent": "申請した日",
    "decided": "決定した日",
    "ticket": "券", "notice": "通知書", "omitted": "公印省略と書く", "family-name": "姓", "given-name": "名",
    "tel": "電話番号", "postal-code": "郵便番号", "street-address": "住所", "bday": "生年月日",
    "off": "入れない",
}  # fmt: skip
_WORDS_OF: Final[Mapping[tuple[str, str], str]] = {
    ("identification", "email"): "メールアドレス", ("identification", "none"): "しない(ログインなし)",
    ("uniqueness", "none"): "何回でも", ("seal", "none"): "書かない", ("result.kind", "none"): "出さない",
    ("result.kind", "paper"): "紙で渡す", ("ways", "paper"): "紙", ("autocomplete", "organization"): "団体名",
    ("autocomplete", "name"): "氏名", ("autocomplete", "email"): "メールアドレス", ("kind", "phone"): "電話",
    ("way", "phone"): "電話", ("way", "email"): "メール",
}  # fmt: skip

GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "texts": ("説明と検索", ("title", "summary", "keywords", "synonyms", "life_events", "legal_basis", "needs")),
    "who": (
        "申請できる人",
        ("eligibility", "subject", "applicants", "uniqueness", "follows", "second_person", "declarations"),
    ),
    "identification": ("本人の確認", ("identification", "signature")),
    "times": (
        "受付の期間と日数",
        ("opens_on", "closes_on", "closing_on_closed_day", "expected_minutes", "processing_days", "retention_years"),
    ),
    "fee": ("手数料", ("fee",)),
    "delivery": ("受け取り方", ("delivery",)),
    "checks": ("答えどうしの確認", ("cross_checks",)),
    "officials": ("職員の確認と補正", ("official_checks", "corrections")),
    "route": ("決裁経路", ("route",)),
    "decision": ("決定と教示", ("decision",)),
    "result": ("結果の文書", ("result",)),
    "after": ("後の手続", ("follow_ups",)),
    "messages": ("お知らせ", ("messages",)),
    "ways": ("担当と問い合わせ先", ("division", "contact", "other_ways")),
}
"""Settings page → its title, and the items of the definition on it."""
NOT_SET_HERE: Final = frozenset({"format", "id", "version", "pages", "audience"})


def label(item: str, part: str = "") -> str:
    """What an item of a part is called."""
    return _OF_PART.get((part, item)) or LABELS.get(item) or ITEM_NAMES.get(item, item)


def word(value: str, item: str = "") -> str:
    """What a value that can be chosen is called."""
    own = _WORDS_OF.get((item, value)) or WORDS.get(value)
    return own or KIND_NAMES.get(value) or VALUE_NAMES.get(item, {}).get(value, value)


def groups(items: tuple[str, ...]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The settings pages for the items that definitions have; items nobody placed stand on a page of their own."""
    known = {item for _title, of_group in GROUPS.values() for item in of_group} | NOT_SET_HERE
    found = {key: (title, tuple(i for i in of_group if i in items)) for key, (title, of_group) in GROUPS.items()}
    left = tuple(item for item in items if item not in known)
    return {**found, **({"others": ("そのほか", left)} if left else {})}
