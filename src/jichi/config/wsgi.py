"""WSGI entry of the web process, with a limit on what a request may carry."""

import os
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.wsgi import get_wsgi_application

from .environment import environment
from .observing import spans
from .proxies import behind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")

REQUEST_LIMIT: Final = 64 * 1024 * 1024
"""Bytes. Files above the smaller limit of their purpose are refused by the page itself, in words;
this one only keeps a flood from being read at all."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
TOO_LARGE: Final = (
    '<!doctype html><html lang="ja"><meta charset="utf-8"><title>413</title>'
    "<p>送られたデータが大きすぎるため、受け取れませんでした。前の画面に戻り、小さなファイルを選んでください。</p>"
    '<p lang="en">What was sent is too large and was not accepted. Go back and choose a smaller file.</p></html>'
).encode()


def limited(application: Application, limit: int = REQUEST_LIMIT) -> Application:
    """Answer 413 before reading a body that says it is larger than `limit` bytes."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not str(length).isdecimal() or int(length) > limit:
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(TOO_LARGE)))]
            start_response("413 Content Too Large", [*headers, ("Connection", "close")])
            return [TOO_LARGE]
        return application(environ, start_response)

    return answer


spans.install("jichi-web")
application = behind(limited(get_wsgi_application()), environment().trusted_proxies)
