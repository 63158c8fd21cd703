"""What is erased is counted and fingerprinted as it was: the certificate says both, and nothing of its contents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol


class Row(Protocol):
    """A stored row that knows its columns and its table, as every model of the framework does."""

    _meta: ClassVar[Any]


def row_hash(row: Row) -> str:
    """SHA-256 of a row's columns as they are now, in hexadecimal."""
    columns = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
    return hashlib.sha256(json.dumps(columns, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(slots=True)
class Erasure:
    """Rows by table and the hash of each, gathered while a room erases."""

    counts: dict[str, int] = field(default_factory=dict)
    hashes: list[str] = field(default_factory=list)

    def note(self, rows: Iterable[Row]) -> None:
        """Rows that are erased next."""
        for row in rows:
            self.hashes.append(row_hash(row))
            table = row._meta.db_table
            self.counts[table] = self.counts.get(table, 0) + 1

    def told(self) -> tuple[dict[str, int], list[str]]:
        """As `Retention.erase` answers it."""
        return self.counts, self.hashes
