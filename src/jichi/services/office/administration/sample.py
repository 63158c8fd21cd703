"""This room of the sample ward: a file of people that waits, a change planned for April, an invitation nobody used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from jichi.engines.accounts import officials
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.clock import standing_at
from jichi.kernel.sampling import SampleContext

from . import actions, queries
from .rules import Move

SYSTEM: Final = system_actor("sample", purpose="sample")
NEW: Final = ("shimada", "島田　翔", "シマダ　ショウ")
_FILE: Final = (
    "職員ID,氏名,フリガナ,課,職,役割,開始日\r\n"
    "shimada,島田　翔,シマダ　ショウ,{division},主事,担当,{day}\r\n"
    "ogawa,小川　千夏,オガワ　チナツ,{division},主任,担当,{day}\r\n"
)


def fill(context: SampleContext) -> None:
    """As administrators would have left it. What is there already stays."""
    with unit(SYSTEM):
        if queries.plans(limit=1):
            return
    office = accounts.organisation(since=context.today)
    if not {"sato", "ito"} <= set(office.people) or not {"youth", "residents"} <= set(office.divisions):
        return
    login, name, kana = NEW
    with standing_at(clock.now() - timedelta(days=60)):
        key = officials.save_official(actor=SYSTEM, login=login, name=name, kana=kana)
        officials.invite(actor=SYSTEM, account_id=key, reason="入庁")
    day = date(fiscal_year(context.today) + 1, 4, 1)
    data = _FILE.format(division="youth", day=day.isoformat()).encode()
    actions.read_people_load(actor=SYSTEM, filename="shokuin.csv", data=data)
    actions.save_plan(
        actor=SYSTEM, title="4月1日付け人事異動", day=day,
        moves=(
            Move(line=2, kind="leave", login="sato", division="youth", title="主事"),
            Move(line=3, kind="leave", login="ito", division="residents", title="主事"),
            Move(line=4, kind="take", login="ito", division="youth", title="主事", roles=("caseworker",)),
            Move(line=5, kind="take", login="sato", division="residents", title="主事", roles=("caseworker",)),
        ),
    )  # fmt: skip
    actions.erase_over(actor=SYSTEM)
