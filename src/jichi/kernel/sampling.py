"""What a room's `sample` hook is handed: seed, size, day, and a source of chance of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleContext:
    """The sample ward being made.

    `size` is the number of current residents. `today` is the day the ward is described as of;
    use it instead of the clock so that the same seed and day give the same ward. `played` are 宛名番号 of
    people whom visitors of the demo play: what they do is left to the visitors.
    """

    seed: int
    size: int
    today: date
    played: frozenset[str] = frozenset()

    def rng_for(self, name: str) -> random.Random:
        """A generator for one purpose; the same for the same seed and name, whatever else was drawn."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - invented people, not secrets
