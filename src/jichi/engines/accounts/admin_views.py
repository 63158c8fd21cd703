"""Pages of the account administrators: officials and their posts, a lost authenticator, who may do what."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jichi.design.fields import FormField, errors_for, filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.kernel.errors import Invalid, NotFound

from . import queries, sign_in
from .access import SignedInRequest, access
from .actions import MANAGE
from .queries import Official
from .rules import ROLES

_FACTOR: Final = {"confirmed": ("登録済", "done"), "none": ("未登録", "todo"), "handed": ("登録コード発行済", "info")}
_COLUMNS: Final = (
    Column(key="name", title="氏名", head=True, name=True), Column(key="login", title="職員ID"),
    Column(key="posts", title="課・職"), Column(key="roles", title="役割"), Column(key="factor", title="認証アプリ"),
    Column(key="active", title="利用"),
)  # fmt: skip


def role_words(roles: tuple[str, ...]) -> str:
    """Roles in Japanese, in one line."""
    return "、".join(ROLES.get(role, role) for role in roles)


@access(audience="staff", permission=MANAGE)
def people(request: SignedInRequest) -> HttpResponse:
    """A6: officials with posts, roles and authenticator."""
    q = request.GET.get("q", "")[:80]
    role = request.GET.get("role", "")
    page = queries.officials(q=q, role=role, after=request.GET.get("after", ""))
    listing = Listing(
        caption="職員の一覧", url=request.path, params={"q": q, "role": role}, columns=_COLUMNS,
        rows=[_row(official) for official in page.rows],
        search=filter_field("q", "氏名・職員ID", q),
        filters=(
            filter_choice("role", "役割", role, [(key, ROLES.get(key, key)) for key in queries.role_matrix()]),
        ),
        after=page.next_after, empty="職員はまだ登録されていません。", html_id="officials",
    )  # fmt: skip
    return listing_response(
        request, "eng_accounts/admin_people.html", {"title": "職員の一覧", "uses_htmx": True}, listing
    )


def _row(official: Official) -> Row:
    words, tone = _FACTOR[official.factor]
    return Row(
        url=reverse("eng_accounts_admin:person", args=[official.id]),
        cells=(
            official.name, official.login, "、".join(official.posts) or "なし", role_words(official.roles) or "なし",
            tag(words, tone=tone), "利用中" if official.is_active else "停止",
        ),
    )  # fmt: skip


def _official(account_id: UUID) -> Official:
    found = queries.official(account_id)
    if found is None:
        raise NotFound
    return found


@access(audience="staff", permission=MANAGE)
def person(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """A7: one official: posts, roles, rights, authenticator."""
    official = _official(account_id)
    rights = queries.permissions_for(frozenset(official.roles))
    known = queries.all_permissions()
    words, _ = _FACTOR[official.factor]
    context = {
        "title": official.name, "official": official,
        "facts": [
            Fact(label="職員ID", value=official.login, name=True),
            Fact(label="課・職", value=official.posts or ("なし",)),
            Fact(label="役割", value=role_words(official.roles) or "なし"), Fact(label="認証アプリ", value=words),
            Fact(label="利用", value="利用中" if official.is_active else "停止"),
        ],
        "rights": sorted(known[key].title["ja"] for key in rights),
        "is_self": request.actor.account_id == account_id,
        "breadcrumb": [("職員の一覧", reverse("eng_accounts_admin:people"))],
    }  # fmt: skip
    return render(request, "eng_accounts/admin_person.html", context)


@access(audience="staff", permission=MANAGE, fresh=True, methods=("GET", "POST"))
def reset(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """A3: what taking off a lost authenticator does, and why; then A4: the code to hand over, shown once."""
    actor = request.actor
    official = _official(account_id)
    is_self = actor.account_id == account_id
    field = FormField(
        name="reason", label="理由", kind="textarea", rows=3, value=request.POST.get("reason", ""),
        hint="例: 電話を紛失した。職員証で本人を確認した。操作記録に残ります。",
    )  # fmt: skip
    if request.method == "POST" and not is_self:
        try:
            code = sign_in.reset_second_factor(
                actor=actor, account_id=account_id, reason=request.POST.get("reason", "")
            )
        except Invalid as error:
            field = field.with_error(error.fields["reason"])
        else:
            return _code_page(request, official, code)
    context = {
        "title": "認証アプリの登録を取り消す", "official": official, "fields": [field], "errors": errors_for([field]),
        "is_self": is_self, "narrow": True,
        "breadcrumb": [
            ("職員の一覧", reverse("eng_accounts_admin:people")),
            (official.name, reverse("eng_accounts_admin:person", args=[account_id])),
        ],
    }  # fmt: skip
    return render(request, "eng_accounts/admin_reset.html", context, status=422 if context["errors"] else 200)


def _code_page(request: SignedInRequest, official: Official, code: str) -> HttpResponse:
    response = render(
        request,
        "eng_accounts/admin_code.html",
        {
            "title": "登録コードを手渡してください",
            "official": official,
            "code": code,
            "ward_name": settings.JICHI_WARD,
            "narrow": True,
        },
    )
    response["Cache-Control"] = "no-store"
    return response


@access(audience="staff", permission=MANAGE)
def roles(request: SignedInRequest) -> HttpResponse:
    """A6: which role holds which right."""
    matrix = queries.role_matrix()
    rows = [
        (permission.title["ja"], key, [key in matrix[role] for role in matrix])
        for key, permission in sorted(queries.all_permissions().items())
    ]
    context = {"title": "役割と権限", "roles": [ROLES.get(role, role) for role in matrix], "rows": rows}
    return render(request, "eng_accounts/admin_roles.html", context)
