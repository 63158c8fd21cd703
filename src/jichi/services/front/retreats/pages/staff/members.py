"""Registered users: how many there are, and the former register from a file."""

from __future__ import annotations

from django.http import HttpResponse

from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.tables import LineError

from ... import actions, queries
from ...permissions import EDIT
from .desk import houses_here, tabs
from .tariffs import load_page

HINT = (
    "「利用者番号」「区分(区民・在勤・在学)」「氏名」の列が要ります。"
    "フリガナ、電話番号、メールアドレス、勤め先、有効期限も読みます。"
)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def members(request: SignedInRequest) -> HttpResponse:
    """A2: the register of users from a file; one wrong cell and nothing is taken, twice is once."""
    wrong: FieldError | None = None
    errors: tuple[LineError, ...] = ()
    done = ""
    mine = [one.division_id for one in houses_here(request) if one.division_id in request.actor.divisions]
    if request.method == "POST":
        try:
            if not mine:
                raise Invalid(fields={"file": FieldError("retreats.no_house")})
            found = actions.import_members(
                actor=request.actor, division_id=mine[0], data=sent_table(request)[1]
            )  # fmt: skip
            errors = found.errors
            if not errors:
                done = f"新しく{found.new:,}人、変更{found.changed:,}人、同じ{found.same:,}人。"
        except Invalid as error:
            wrong = error.fields["file"]
    count = queries.member_count(list(request.actor.divisions))
    return load_page(
        request, "利用登録", "利用登録者のCSVファイル", wrong, errors, [], HINT, done, tabs=tabs(request, "members"),
        lead=f"今の利用登録は{count:,}人です。予約で使われた登録は、本人が入れた内容を残します。",
    )  # fmt: skip
