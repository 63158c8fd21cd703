"""Keys of this room's permissions. Which routes somebody reaches, row security decides; who acts, the route."""

from __future__ import annotations

from typing import Final

TAKE_PART: Final = "eng_routes.take_part"
MANAGE: Final = "eng_routes.manage"
