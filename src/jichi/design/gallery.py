"""Invented contents for the gallery: each component with short, long, empty and wrong contents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from jichi.kernel.errors import FieldError

from .dates import DateParts
from .fields import FormField, Option, SentFile
from .parts import (
    Card,
    Chart,
    Column,
    Contact,
    Difference,
    Emergency,
    Event,
    Fact,
    Figure,
    Link,
    Listing,
    Progress,
    Row,
    Series,
    Task,
    TaskGroup,
)
from .render_parts import status_chip
from .statuses import STATUS_LOOKS

PAGES: Final[dict[str, str]] = {
    "words": "ボタン・状態・お知らせ",
    "start": "開始ページ(A1)",
    "question": "質問ページ(A2)",
    "fields": "入力欄",
    "fields-errors": "入力欄(エラー)",
    "check": "確認ページ(A3)",
    "done": "完了ページ(A4)",
    "tasks": "やること一覧(A5)",
    "list": "一覧(A6)",
    "list-empty": "一覧(当てはまるものなし)",
    "record": "記録(A7)",
    "figures": "数字・処理の進み(A9・A10)",
    "compare": "比べる(A11)",
}
"""Key → title; the part before "-" is the template."""

_TOKYO: Final = ZoneInfo("Asia/Tokyo")
_LONG: Final = "とても長い文字列が入っても枠からはみ出さずに折り返すことを確かめるための例文です。" * 2


def _nav(layout: str) -> list[dict[str, Any]]:
    if layout == "staff":
        lines = [("work", "自分の番", True), ("work", "課の仕事", False), ("people", "住民・団体", False)]
        lines += [("services", "電子申請", False), ("figures", "数字", False), ("search", "検索", False)]
        lines += [("inbox", "お知らせ", False), ("sign_out", "ログアウト", False)]
    else:
        lines = [("apply", "手続", True), ("book", "予約・申込み", False), ("pay", "支払い", False)]
        lines += [("ask", "相談・質問", False), ("living", "暮らしの情報", False), ("search", "検索", False)]
        lines += [("inbox", "お知らせ箱", False), ("my", "やること", False), ("my", "設定", False)]
    return [{"area": a, "label": t, "url": f"#{a}-{i}", "current": c} for i, (a, t, c) in enumerate(lines)]


_WAYS: Final = (
    Option("post", "郵送", "3日から5日かかります"),
    Option("counter", "窓口で受け取る"),
    Option("pdf", "PDFで受け取る"),
)


def all_fields() -> list[FormField]:
    """One of every kind."""
    return [
        FormField(
            name="name",
            label="お名前",
            autocomplete="name",
            value="緑山 花子",
            hint="戸籍と同じ文字でなくてもかまいません",
        ),
        FormField(name="kana", label="フリガナ", kind="kana", size=24),
        FormField(name="birth", label="生年月日", kind="date", hint="例 昭和60年1月2日", autocomplete="bday"),
        FormField(name="postcode", label="郵便番号", kind="postcode", address_button=True),
        FormField(name="email", label="メールアドレス", kind="email"),
        FormField(name="phone", label="電話番号", kind="phone", required=False),
        FormField(name="copies", label="通数", kind="number", unit="通", size=4, value="1"),
        FormField(name="why", label="使いみち", kind="textarea", hint="200文字以内"),
        FormField(
            name="town", label="町名", kind="select", options=(Option("1", "みどり町一丁目"), Option("2", "さくら台"))
        ),
        FormField(name="way", label="受け取り方", kind="radio", options=_WAYS),
        FormField(
            name="help",
            label="必要な手伝い",
            kind="checkboxes",
            required=False,
            options=(Option("a", "手話通訳"), Option("b", "車いす席")),
        ),
        FormField(
            name="photo",
            label="母子健康手帳の写真",
            kind="file",
            accept="image/*,.pdf",
            hint="10MBまでの写真かPDF",
            files=(SentFile("接種の記録.jpg", "2.3MB", "1"),),
        ),
        FormField(name="code", label="メールで届いた番号", kind="code"),
        FormField(name="secret", label="パスワード", kind="password", autocomplete="current-password"),
        FormField(name="known", label="住所(登録されている内容)", kind="shown", value="みどり町一丁目2番3号"),
        FormField(name="agree", label="記入した内容に間違いはありません", kind="consent"),
    ]


def wrong_fields() -> list[FormField]:
    """The same, each with its error."""
    errors = {
        "name": FieldError("field.required"),
        "kana": FieldError("field.kana"),
        "birth": FieldError("field.not_a_date", {"text": "2026年2月30日"}),
        "postcode": FieldError("field.postcode"),
        "email": FieldError("field.email"),
        "phone": FieldError("field.phone"),
        "copies": FieldError("field.number_too_large", {"max": 5}),
        "why": FieldError("field.too_long", {"max": 200, "now": 236}),
        "town": FieldError("field.choose_one"),
        "way": FieldError("field.choose_one"),
        "help": FieldError("field.choose_at_most", {"max": 1, "now": 2}),
        "photo": FieldError("file.too_large", {"name": "写真.heic", "size": "12MB", "max": "10MB", "kept": 2}),
        "code": FieldError("field.code"),
        "agree": FieldError("field.consent"),
    }
    return [
        f.with_error(errors[f.name]) if f.name in errors else f
        for f in all_fields()
        if f.name != "birth"
    ] + [
        FormField(
            name="birth",
            label="生年月日",
            kind="date",
            value=DateParts("", "2026", "2", "30"),
            error=errors["birth"],
        )
    ]  # fmt: skip


def _words() -> dict[str, Any]:
    return {
        "statuses": [key for key in STATUS_LOOKS if key.startswith(("status.", "task.", "change."))],
        "staff_statuses": [key for key in STATUS_LOOKS if key.startswith("staff.")],
        "long_text": _LONG,
        "emergency": Emergency(
            title="大雨警報が出ています",
            text="川の近くに近づかないでください。",
            at="午後3時20分",
            url="#e",
            url_text="避難所を見る",
        ),
        "acting_for": {"name": "緑山 一郎", "leave_url": "#leave"},
        "items": [
            Card(
                title="住民票の写しの交付",
                url="#c1",
                text="本人か同じ世帯の人が申請できます。",
                status="open",
                facts=(("word.fee", "300円"),),
            ),
            Card(
                title="予防接種予診票の再発行",
                url="#c2",
                kind="inbox.todo",
                status="correction",
                action="action.resume",
            ),
            Card(title=_LONG[:60], url="#c3", text=_LONG),
            Card(title="二十歳のつどい 参加申込", url="#c4", status="opens_later"),
        ],
    }


def _facts() -> list[Fact]:
    return [
        Fact(label="word.name", value="緑山 花子", change_url="#name", name=True),
        Fact(
            label="word.address", value=["郵便番号 100-0000", "みどり町一丁目2番3号"], change_url="#address", name=True
        ),
        Fact(label="受け取り方", value="郵送", change_url="#way"),
        Fact(label="使いみち", value=_LONG, change_url="#why"),
        Fact(label="電話番号", value="", change_url="#phone"),
    ]


def _record() -> dict[str, Any]:
    at = dt.datetime(2026, 6, 10, 20, 15, tzinfo=_TOKYO)
    return {
        "facts_rows": _facts()[:3],
        "events": [
            Event(
                at=at + dt.timedelta(days=2),
                what="補正をお願いしました",
                who="戸籍住民課",
                detail="写真を撮り直してください。",
            ),
            Event(at=at + dt.timedelta(days=1), what="審査を始めました", who="戸籍住民課"),
            Event(at=at, what="申請を受け付けました", who="緑山 花子", via="インターネット"),
        ],
        "help": Contact(
            name="戸籍住民課 証明係",
            phone="03-0000-0001",
            hours="月曜日から金曜日 午前9時から午後5時",
            place="区役所2階 3番窓口",
        ),
        "tab_links": [Link("申請内容", "#t1", current=True), Link("書類", "#t2"), Link("経過", "#t3")],
    }


def _tasks() -> dict[str, Any]:
    blocked = Task(title="申込みを送る", state="blocked", reason="ほかが終わると始められます")
    first = (
        Task(title="家庭の状況", state="done", url="#t1"),
        Task(title="子ども", state="done", url="#t2", hint="1人"),
        Task(title="勤務先の証明", state="in_progress", url="#t3"),
        Task(title="希望の園", url="#t4"),
    )
    return {"groups": [TaskGroup(title="準備", tasks=first), TaskGroup(title="送る", tasks=(blocked,))]}


_COLUMNS: Final = (
    Column(key="number", title="受付番号", head=True),
    Column(key="procedure", title="手続"),
    Column(key="name", title="氏名", name=True),
    Column(key="status", title="状態"),
    Column(key="due", title="期限", sort=True),
    Column(key="fee", title="手数料(円)", number=True, sort=True),
)


def _rows() -> list[Row]:
    states = ("staff.not_started", "staff.in_review", "staff.correction", "staff.overdue", "staff.drafting")
    names = ("緑山 花子", "青木 太郎", "𠮷田 一", "NGUYEN VAN AN", "川辺 さくら")
    return [
        Row(
            cells=(
                f"K7M{i}-2QF9",
                "住民票の写し",
                names[i],
                status_chip(states[i]),
                f"2026年6月{i + 12}日(金)",
                f"{300 * i:,}",
            ),
            url=f"#row-{i}",
            key=str(i),
            tone="error" if states[i] == "staff.overdue" else "",
        )
        for i in range(5)
    ]


def _filter(name: str, label: str, options: tuple[Option, ...], value: str = "") -> FormField:
    return FormField(
        name=name, label=label, kind="select", options=options, show_mark=False, required=False, value=value
    )


def _listing(url: str, *, empty: bool) -> Listing:
    choices = (Option("", "すべて"), Option("in_review", "審査中"), Option("correction", "補正依頼中"))
    return Listing(
        caption="課の仕事",
        columns=_COLUMNS,
        rows=[] if empty else _rows(),
        url=url,
        params={"q": "緑山", "status": "in_review", "sort": "due"},
        search=FormField(name="q", label="受付番号・氏名", required=False, show_mark=False, value="緑山"),
        filters=(
            _filter("status", "状態", choices, "in_review"),
            _filter("division", "担当", (Option("", "すべて"),)),
        ),
        sort="due",
        total=412,
        first=51,
        after="c2",
        before="b1",
        csv_url="#csv",
        bulk=(("act", "take", "担当にする"),),
    )


def _charts() -> dict[str, Chart]:
    months = ("4月", "5月", "6月", "7月", "8月", "9月")
    return {
        "bars": Chart(
            title="月ごとの申請",
            description="6月がいちばん多く、312件でした。",
            labels=months,
            series=(
                Series("インターネット", (120, 180, 312, 220, None, 260)),
                Series("窓口", (300, 260, 210, 190, 170, 150)),
            ),
            unit="件",
            source="電子申請の記録",
        ),
        "single": Chart(
            title="手続ごとの申請",
            description="住民票の写しが半分をこえます。",
            labels=("住民票", "予診票", "つどい"),
            series=(Series("件数", (612, 240, 138)),),
            unit="件",
        ),
        "lines": Chart(
            title="審査にかかった日数",
            description="4.2日から2.1日に短くなりました。",
            labels=months,
            series=(
                Series("みどり区", (4.2, 3.9, 3.1, 2.8, 2.4, 2.1), forecast_from=4),
                Series("目標", (3.0, 3.0, 3.0, 3.0, 3.0, 3.0)),
                Series("前年", (5.1, 5.0, 4.9, 4.8, 4.6, 4.4)),
            ),
            unit="日",
            source="電子申請の記録",
            kind="line",
        ),
    }


def _figures() -> dict[str, Any]:
    return {
        "figures": [
            Figure(label="受け付けた申請", value="1,284", unit="件", target="1,200件", last_year="980件", mark="good"),
            Figure(
                label="期限内に終わった割合", value="91.4", unit="%", target="95.0%", last_year="93.2%", mark="partly"
            ),
            Figure(label="紙で届いた申請", value="402", unit="件", target="300件", mark="bad"),
        ],
        **_charts(),
        "job": Progress(
            title="住民の記録を取り込んでいます",
            done=12_400,
            total=50_000,
            phase="検査中",
            started="佐藤 午前10時2分に開始",
            elapsed="1分20秒たちました",
            remaining="あと約4分",
            stop_url="#stop",
            stop_note="中止すると、1件も取り込みません。",
        ),
    }


def _comparison() -> dict[str, Any]:
    return {
        "rows": [
            Difference(label="診療時間", before="午前9時から正午", after="午前9時から午後1時"),
            Difference(label="休診日", after="木曜日", change="added"),
            Difference(label="駐車場", before="3台", change="removed"),
            Difference(label="電話", before="03-0000-0002", after="03-0000-0002", change="same"),
        ]
    }


_CONTENTS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "words": _words,
    "question": lambda: {"fields": [all_fields()[9]], "back": "#back"},
    "fields": lambda: {"fields": all_fields(), "back": "#back"},
    "fields-errors": lambda: {"fields": wrong_fields(), "back": "#back"},
    "check": lambda: {"facts_rows": _facts(), "back": "#back"},
    "done": lambda: {"own_heading": True},
    "tasks": _tasks,
    "record": _record,
    "figures": _figures,
    "compare": _comparison,
}


def context_for(name: str, *, layout: str, url: str) -> dict[str, Any]:
    """The context of one gallery page."""
    context: dict[str, Any] = {
        "title": PAGES[name],
        "nav": _nav(layout),
        "inbox_count": 3,
        "account": {"name": "佐藤 直子", "kind": "staff", "post": "戸籍住民課 主任"} if layout == "staff" else None,
        "breadcrumb": [("nav.home", "#home"), ("手続", "#apply")],
        "layout": layout,
    }
    if name.startswith("list"):
        return {**context, "listing": _listing(url, empty=name == "list-empty"), "wide": True, "uses_htmx": True}
    if name in ("figures", "words"):
        context["wide"] = True
    return {**context, **_CONTENTS.get(name, dict)()}
