"""Words and small parts that the officials' pages of this room share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.parts import Link
from jichi.engines.accounts.access import SignedInRequest
from jichi.kernel.errors import FieldError, NotFound
from jichi.kernel.tables import LineError

from .. import queries
from ..queries import RoundView, RunView

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
RUN_STATES: Final = {
    "queued": ("順番待ち", "info"),
    "running": ("計算中", "info"),
    "done": ("計算済み", "done"),
    "refused": ("入力に誤りがある", "error"),
    "failed": ("検算に合わなかった", "error"),
    "stopped": ("中止した", "neutral"),
}
VERDICTS: Final = {
    "CHILD_OPTIMAL": "安定。どの児童にとっても最もよい結果です。",
    "STABLE": "安定。枠を取り返せる世帯はありません。",
    "STABLE_MAX": "安定。その中で内定が最も多い結果です。",
    "LEAST_BLOCKING": "安定した結果は存在しません(証明済み)。残る食い違いが最も少ない結果です。",
    "BEST_FOUND": "途中で止めた、それまでで最もよい結果です。",
}  # fmt: skip
STATUSES: Final = {
    "ADMITTED": ("内定", "done"), "TRANSFERRED": ("転園内定", "done"), "STAYED": ("在籍のまま", "neutral"),
    "WAITING": ("保留", "neutral"),
}  # fmt: skip
PHASES: Final = {
    "read": "表の読取り", "rank": "順位付け", "match": "選考", "narrow": "絞込み", "decide": "決定", "prove": "証明",
    "explain": "理由の作成", "verify": "検算",
}  # fmt: skip
TABLE_STATES: Final = {
    "draft": ("下書き", "neutral"), "proposed": ("承認待ち", "todo"), "approved": ("承認済み", "done"),
}  # fmt: skip

CHANGES: Final = {
    "gone": "選考に入らなくなった", "new": "選考に加わった", "score": "指数か優先順位が変わった",
    "wishes": "希望が変わった",
    "current": "クラスか在籍園が変わった", "condition": "きょうだいの条件が変わった", "pin": "手の固定が変わった",
}  # fmt: skip


def class_name(class_id: int | str) -> str:
    """ "0歳児"."""
    return f"{class_id}歳児"


def refusal(code: str, **params: object) -> str:
    """The sentence of a refused act."""
    return catalogue.message(code, "ja", **params)


def told_errors(errors: Sequence[LineError], most: int = 200) -> list[tuple[object, str, str]]:
    """(line, column, sentence) of the first errors of a file."""
    return [
        (one.line or "", one.column, catalogue.field_message(one.error, label=one.column or "ファイル", language="ja"))
        for one in errors[:most]
    ]


def field_told(error: FieldError, label: str) -> str:
    """The sentence of one field's error."""
    return catalogue.field_message(error, label=label, language="ja")


def round_or_404(request: SignedInRequest, id: UUID) -> RoundView:
    """A round of the official's own divisions."""
    found = queries.round_of(id)
    if found is None or found.division_id not in request.actor.divisions:
        raise NotFound
    return found


def run_or_404(request: SignedInRequest, id: UUID) -> tuple[RoundView, RunView]:
    """A run with its round, of the official's own divisions."""
    found = queries.run(id)
    if found is None:
        raise NotFound
    return round_or_404(request, found.round_id), found


def tabs(request: SignedInRequest, now: str) -> list[Link]:
    """The pages of the room that are about no single round."""
    names = (
        ("rounds", "選考の回"),
        ("facilities", "園"),
        ("ages", "受入れの月齢"),
        ("tables", "指数表"),
        ("certificate_form", "就労証明"),
        ("remedies", "教示"),
    )
    return [Link(label, reverse(f"family_nursery:{name}"), current=name == now) for name, label in names]


def crumbs_of(found: RoundView) -> list[tuple[str, str]]:
    """The way to a page below a round."""
    return [
        ("入園選考", reverse("family_nursery:rounds")),
        (found.name, reverse("family_nursery:round", args=[found.id])),
    ]


def crumbs_of_run(round: RoundView, run: RunView) -> list[tuple[str, str]]:
    """The way to a page below a run."""
    return [*crumbs_of(round), (f"{run.number}回目の計算", reverse("family_nursery:run", args=[run.id]))]


def file_response(data: bytes, name: str, kind: str = "text/csv; charset=utf-8") -> HttpResponse:
    """A file to keep, never stored on the way."""
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
