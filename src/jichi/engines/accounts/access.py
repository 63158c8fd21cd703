"""Who may open a page: declared on every view, enforced by the middleware, denied by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from django.http import HttpRequest, HttpResponseBase

from jichi.engines.audit.context import Actor

from .queries import SignedIn
from .rules import Level

AccessAudience = Literal["public", "resident", "staff", "staff_sign_in"]


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks of its visitor.

    `audience`: "public" (anybody), "resident" or "staff" (signed in as such; officials also with their
    second factor), "staff_sign_in" (the pages of signing in itself).
    `permission`: key that one of the official's roles must hold.
    `fresh`: the visitor must have proved who they are within the last ten minutes.
    `level`: how surely the resident must be known ("account", "card"); who is less surely known is asked to
    identify and comes back. With `fresh` that level itself must have been proved within the last ten minutes.
    `methods`: HTTP methods taken; HEAD comes with GET.
    `guests`: of a resident's view: open too to who applies without a login, for what is theirs. Others ask to sign in.
    """

    audience: AccessAudience
    permission: str = ""
    fresh: bool = False
    methods: tuple[str, ...] = ("GET",)
    level: Level = ""
    guests: bool = False


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def access(
    *,
    audience: AccessAudience,
    permission: str = "",
    fresh: bool = False,
    methods: tuple[str, ...] = ("GET",),
    level: Level = "",
    guests: bool = False,
) -> Callable[[View], View]:
    """Declare who may open a view. A view without this declaration answers 404 to everybody."""
    declared = Access(
        audience=audience, permission=permission, fresh=fresh, methods=methods, level=level, guests=guests
    )

    def declare(view: View) -> View:
        view.jichi_access = declared  # type: ignore[attr-defined] # read by AccessMiddleware
        return view

    return declare


def declared_access(view: object) -> Access | None:
    """The declaration of a view; rooms below this one may declare with a plain dict."""
    found = getattr(view, "jichi_access", None)
    if isinstance(found, dict):
        return Access(**found)
    return found


class SignedInRequest(HttpRequest):
    """A request as views see it once the middleware has let it through; annotate views with it.

    `signed_in` is there wherever a view asks for a resident or an official; public views look at
    `actor.kind` first.
    """

    actor: Actor
    signed_in: SignedIn
    addressee_no: str
    request_id: str
    expired_account: str | None
    expired_guest: bool
    LANGUAGE_CODE: str
