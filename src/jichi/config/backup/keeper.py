"""The process that takes a backup every day at a set time; the supervisor starts it with `jichi up`.

It runs as the operator's own account: web and worker can read neither the owner's password nor the backups.
"""

from __future__ import annotations

import os
import re
import sys
import time
from datetime import datetime, timedelta
from typing import Final

from jichi.kernel import clock

from .shape import BackupError

LOOK_EVERY: Final = 30.0
DEFAULT: Final = "02:30"
OFF: Final = "off"
_TIME: Final = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")


def parse_time(text: str) -> tuple[int, int] | None:
    """ "02:30" → (2, 30); "off" → None.

    Raises:
        BackupError: anything else.
    """
    if text == OFF:
        return None
    match = _TIME.match(text)
    if match is None:
        raise BackupError(f'JICHI_BACKUP_AT={text!r} must be a time of day as 02:30, or "off"')
    return int(match[1]), int(match[2])


def is_due(now: datetime, at: tuple[int, int], last: datetime | None) -> bool:
    """Has the time of day passed since the last backup? A clock set back makes no second one of the same day."""
    slot = now.replace(hour=at[0], minute=at[1], second=0, microsecond=0)
    if slot > now:
        slot -= timedelta(days=1)
    return last is None or last < slot


def main() -> int:
    """Until told to stop."""
    from ..environment import environment
    from . import commands, looking

    at = parse_time(os.environ.get("JICHI_BACKUP_AT") or DEFAULT)
    tried = clock.now()  # a start in the middle of the day is no reason for a backup at once
    while at is not None:
        held = looking.whole_backups(commands.folder_of_backups(environment()))
        last = max([tried, *(one.manifest.moment for one in held)])
        if is_due(clock.now(), at, last):
            tried = clock.now()
            try:
                kept = commands.make(commands.folder_of_backups(environment()))
                sys.stdout.write(f"backup: {kept.folder.name}\n")
            except Exception as error:  # tomorrow is another day; the health page tells of this one
                sys.stderr.write(f"[ERROR] backup failed: {error}\n")
                commands.tell(trouble=str(error))
            sys.stdout.flush()
        time.sleep(LOOK_EVERY)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main())
