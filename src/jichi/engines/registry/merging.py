"""What was staged and judged becomes the mirror: set by set, in the caller's transaction, readers see old or new.

Rows that did not change are not touched. Readers wait for nothing: plain inserts, updates and deletes.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from jichi.engines.audit.announce import announce

from .events import Departure, RegisterChanged, ResidentsLeft
from .rules import household_type
from .rules.importing import ADDRESS_ITEMS, RESIDENT_ITEMS

ANNOUNCED: Final = 1_000
"""People in one event."""
_KEY: Final = "({0}.addressee_no, {0}.history_no, {0}.branch_no)"
_KEYS: Final = "addressee_no, history_no, branch_no"


def merge(load_id: int, *, changed: bool = True) -> None:
    """Bring the mirror to what the staging table says, and announce whom it changed. All or nothing with the unit.

    Args:
        changed: whether there is anything to write at all, so that statistics have to be made anew.
    """
    with connection.cursor() as cursor:
        _note_touched(cursor)
        for statement in _REMOVE:
            cursor.execute(statement)
        _write_residents(cursor, load_id)
        _write_addresses(cursor)
        _derive_households(cursor)
        cursor.execute(_TOWNS)
        if changed:
            cursor.execute("SELECT registry_settle()")
        _announce(cursor, load_id)


_PREPARE: Final = (
    "DROP TABLE IF EXISTS pg_temp.register_removed, pg_temp.register_touched, pg_temp.register_affected",
    f"""CREATE TEMP TABLE register_removed ON COMMIT DROP AS
    SELECT r.id, r.{_KEYS.replace(", ", ", r.")}, r.household_no FROM eng_registry_resident r
    WHERE NOT EXISTS (SELECT 1 FROM register_verdict v WHERE v.was = r.id)""",  # noqa: S608 - keys are constants
    """CREATE TEMP TABLE register_touched ON COMMIT DROP AS
    WITH changed AS (
        SELECT addressee_no FROM register_verdict WHERE change <> 'same'
        UNION SELECT addressee_no FROM register_removed)
    SELECT b.addressee_no, b.state AS before, coalesce(n.state, 'gone') AS after,
        coalesce(n.deceased_on, n.moved_out_on, n.movement_on) AS on_day
    FROM changed c JOIN eng_registry_resident b ON b.addressee_no = c.addressee_no AND b.is_current
    LEFT JOIN (SELECT i.* FROM register_incoming i JOIN register_verdict v USING (line) WHERE v.is_current) n
        ON n.addressee_no = b.addressee_no""",
    """CREATE TEMP TABLE register_affected ON COMMIT DROP AS
    SELECT household_no FROM register_verdict WHERE change <> 'same'
    UNION SELECT r.household_no FROM register_verdict v JOIN eng_registry_resident r ON r.id = v.was
        WHERE v.change = 'changed'
    UNION SELECT household_no FROM register_removed""",
    "ANALYZE register_removed",
    "ANALYZE register_affected",
)
_REMOVE: Final = (
    "DELETE FROM eng_registry_resident r USING register_removed g WHERE r.id = g.id",
    f"DELETE FROM eng_registry_address r USING register_removed g WHERE {_KEY.format('r')} = {_KEY.format('g')}",  # noqa: S608 - keys are constants
)
_TOWNS: Final = """
INSERT INTO eng_registry_town (town_key, name, postcode)
SELECT i.town_key, i.town, i.postcode FROM register_incoming i JOIN (
    SELECT min(i.line) AS line FROM register_incoming i JOIN register_verdict v USING (line)
    WHERE v.is_current AND v.change <> 'same' AND i.town_key <> '' AND v.state = 'resident' GROUP BY i.town_key
) first USING (line)
ON CONFLICT (town_key) DO NOTHING
"""


def _note_touched(cursor: Any) -> None:
    """Whom and which households the load changes, seen against the mirror as it still is."""
    for statement in _PREPARE:
        cursor.execute(statement)


def _write_residents(cursor: Any, load_id: int) -> None:
    listed, values = ", ".join(RESIDENT_ITEMS), ", ".join(f"i.{c}" for c in RESIDENT_ITEMS)
    # One row of a person is current: what ceases to be so goes first.
    for current in ("NOT v.is_current", "v.is_current"):
        cursor.execute(
            f"UPDATE eng_registry_resident r SET (load_id, is_current, {listed}) = ROW(%s, v.is_current, {values}) "  # noqa: S608 - columns are constants
            "FROM register_verdict v JOIN register_incoming i USING (line) "
            f"WHERE v.was = r.id AND v.change = 'changed' AND {current}",
            (load_id,),
        )
    cursor.execute(
        f"INSERT INTO eng_registry_resident (load_id, is_current, {listed}) "  # noqa: S608 - columns are constants
        f"SELECT %s, v.is_current, {values} FROM register_incoming i JOIN register_verdict v USING (line) "
        "WHERE v.change = 'new'",
        (load_id,),
    )


def _write_addresses(cursor: Any) -> None:
    columns = ("household_no", "is_current", *ADDRESS_ITEMS)
    listed = ", ".join(columns)
    values = ", ".join("v.is_current" if c == "is_current" else f"i.{c}" for c in columns)
    into = f"INSERT INTO eng_registry_address AS a ({_KEYS}, {listed}) "
    given = (
        f"SELECT i.{_KEYS.replace(', ', ', i.')}, {values} "  # noqa: S608 - columns are constants
        "FROM register_incoming i JOIN register_verdict v USING (line)"
    )
    cursor.execute(f"{into}{given} WHERE v.change = 'new'")
    now, then = ", ".join(f"excluded.{c}" for c in columns), ", ".join(f"a.{c}" for c in columns)
    cursor.execute(
        f"{into}{given} WHERE v.change = 'changed' ON CONFLICT ({_KEYS}) DO UPDATE SET ({listed}) = ROW({now}) "
        f"WHERE ({then}) IS DISTINCT FROM ({now})"
    )


_HOUSEHOLDS: Final = """
CREATE TEMP TABLE register_household ON COMMIT DROP AS
SELECT household_no, count(*) AS size, string_agg(relationship, '、' ORDER BY relationship) AS members,
    (array_agg(addressee_no ORDER BY relationship <> '世帯主', list_order, addressee_no))[1] AS head
FROM eng_registry_resident
WHERE is_current AND state = 'resident' AND household_no IN (SELECT household_no FROM register_affected)
GROUP BY household_no
"""


def _derive_households(cursor: Any) -> None:
    """The households whose members changed, made anew from them."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.register_household, pg_temp.register_type")
    cursor.execute(_HOUSEHOLDS)
    cursor.execute("SELECT DISTINCT members FROM register_household")
    found = [members for (members,) in cursor.fetchall()]
    cursor.execute("CREATE TEMP TABLE register_type (members text, type text) ON COMMIT DROP")
    with cursor.copy("COPY register_type FROM STDIN") as copy:
        for members in found:
            copy.write_row((members, _type(members)))
    cursor.execute(
        "DELETE FROM eng_registry_household h USING register_affected a WHERE h.household_no = a.household_no "
        "AND NOT EXISTS (SELECT 1 FROM register_household n WHERE n.household_no = h.household_no)"
    )
    cursor.execute(
        "INSERT INTO eng_registry_household AS h (household_no, head_addressee_no, size, type) "
        "SELECT n.household_no, n.head, n.size, t.type FROM register_household n JOIN register_type t USING (members) "
        "ON CONFLICT (household_no) DO UPDATE SET head_addressee_no = excluded.head_addressee_no, "
        "size = excluded.size, type = excluded.type WHERE (h.head_addressee_no, h.size, h.type) "
        "IS DISTINCT FROM (excluded.head_addressee_no, excluded.size, excluded.type)"
    )


def _type(members: str) -> str:
    """The household's type; words that the register does not have make it "other"."""
    try:
        return household_type(members.split("、"))
    except ValueError:
        return "other"


def _announce(cursor: Any, load_id: int) -> None:
    """Tell who was on record before and changed: first those who left, then everybody; in batches."""
    for left in (True, False):
        after = ""
        while True:
            cursor.execute(
                "SELECT addressee_no, after, on_day FROM register_touched WHERE addressee_no > %s "
                "AND (NOT %s OR (before = 'resident' AND after <> 'resident')) ORDER BY addressee_no LIMIT %s",
                (after, left, ANNOUNCED),
            )
            rows = cursor.fetchall()
            if not rows:
                break
            after = rows[-1][0]
            if left:
                people = tuple(Departure(addressee_no=no, state=state, on=day) for no, state, day in rows)
                announce(ResidentsLeft(load_id=load_id, people=people))
            else:
                announce(RegisterChanged(load_id=load_id, addressee_nos=tuple(row[0] for row in rows)))
