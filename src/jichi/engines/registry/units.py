"""In whose name loads are carried out."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import system_actor

LOADER: Final = system_actor("registry.import", purpose="register_import")
