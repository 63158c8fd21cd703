"""Who really asked: what proxies say is believed of our own proxies only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from ipaddress import ip_address
from typing import Any, Final

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SAID_BY_PROXIES: Final = (
    "HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP",
)  # fmt: skip


def real_client(peer: str, said: str, proxies: Collection[str]) -> str:
    """The address nearest to us that is none of our proxies.

    Args:
        peer: address of the connection.
        said: X-Forwarded-For, each proxy's caller appended on the right. What stands left of the first
            stranger may be invented.
    """
    client = peer
    for one in reversed([part.strip() for part in said.split(",") if part.strip()]):
        if client not in proxies:
            break
        try:
            client = str(ip_address(one))
        except ValueError:
            break
    return client


def behind(application: Application, proxies: Collection[str]) -> Application:
    """Put the real client into REMOTE_ADDR; drop what strangers say of themselves."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        peer = str(environ.get("REMOTE_ADDR") or "")
        if peer in proxies:
            environ["REMOTE_ADDR"] = real_client(peer, environ.get("HTTP_X_FORWARDED_FOR", ""), proxies)
        else:
            for name in SAID_BY_PROXIES:
                environ.pop(name, None)
        return application(environ, start_response)

    return answer
