"""Command line of the stand-in."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from .server import make_server


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="jichi.engines.accounts.sandbox")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True, help="folder for faults.json and people.json")
    given = parser.parse_args(argv)
    given.dir.mkdir(parents=True, exist_ok=True)
    server = make_server(
        port=given.port, folder=given.dir, secret=os.environ["JICHI_SANDBOX_SECRET"],
        origin=os.environ["JICHI_ORIGIN"],
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: Thread(target=server.shutdown).start())
    signal.signal(signal.SIGINT, lambda *_: Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
