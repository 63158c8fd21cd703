"""This room of the sample ward: ranks for the posts that are there, and who decides where nobody does yet."""

from __future__ import annotations

from datetime import date
from typing import Final

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import sign_in
from jichi.engines.accounts.queries import divisions, staff_account_id
from jichi.engines.audit.context import system_actor
from jichi.kernel.sampling import SampleContext

from . import actions, queries

SYSTEM: Final = system_actor("sample", purpose="sample")
TITLES: Final = {
    "主事": "clerk", "主任": "clerk", "主査": "clerk", "係長": "chief", "課長補佐": "assistant_manager",
    "課長": "manager", "次長": "deputy_director", "部長": "director", "副区長": "vice_mayor", "区長": "mayor",
}  # fmt: skip
DECIDERS: Final = (
    ("kato", "加藤 恵", "課長", ("youth", "health", "residents")),
    ("watanabe", "渡辺 健", "係長", ("health", "residents", "information")),
    ("kondo", "近藤 明子", "課長", ("information",)),
    ("abe", "阿部 進", "部長", ("youth",)),
    ("ueno", "上野 誠", "副区長", ("youth",)),
)
"""Officials of the demo who only decide: login, name, post, divisions. Their posts carry the role 決裁者."""
_WHOLE_HOUSE: Final = frozenset({"director", "vice_mayor", "mayor"})
"""One 部 and one 副区長 stand above all divisions of the sample ward."""


def fill(context: SampleContext) -> None:
    """Appoint who decides, then give every post of a known title its rank."""
    there = {division.code for division in divisions()}
    for login, name, title, codes in DECIDERS:
        if there >= set(codes) and staff_account_id(login) is None:
            _appoint(context, login, name, title, codes)
    by_name = {division.names["ja"]: division.code for division in divisions()}
    for post in queries.posts():
        rank = TITLES.get(post.title)
        if rank is not None:
            code = None if rank in _WHOLE_HOUSE else by_name[post.division]
            actions.rank_post(actor=SYSTEM, post_id=post.id, rank=rank, division_code=code)


def _appoint(context: SampleContext, login: str, name: str, title: str, codes: tuple[str, ...]) -> None:
    """An official of the demo, with password and authenticator made from the login name like the others'."""
    account = accounts.create_staff_account(
        actor=SYSTEM, login=login, name=name, password=f"Midori-demo-{login}-26", roles=("decider",),
        division_codes=codes, title=title, email=f"{login}@midori.example",
        starts_on=date(context.today.year - 1, 4, 1),
    )  # fmt: skip
    sign_in.enrol_totp(actor=SYSTEM, account_id=account.pk, secret=(login.upper() + "MIDORI" * 6)[:32])
