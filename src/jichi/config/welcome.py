"""What `jichi demo` shows when the first page answers: addresses and who can sign in.

A process of its own (`python -m jichi.config.welcome`), so that the supervisor never loads Django.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


def lines() -> Iterator[str]:
    """The screen, line by line."""
    from django.urls import NoReverseMatch, reverse

    from jichi.config.environment import environment

    origin = environment().origin
    yield ""
    yield f"  Portal for residents  区民の窓口    {origin}/"
    yield f"  Desk of officials     職員の机      {origin}/staff/"
    with contextlib.suppress(NoReverseMatch):
        yield f"  Mail that was sent    届いたメール  {origin}{reverse('eng_messages:mailbox')}"
    for name, peer in sorted(environment().peers.items()):
        if peer["kind"] == "sandbox":
            yield f"  Stand-in for a peer   外部の代わり    {peer['url']}/  ({name})"
    yield ""
    with contextlib.suppress(ImportError):
        from jichi.sample.accounts import demo_accounts

        yield from (f"  {account}" for account in demo_accounts())
        yield ""
    yield "  Ctrl-C stops everything; the data stays.  Ctrl-C で止まります。データは残ります。"
    yield ""


def main() -> int:
    """Print it."""
    import django

    django.setup()
    sys.stdout.write("\n".join(lines()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
