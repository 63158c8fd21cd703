"""Identity providers and the signing operator as `settings.JICHI_PEERS` names them (docs/identity.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from django.conf import settings

from jichi.kernel.errors import Finding

from . import certificates, rules
from .keys import AUTHORITY, derived_key
from .rules import Level

PROVIDERS: Final = ("identity", "gbizid")
"""デジタル認証アプリ for residents, GビズID for those who act for an organisation."""
SANDBOX_CLIENT: Final = "jichi"
SANDBOX_ACR: Final = {"urn:jichi:sandbox:card": "card", "urn:jichi:sandbox:account": "account"}
ALGORITHMS: Final = ("ES256", "RS256", "PS256")
"""Signatures that are taken; never "none", and none with a shared secret."""
SCOPE: Final = "openid name birthdate address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One OpenID provider, ready to be asked."""

    name: str
    kind: str
    issuer: str
    client_id: str
    key: Any = field(default=None, repr=False)
    """Private key of the client assertion."""
    key_id: str = ""
    key_alg: str = "ES256"
    client_secret: str = field(default="", repr=False)
    """Only for providers that take no signed assertion."""
    scope: str = SCOPE
    acr_values: str = ""
    levels: Mapping[str, Level] = field(default_factory=dict)
    level: Level = "account"
    """For an `acr` that `levels` does not name."""
    algorithms: tuple[str, ...] = ALGORITHMS
    claims: Mapping[str, str] = field(default_factory=dict)
    """Our name of a claim → theirs, where it differs."""
    origins: tuple[str, ...] = ()
    proxy: str = ""

    @property
    def highest(self) -> Level:
        """The surest level it can prove."""
        return max([self.level, *self.levels.values()], key=rules.LEVELS.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """The operator through which contents are signed and certificates asked about."""

    kind: str
    url: str
    client_id: str
    key: Any = field(repr=False)
    key_id: str = ""
    key_alg: str = "ES256"
    anchors: tuple[str, ...] = ()
    """PEM certificates of those who issue signing certificates."""
    proxy: str = ""


@lru_cache(maxsize=4)
def sandbox_anchor(secret: str) -> str:
    """PEM of the authority that the demo's stand-in issues signing certificates with."""
    made = certificates.authority(derived_key(secret, "authority"), AUTHORITY)
    return made.public_bytes(serialization.Encoding.PEM).decode()


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as a content security policy names them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(maxsize=8)
def _private_key(pem: str) -> Any:
    return serialization.load_pem_private_key(pem.encode(), password=None)


def _told(name: str) -> dict[str, Any] | None:
    """The settings of a peer; the demo's one stand-in plays the other parts as well."""
    peers: Mapping[str, dict[str, Any]] = settings.JICHI_PEERS
    if name in peers:
        return peers[name]
    stand_in = peers.get("identity")
    if stand_in is None or stand_in.get("kind") != "sandbox":
        return None
    return {**stand_in, "url": f"{stand_in['url']}/{name}" if name != "identity" else stand_in["url"]}


def provider(name: str) -> Provider | None:
    """The provider of this name; None when it is not set up."""
    told = _told(name) if name in PROVIDERS else None
    if told is None:
        return None
    if told.get("kind") == "sandbox":
        return Provider(
            name=name, kind="sandbox", issuer=told["url"], client_id=SANDBOX_CLIENT,
            key=derived_key(told["secret"], "client"), key_id="client", algorithms=("ES256",),
            levels={acr: level for acr, level in SANDBOX_ACR.items() if name == "identity" or level == "account"},  # type: ignore[misc] # the two words are levels
            origins=(origin_of(told["url"]),), scope="openid organisation" if name == "gbizid" else SCOPE,
        )  # fmt: skip
    return Provider(
        name=name, kind=told["kind"], issuer=told["issuer"], client_id=told["client_id"],
        key=_private_key(told["key"]) if told.get("key") else None, key_id=told.get("kid", ""),
        key_alg=told.get("alg", "ES256"), client_secret=told.get("client_secret", ""),
        scope=told.get("scope", SCOPE), acr_values=told.get("acr_values", ""),
        levels=told.get("levels", {}), level=told.get("level", "account"),
        algorithms=tuple(a for a in told.get("algorithms", ALGORITHMS) if a in ALGORITHMS),
        claims=told.get("claims", {}), origins=tuple(told.get("origins", (origin_of(told["issuer"]),))),
        proxy=told.get("proxy", ""),
    )  # fmt: skip


def operator() -> Operator | None:
    """The signing operator; None when none is set up."""
    told = _told("signing")
    if told is None:
        return None
    if told.get("kind") == "sandbox":
        return Operator(
            kind="sandbox", url=told["url"], client_id=SANDBOX_CLIENT, key=derived_key(told["secret"], "client"),
            key_id="client",
            anchors=(sandbox_anchor(told["secret"]),),
        )  # fmt: skip
    return Operator(
        kind=told["kind"], url=told["url"], client_id=told["client_id"], key=_private_key(told["key"]),
        key_id=told.get("kid", ""), key_alg=told.get("alg", "ES256"), anchors=tuple(told.get("anchors", ())),
        proxy=told.get("proxy", ""),
    )  # fmt: skip


def offered(wanted: str = "") -> tuple[Provider, ...]:
    """The providers that can prove at least this level."""
    found = [provider(name) for name in PROVIDERS]
    return tuple(one for one in found if one is not None and rules.reaches(one.highest, wanted or "account"))


def findings() -> list[Finding]:
    """For `jichi doctor`: what is set up, and how to set up what is not."""
    mend = "describe it in secrets/peers.json (docs/identity.md)"
    found = []
    for name, what in (("identity", "デジタル認証アプリ"), ("gbizid", "GビズID"), ("signing", "電子署名")):
        told = _told(name)
        if told is None:
            found.append(Finding(what, "missing", "off: procedures that need it can't be sent online", mend))
            continue
        try:
            operator() if name == "signing" else provider(name)
        except (KeyError, TypeError, ValueError) as error:
            found.append(Finding(what, "wrong", f"its entry {name!r} can't be used: {error}", mend))
        else:
            found.append(Finding(what, "ok", told["kind"]))
    return found
