"""The address of this instance's database for one command, whether its server runs already or not."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from .environment import Environment, environment
from .instance import Instance, InstanceBusyError, InstanceError
from .postgres import Cluster, DatabaseRole


@contextlib.contextmanager
def database(role: DatabaseRole = "app", *, create: bool = False) -> Iterator[str]:
    """Yield the address to connect to as `role`.

    With JICHI_DATABASE_URL it is that one (for migrations JICHI_OWNER_DATABASE_URL). Else it is the
    embedded server: the running one, or one started for the length of this block.

    Raises:
        InstanceError: there is no database to connect to; the message says how to mend it.
    """
    told = environment()
    if told.database_url or told.owner_url:
        yield _given(told, role)
        return
    instance, cluster = Instance(told.home), Cluster(told.home)
    if not (cluster.data / "PG_VERSION").exists() and not create:
        raise InstanceError(f"{told.home} holds no database yet; `./jichi demo` or `./jichi up` makes one")
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(instance.locked())
        except InstanceBusyError:
            cluster.ensure()
            if not cluster.is_answering():
                raise InstanceError("Jichi is starting or stopping; try again in a moment") from None
        else:
            stack.callback(cluster.stop)
            cluster.start()
        yield cluster.url(role)


def _given(told: Environment, role: DatabaseRole) -> str:
    if role == "app":
        if not told.database_url:
            raise InstanceError("set JICHI_DATABASE_URL, the address for the role jichi_app")
        return told.database_url
    if not told.owner_url:
        raise InstanceError(
            "set JICHI_OWNER_DATABASE_URL, the address for the role jichi_owner (migrations connect with it)"
        )
    return told.owner_url


def use(url: str, *, pool_max: int | None = 0) -> None:
    """Point this process's Django at `url` before its settings are loaded."""
    os.environ["JICHI_DATABASE_URL"] = url
    if pool_max is not None:
        os.environ["JICHI_DB_POOL_MAX"] = str(pool_max)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    environment.cache_clear()
