"""Command line of the stand-in."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from jichi.kernel import stand_in

from .server import make_server


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    given = stand_in.told(
        argv, prog="jichi.engines.accounts.sandbox", about=__doc__, folder="folder for faults.json and people.json"
    )
    given.dir.mkdir(parents=True, exist_ok=True)
    server = make_server(
        port=given.port, folder=given.dir, secret=os.environ["JICHI_SANDBOX_SECRET"],
        origin=os.environ["JICHI_ORIGIN"],
    )  # fmt: skip
    return stand_in.serve(server)


if __name__ == "__main__":
    sys.exit(main())
