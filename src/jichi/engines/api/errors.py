"""Refusals of the interface for programs and the sentences for their codes."""

from __future__ import annotations

from typing import Final

from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError
from jichi.kernel.localized import LocalizedText


class NotSignedIn(JichiError):
    """No key, or none that counts: unknown, revoked, its client stopped or over."""

    code = "api.key"


class TooManyCalls(JichiError):
    """More calls than the client may make; `params["seconds"]` says when to try again."""

    code = "api.rate"


class NoScope(Forbidden):
    """The client does not hold the permission that the operation asks for."""

    code = "api.scope"


class BadCall(JichiError):
    """A call that can't be understood: a header missing, a cursor that is none, a body that is no JSON."""

    code = "api.bad_call"


class TooLarge(JichiError):
    """A body over the limit."""

    code = "api.too_large"


class WrongMedia(JichiError):
    """A body of another media type than JSON."""

    code = "api.media_type"


class VersionNeeded(JichiError):
    """A change of something that others change too, without `If-Match`."""

    code = "api.version_needed"


class InProgress(Conflict):
    """The same call under the same `Idempotency-Key` is being answered right now."""

    code = "api.in_progress"


class OtherCall(Invalid):
    """The `Idempotency-Key` belongs to another call."""

    code = "api.other_call"


def _two(ja: str, en: str) -> LocalizedText:
    """Programs read Japanese and English; the other languages get these."""
    return {"ja": ja, "easy": ja, "en": en, "zh-hans": en, "ko": en}


MESSAGES: Final[dict[str, LocalizedText]] = {
    "api.key": _two(
        "APIキーがないか、使えません。Authorization: Bearer にキーを入れてください。",
        "There is no API key, or it can't be used. Send it as Authorization: Bearer.",
    ),
    "api.rate": _two("呼び出しが多すぎます。{seconds}秒待ってください。", "Too many calls. Wait {seconds} seconds."),
    "api.scope": _two(
        "このキーには、この操作の権限({permission})がありません。",
        "This key does not hold the permission for this operation ({permission}).",
    ),
    "api.bad_call": _two("呼び出しを読み取れません: {what}", "The call can't be understood: {what}"),
    "api.cursor": _two(
        "cursor を読み取れません。前の答えの next をそのまま使ってください。",
        "The cursor can't be read. Use `next` of the answer before, as it is.",
    ),
    "api.too_large": _two("本文が大きすぎます(上限 {max} バイト)。", "The body is too large (at most {max} bytes)."),
    "api.media_type": _two("本文は application/json にしてください。", "The body must be application/json."),
    "api.not_found": _two("そのような操作やデータはありません。", "There is no such operation or thing."),
    "api.method": _two("この住所では使えないメソッドです。", "This address does not take this method."),
    "api.invalid": _two("入力に誤りがあります。errors を見てください。", "The input has mistakes: see `errors`."),
    "api.value": _two("値が正しくありません: {what}", "The value is wrong: {what}"),
    "api.idempotency_key": _two(
        "書き込みには Idempotency-Key が要ります。8〜64字の英数字にしてください。",
        "A write needs an Idempotency-Key (8 to 64 letters, digits or -_.:).",
    ),
    "api.in_progress": _two(
        "同じ Idempotency-Key の呼び出しを処理しています。少し待って、もう一度呼び出してください。",
        "A call with the same Idempotency-Key is being answered. Wait a little and call again.",
    ),
    "api.other_call": _two(
        "この Idempotency-Key は、別の内容の呼び出しに使われました。",
        "This Idempotency-Key was used for a call with another content.",
    ),
    "api.version_needed": _two(
        "If-Match に、読んだときの ETag を入れてください。", "Send the ETag you read as If-Match."
    ),
    "api.failed": _two(
        "申し訳ありません。こちらの誤りで処理できませんでした。何も変わっていません。",
        "Sorry, the mistake is ours. Nothing was changed.",
    ),
    "api.away": _two(
        "今は処理できません。少し待って、もう一度呼び出してください。何も変わっていません。",
        "This can't be answered right now. Wait a little and call again. Nothing was changed.",
    ),
}

FOR_OFFICIALS: Final[dict[str, str]] = {
    "api.no_division": "その課はありません。",
    "api.ends_on": "使い終わる日は、明日から1年以内にしてください。",
    "api.scopes": "できることを1つ以上選んでください。",
    "api.too_many_keys": "有効なキーは2つまでです。古いキーを取り消してから作ってください。",
    "api.client_over": "この利用者は停止されたか、期間が終わりました。",
    "api.url": "https:// で始まる、外部に公開されたアドレスを入力してください。",
    "api.url_internal": "庁内や内部のアドレスには送れません。設定で許可されたものだけに送れます。",
    "api.kinds": "知らせる出来事を1つ以上選んでください。",
    "api.subscription_off": "この通知先は止まっています。",
}
