"""Keys of this room's permissions. An official sees procedures of the own divisions, the DX office all."""

from __future__ import annotations

from typing import Final

VIEW: Final = "front_statistics.view"
ALL: Final = "front_statistics.all"
