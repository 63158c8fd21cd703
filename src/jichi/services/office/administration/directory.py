"""People from a directory as it is now: the system's `ldapsearch` asks it over LDAPS and answers an LDIF file.

We speak no LDAP ourselves: OpenLDAP's client does, with the system's certificates. A library for it would be one more
dependency of every installation, most of which have no directory within reach.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jichi.kernel.tables import MOST_BYTES

PROGRAM: Final = "ldapsearch"
FOR_PERSONS: Final = "(objectClass=person)"
SECONDS: Final = 120
"""So long a directory may take in all."""
_PAGE: Final = 500
_ATTRIBUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_WHY: Final = {
    3: "時間内に終わりませんでした。--filter で絞ってください",
    4: "件数の上限で途中までしか返りませんでした。上限を上げてもらうか、--filter で絞ってください",
    8: "もっと強い認証を求めています。--bind-dn とパスワードを確かめてください",
    32: "--base の場所がありません",
    34: "--base か --bind-dn の書き方が違います",
    49: "名前かパスワードが違います",
    50: "このアカウントでは読めません",
    249: "--filter の書き方が違います",
    255: "つながりません。アドレス、証明書(--ca)、通信の許可を確かめてください",
}
"""Exit status of ldapsearch → what it means here: a result code of RFC 4511, or, above 240, what the client says."""


class DirectoryFailed(ValueError):
    """Nothing was read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Where people are looked up. `password` is a file that only its owner may read; `ca` a file of certificates."""

    url: str
    base: str
    bind_dn: str
    password: Path
    filter: str = FOR_PERSONS
    ca: Path | None = None


def fetch_ldif(directory: Directory, attributes: Iterable[str], *, program: str = PROGRAM) -> bytes:
    """The entries as LDIF, whole or not at all: a directory that answers half of it is refused.

    Args:
        attributes: what is asked for; names that no directory has (headings of CSV files) are left out.

    Raises:
        DirectoryFailed: no client, no encryption, an open password file, no connection, wrong password, limits.
    """
    found = shutil.which(program)
    if found is None:
        raise DirectoryFailed("ldapsearch がありません。入れ方: apt-get install ldap-utils")
    if not directory.url.lower().startswith("ldaps://"):
        raise DirectoryFailed("アドレスは ldaps:// で始めてください。暗号のない接続は使いません。")
    wanted = [name for name in attributes if _ATTRIBUTE.fullmatch(name)]
    command = [
        found, "-LLL", "-x", "-o", "ldif-wrap=no", "-o", "nettimeout=15", "-l", str(SECONDS), "-E",
        f"pr={_PAGE}/noprompt", "-H", directory.url, "-D", directory.bind_dn, "-b", directory.base,
    ]  # fmt: skip
    # An environment of its own: no other directory, no looser look at certificates.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LDAP")}
    environ |= {"LDAPTLS_REQCERT": "demand", **({"LDAPTLS_CACERT": str(directory.ca)} if directory.ca else {})}
    password = _password(directory.password)
    reader, writer = os.pipe()  # neither arguments nor environment hold the password: others can see those
    try:
        os.write(writer, password)
        os.close(writer)
        answer = subprocess.run(  # noqa: S603 - the system's own program, arguments as a list
            [*command, "-y", f"/dev/fd/{reader}", "--", directory.filter, *wanted],
            capture_output=True, env=environ, pass_fds=(reader,), stdin=subprocess.DEVNULL, timeout=SECONDS + 30,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise DirectoryFailed("ディレクトリが時間内に答えませんでした。何も取り込んでいません。") from error
    finally:
        os.close(reader)
    return _whole(answer)


def _password(path: Path) -> bytes:
    """The first line of the file."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise DirectoryFailed(f"パスワードのファイルを、ほかの人も読めます。chmod 600 {path}")
    found = path.read_bytes().split(b"\n", 1)[0].rstrip(b"\r")
    if not 0 < len(found) <= 1000:
        raise DirectoryFailed("パスワードのファイルの1行目が空か、長すぎます。")
    return found


def _whole(answer: subprocess.CompletedProcess[bytes]) -> bytes:
    if answer.returncode:
        code = answer.returncode % 256
        said = answer.stderr.decode(errors="replace").strip().splitlines()
        why = _WHY.get(code) or (said[0] if said else "理由は分かりません")
        raise DirectoryFailed(f"ディレクトリから読めませんでした(ldapsearch {code}): {why}。何も取り込んでいません。")
    if len(answer.stdout) > MOST_BYTES:
        raise DirectoryFailed(f"返ったものが{MOST_BYTES >> 20}MBを超えました。--filter で絞ってください。")
    if b"dn:" not in answer.stdout:
        raise DirectoryFailed("当てはまる人がいません。--base と --filter を確かめてください。")
    return b"version: 1\n\n" + answer.stdout  # so that it is known for LDIF whatever comments come first
