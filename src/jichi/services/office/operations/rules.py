"""From facts to lights: green, yellow or red, a sentence a person can read, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

Colour: TypeAlias = Literal["green", "yellow", "red"]
ORDER: Final[tuple[Colour, ...]] = ("green", "yellow", "red")
GIB: Final = 1024**3
CLOCK_MOST: Final = 2.0
"""Seconds that two clocks may be apart, or one may jump."""


@dataclass(frozen=True, slots=True)
class Light:
    """One line of the health page."""

    key: str
    title: str
    colour: Colour
    sentence: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What `jichi doctor` found in one room: state is "ok", "missing" or "wrong"."""

    what: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the lights are made from. Durations in seconds, sizes in bytes."""

    now: datetime
    demo: bool
    postgres: str
    connections: int
    most_connections: int
    longest_transaction: float
    workers: int
    waiting: int
    oldest_wait: float
    failed: int
    outbox_waiting: int
    outbox_oldest: float
    outbox_failed: int
    disk_free: int
    disk_total: int
    late: Sequence[str] = ()
    stopped: Sequence[str] = ()
    backup_at: datetime | None = None
    backup_trouble: str = ""
    certificate_until: datetime | None = None
    certificate_trouble: str = ""
    https: bool = False
    web_offset: float = 0.0
    worker_offset: float | None = None
    jumped_at: datetime | None = None
    jump: float = 0.0
    scanner: bool = False
    peers: Sequence[str] = ()
    looked_at: datetime | None = None
    seen: Sequence[Seen] = field(default_factory=tuple)


def span_text(seconds: float) -> str:
    """A duration for people: 「42秒」「3分」「5時間」「2日」."""
    for size, word in ((86_400, "日"), (3_600, "時間"), (60, "分")):
        if seconds >= size:
            return f"{int(seconds // size)}{word}"
    return f"{int(seconds)}秒"


def size_text(size: float) -> str:
    """Bytes in GB, as sellers of disks count."""
    return f"{size / 1e9:,.1f}GB"


def _database(f: Facts) -> Light:
    title = "データベース"
    share = f.connections / max(1, f.most_connections)
    if share > 0.9:
        return Light("database", title, "red", f"接続が{f.most_connections}本のうち{f.connections}本使われています。",
                     "使っていないプログラムの接続を閉じるか、JICHI_DB_POOL_MAXを小さくしてください。")  # fmt: skip
    if f.longest_transaction > 600:
        return Light("database", title, "yellow", f"{span_text(f.longest_transaction)}続いている操作があります。",
                     "取込や集計の途中でなければ、jichi psql で pg_stat_activity を確かめてください。")  # fmt: skip
    return Light("database", title, "green", f"PostgreSQL {f.postgres}が応えています。接続は{f.connections}本です。")


def _worker(f: Facts) -> Light:
    if not f.workers:
        return Light("worker", "処理係（ワーカー）", "red", "動いている処理係がありません。メールも書類も出ません。",
                     "jichi up の画面かログを確かめ、止まっていれば起動してください。")  # fmt: skip
    return Light("worker", "処理係（ワーカー）", "green", f"{f.workers}つの処理係が動いています。")


def _jobs(f: Facts) -> Light:
    title = "処理の待ち"
    if f.oldest_wait > 300:
        colour: Colour = "red" if f.oldest_wait > 3600 else "yellow"
        return Light("jobs", title, colour,
                     f"{f.waiting:,}件が待ち、いちばん古いものは{span_text(f.oldest_wait)}待っています。",
                     "大きな取込の後でなければ、処理係の数（JICHI_WORKERS）を増やしてください。")  # fmt: skip
    if f.failed:
        return Light("jobs", title, "yellow", f"失敗した処理が{f.failed:,}件あります。",
                     "「処理の一覧」で原因を見て、直してからやり直してください。")  # fmt: skip
    return Light("jobs", title, "green", f"待っている処理は{f.waiting:,}件で、遅れていません。")


def _periodic(f: Facts) -> Light:
    if f.late:
        names = "、".join(f.late[:5])
        return Light("periodic", "決まった時刻の処理", "red", f"時刻を過ぎても始まっていません: {names}",
                     "処理係が動いているか確かめてください。動き出せば、抜けた回の分が1回行われます。")  # fmt: skip
    if f.stopped:
        return Light("periodic", "決まった時刻の処理", "yellow", f"止めてあります: {'、'.join(f.stopped[:5])}",
                     "止めた訳がなくなったら、「処理の一覧」で動かしてください。")  # fmt: skip
    return Light("periodic", "決まった時刻の処理", "green", "どれも時刻どおりに行われています。")


def _outbox(f: Facts) -> Light:
    title = "通知の送信"
    if f.outbox_oldest > 600:
        return Light("outbox", title, "red",
                     f"{f.outbox_waiting:,}通が待ち、いちばん古いものは{span_text(f.outbox_oldest)}待っています。",
                     "メールサーバーを確かめてください。戻れば、待っている通知は自動で送られます。")  # fmt: skip
    if f.outbox_failed:
        return Light("outbox", title, "yellow", f"送れなかった通知が{f.outbox_failed:,}通あります。",
                     "「送信の状況」で理由を見てください。")  # fmt: skip
    return Light("outbox", title, "green", f"待っている通知は{f.outbox_waiting:,}通です。")


def _disk(f: Facts) -> Light:
    text = f"空きは{size_text(f.disk_free)}（全体は{size_text(f.disk_total)}）です。"
    mend = "古いバックアップやログを移すか、大きなディスクに換えてください。いっぱいになると受付が止まります。"
    if f.disk_free < GIB or f.disk_free < f.disk_total * 0.01:
        return Light("disk", "ディスク", "red", text, mend)
    if f.disk_free < 5 * GIB or f.disk_free < f.disk_total * 0.1:
        return Light("disk", "ディスク", "yellow", text, mend)
    return Light("disk", "ディスク", "green", text)


def _backup(f: Facts) -> Light:
    title = "バックアップ"
    how = "jichi backup を実行してください。毎日の時刻は JICHI_BACKUP_AT で決めます。"
    if f.backup_at is None:
        colour: Colour = "yellow" if f.demo else "red"
        return Light("backup", title, colour, "まだ一度も取られていません。", how)
    age = (f.now - f.backup_at).total_seconds()
    text = f"最後に取れたのは{span_text(max(0.0, age))}前です。"
    if f.backup_trouble:
        return Light("backup", title, "red" if age > 172_800 else "yellow",
                     f"{text}その後は失敗しています（{f.backup_trouble}）。", how)  # fmt: skip
    if age > 26 * 3600:
        return Light("backup", title, "red" if age > 72 * 3600 else "yellow", text, how)
    return Light("backup", title, "green", text)


def _certificate(f: Facts) -> Light:
    title = "証明書（HTTPS）"
    if not f.https:
        return Light("certificate", title, "yellow", "HTTPSを使っていません。",
                     "本番では JICHI_HTTPS=1 とし、TLSの中継を前に置いてください。")  # fmt: skip
    if f.certificate_until is None:
        words = f"（{f.certificate_trouble}）" if f.certificate_trouble else ""
        return Light("certificate", title, "yellow", f"期限を確かめられませんでした{words}。",
                     "この機械から住所に届くか確かめてください。")  # fmt: skip
    days = (f.certificate_until - f.now).days
    if days < 21:
        return Light("certificate", title, "red" if days < 5 else "yellow", f"あと{days}日で切れます。",
                     "証明書を更新してください。")  # fmt: skip
    return Light("certificate", title, "green", f"あと{days}日使えます。")


def _clock(f: Facts) -> Light:
    title = "時計"
    mend = "NTPで時刻を合わせてください。署名・期限・先着の順番が時計によります。"
    apart = max(abs(f.web_offset), abs(f.worker_offset or 0.0))
    if apart > CLOCK_MOST:
        return Light("clock", title, "red", f"データベースの時計と{apart:.1f}秒ずれています。", mend)
    if f.jumped_at is not None and f.now - f.jumped_at < timedelta(days=1):
        way = "進み" if f.jump > 0 else "戻り"
        return Light("clock", title, "yellow", f"24時間以内に時計が{abs(f.jump):.0f}秒{way}ました。", mend)
    return Light("clock", title, "green", f"ずれは{apart * 1000:.0f}ミリ秒です。")


def _outside(f: Facts) -> Light:
    title = "外部との接続と点検"
    if f.looked_at is None or (f.now - f.looked_at).total_seconds() > 3600:
        return Light(
            "outside", title, "yellow", "1時間以内の点検の記録がありません。", "処理係が動いているか確かめてください。"
        )
    wrong = [one.what for one in f.seen if one.state == "wrong"]
    if wrong:
        return Light("outside", title, "yellow", f"確かめるものがあります: {'、'.join(wrong[:5])}",
                     "下の点検の表か、jichi doctor が直し方を示します。")  # fmt: skip
    named = f"使っている接続先: {'、'.join(f.peers)}。" if f.peers else "外部の接続先はありません。"
    return Light("outside", title, "green", named)


def _scanner(f: Facts) -> Light:
    title = "ウイルス検査"
    if not f.scanner:
        return Light("scanner", title, "yellow", "検査の仕組みにつないでいません。",
                     "JICHI_CLAMD に検査の仕組みの住所を入れてください。")  # fmt: skip
    return Light("scanner", title, "green", "受け取ったファイルを検査しています。応えないときは、ファイルは待ちます。")


_ALL: Final[tuple[Callable[[Facts], Light], ...]] = (
    _database, _worker, _jobs, _periodic, _outbox, _disk, _backup, _clock, _certificate, _scanner, _outside,
)  # fmt: skip


def lights(facts: Facts) -> tuple[Light, ...]:
    """Every light, in the order of the page."""
    return tuple(make(facts) for make in _ALL)


def worst(found: Sequence[Light]) -> Colour:
    """The colour of the whole."""
    return max((one.colour for one in found), key=ORDER.index, default="green")
