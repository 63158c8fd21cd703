"""納付義務者の収納状況: how instalments stand on a day, what is owed for lateness, what lapses soon."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection

from ..rules.accrual import Cuts
from ..rules.delinquent_bulk import Payments, charges
from ..rules.facts import limitation_years
from ..rules.limitation import Event, limitation
from ..rules.settling import Standing, State, late_today, state_of
from ..standing import known

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class InstalmentView:
    """One instalment as of a day, in yen. `late`: the charge, fixed or as it has accrued; `is_fixed` says which.

    `owed`: tax and charge still open. `announced`: a store has said that money will come (速報).
    """

    id: int
    key: str
    due_on: date
    tax: int
    paid: int
    late: int
    late_paid: int
    is_fixed: bool
    state: State
    announced: int

    @property
    def owed(self) -> int:
        """All that is open."""
        return self.tax - self.paid + self.late - self.late_paid


_ANNOUNCED: Final = (
    "SELECT a.instalment_id, sum(a.amount_yen)::bigint FROM eng_collection_announced a "
    "WHERE a.instalment_id = ANY (%s) AND a.kind = 'provisional' "
    "AND NOT EXISTS (SELECT FROM eng_collection_announced c WHERE c.source = a.source AND c.kind = 'cancelled') "
    "AND NOT EXISTS (SELECT FROM eng_collection_receipt r WHERE r.dedupe_key = a.source) GROUP BY 1"
)


def standings(*, ids: Collection[int], today: date) -> list[InstalmentView]:
    """The instalments that the actor sees, by due day; seven statements for any number.

    Raises:
        Invalid: "collection.rate_missing": the day's year has no rates.
    """
    rows = known(ids)
    with connection.cursor() as cursor:
        cursor.execute(_ANNOUNCED, (sorted(set(ids)),))
        announced = dict(cursor.fetchall())
    found = []
    for one in rows:
        standing = Standing(one.shares, one.facts.tax - sum(s.principal for s in one.shares.values()), one.late)
        found.append(
            InstalmentView(
                one.id, one.key, one.facts.due_on, one.facts.tax, one.facts.tax - standing.principal_open,
                late_today(one.facts, standing, today), one.late - standing.late_open,
                standing.principal_open == 0, state_of(one.facts, standing), int(announced.get(one.id, 0)),
            )
        )  # fmt: skip
    return sorted(found, key=lambda view: (view.due_on, view.id))


def of_payer(*, payer_no: str, today: date) -> list[InstalmentView]:
    """All instalments of a payer that the actor sees; eight statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id FROM eng_collection_instalment i JOIN eng_collection_assessment a ON a.id = i.assessment_id "
            "WHERE a.payer_no = %s AND a.payer_no <> ''",
            (payer_no,),
        )
        ids = [int(row[0]) for row in cursor.fetchall()]
    return standings(ids=ids, today=today)


_OPEN: Final = """
SELECT i.id, i.due_on, i.amount_yen + coalesce(c.yen, 0) AS tax, coalesce(c.waived, 0), k.rounding,
    coalesce(p.yen, 0)
FROM eng_collection_instalment i JOIN eng_collection_levykind k ON k.code = i.kind_code AND k.is_charged_late
LEFT JOIN (SELECT instalment_id, sum(amount_yen) FILTER (WHERE kind <> 'late_waived') AS yen,
    -sum(amount_yen) FILTER (WHERE kind = 'late_waived') AS waived FROM eng_collection_change GROUP BY 1) c
    ON c.instalment_id = i.id
LEFT JOIN (SELECT instalment_id, sum(principal_yen) AS yen FROM eng_collection_allocation GROUP BY 1) p
    ON p.instalment_id = i.id
WHERE i.due_on < %s AND i.amount_yen + coalesce(c.yen, 0) > coalesce(p.yen, 0) ORDER BY i.id
"""
_PAID: Final = """
SELECT a.instalment_id, r.paid_on, sum(a.principal_yen)::bigint FROM eng_collection_allocation a
JOIN eng_collection_receipt r ON r.id = a.receipt_id WHERE a.instalment_id = ANY (%s)
GROUP BY 1, 2 HAVING sum(a.principal_yen) > 0
"""


def late_as_of(*, day: date) -> dict[int, int]:
    """What has accrued for lateness on every overdue, unpaid instalment up to a day: id → yen, those of 0 left out.

    All divisions that the actor sees; four statements and one reckoning in vectors, those with a relief one by one.

    Raises:
        Invalid: "collection.rate_missing".
    """
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, (day,))
        rows = cursor.fetchall()
        ids = [row[0] for row in rows]
        cursor.execute(_PAID, (ids,))
        paid = cursor.fetchall()
        cursor.execute(
            "SELECT DISTINCT instalment_id FROM eng_collection_relief WHERE instalment_id = ANY (%s)", (ids,)
        )
        relieved = {int(row[0]) for row in cursor.fetchall()}
    found: dict[int, int] = {}
    for rounding in sorted({row[4] for row in rows}):
        mine = [row for row in rows if row[4] == rounding and row[0] not in relieved]
        found |= _reckoned(mine, paid, day, Cuts(rounding=rounding))
    found |= {view.id: view.late for view in standings(ids=relieved, today=day)} if relieved else {}
    return {pk: yen for pk, yen in found.items() if yen}


def _reckoned(rows: list[tuple[int, date, int, int, str, int]], paid: list[tuple[int, date, int]], day: date,
              cuts: Cuts) -> dict[int, int]:  # fmt: skip
    import numpy as np

    place = {row[0]: at for at, row in enumerate(rows)}
    flat = [(place[pk], on, int(yen)) for pk, on, yen in paid if pk in place]
    payments = Payments(
        np.array([at for at, _, _ in flat], dtype=np.int64), _days([on for _, on, _ in flat]),
        np.array([yen for _, _, yen in flat], dtype=np.int64),
    )  # fmt: skip
    found = charges(
        np.array([int(row[2]) for row in rows], dtype=np.int64), _days([row[1] for row in rows]),
        _days([day] * len(rows)), payments=payments, cuts=cuts,
    )  # fmt: skip
    waived = np.array([int(row[3]) for row in rows], dtype=np.int64)
    left = np.maximum(found - waived, 0).tolist()
    return dict(zip((row[0] for row in rows), left, strict=True))


def _days(days: list[date]) -> NDArray[np.datetime64]:
    import numpy as np

    return np.array(days, dtype="datetime64[D]")


def lapsing(*, today: date, within_days: int = 180) -> list[tuple[int, date]]:
    """時効の近いもの: unpaid instalments that lapse within so many days: (id, last day), nearest first. Two statements.

    Instalments due within the last year are not looked at: nothing lapses so soon.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id, i.due_on, k.nature FROM eng_collection_instalment i JOIN eng_collection_levykind k "
            "ON k.code = i.kind_code WHERE i.due_on < %s AND i.amount_yen + (SELECT coalesce(sum(c.amount_yen), 0) "
            "FROM eng_collection_change c WHERE c.instalment_id = i.id AND c.kind <> 'late_waived') > "
            "(SELECT coalesce(sum(a.principal_yen), 0) FROM eng_collection_allocation a WHERE a.instalment_id = i.id)",
            (today - timedelta(days=365),),
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT instalment_id, kind, on_day, until_day FROM eng_collection_limitationevent "
            "WHERE instalment_id = ANY (%s)",
            ([row[0] for row in rows],),
        )
        events: dict[int, list[Event]] = {}
        for pk, kind, on, until in cursor.fetchall():
            events.setdefault(pk, []).append(Event(kind, on, until))
    last = today + timedelta(days=within_days)
    found = []
    for pk, due_on, nature in rows:
        day = limitation(due_on, events.get(pk, ()), years=limitation_years(nature)).last_day
        if day is not None and today <= day <= last:
            found.append((int(pk), day))
    return sorted(found, key=lambda entry: (entry[1], entry[0]))
