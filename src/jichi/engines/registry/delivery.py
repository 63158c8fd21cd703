"""One delivery of the register: its files (分割), the day it describes, and whether its turn has come (差分)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.errors import Invalid

from .models import RegisterLoad
from .rules.importing import Before, FileName, RegisterMapping, out_of_order, read_name
from .staging import chunks
from .units import LOADER


def name_of(path: Path, mapping: RegisterMapping, as_of: date | None) -> tuple[FileName, date]:
    """What the file's name says, and the day: the given one, or the name's.

    Raises:
        Invalid: neither says a day ("registry.no_file_date").
    """
    found = read_name(path.name, mapping)
    day = as_of or found.as_of
    if day is None:
        raise Invalid("registry.no_file_date", name=path.name)
    return found, day


def files_of(path: Path, mapping: RegisterMapping) -> tuple[Path, ...]:
    """The files of the delivery this one belongs to, by their numbers: all of them, from the same folder.

    Raises:
        Invalid: one of them is not there ("registry.parts_missing").
    """
    own = read_name(path.name, mapping)
    if own.parts == 1 or mapping.of != "residents":
        return (path,)
    found: dict[int, Path] = {}
    for other in sorted(path.parent.iterdir()):
        name = read_name(other.name, mapping)
        if (name.delivery, name.parts) == (own.delivery, own.parts) and other.is_file():
            found.setdefault(name.part, other)
    missing = [str(n) for n in range(1, own.parts + 1) if n not in found]
    if missing:
        raise Invalid("registry.parts_missing", numbers=", ".join(missing), count=own.parts)
    return tuple(found[n] for n in range(1, own.parts + 1))


def label_of(paths: Sequence[Path]) -> str:
    """What the list of loads calls them."""
    return paths[0].name if len(paths) == 1 else f"{paths[0].name} ほか{len(paths) - 1}"


def paths_of(load: RegisterLoad) -> tuple[Path, ...]:
    """The files of a load."""
    return tuple(Path(line) for line in load.path.split("\n"))


def checksum_of(paths: Sequence[Path]) -> str:
    """SHA-256 of the files, one after the other."""
    digest = hashlib.sha256()
    for piece in _pieces(paths):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(paths: Sequence[Path]) -> Iterator[bytes]:
    for path in paths:
        yield from chunks(path)


def why_not_now(load: RegisterLoad) -> str:
    """Why a load can't follow what is there, in Japanese; "" if it can."""
    with unit(LOADER):
        last = RegisterLoad.objects.filter(kind=load.kind, state="applied").order_by("-as_of", "-pk").first()
    before = Before(as_of=last.as_of, is_difference=last.is_difference, sequence=last.sequence) if last else None
    return out_of_order(
        load.as_of, changes=load.is_difference, sequence=load.sequence, before=before, today=clock.today()
    )
