"""One side of the comparison of pages, in a process of its own: takes orders on stdin, answers on stdout.

`python -m bench.side full|bare`. An order is a JSON line {"page", "times"}; the answer says how much CPU the
process and its PostgreSQL backend took. Requests go straight into the WSGI handler.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import time
from io import BytesIO
from typing import Any, Final

from bench.meter import cpu_of

POSTED: Final = ("email=bench%40midori.example&phone=03-1234-5678",)
_CHANGING: Final = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


class Side:
    """Pages by name, prepared as WSGI environments."""

    def __init__(self, kind: str, told: dict[str, Any]) -> None:
        self.kind = kind
        if kind == "full":
            from jichi.config.wsgi import application
        else:
            from django.core.wsgi import get_wsgi_application

            application = get_wsgi_application()
            from bench import bare

            bare.prepare(told["accounts"])
        self.application = application
        self.told = told
        self.backend = self._backend()
        self.revision = int(told["revision"])

    @staticmethod
    def _backend() -> int:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = int(cursor.fetchone()[0])
        if connection.settings_dict["CONN_MAX_AGE"] == 0:
            connection.close()
        return pid

    def _environ(self, page: str) -> dict[str, Any]:
        secret = "b" * 32
        audience, address = self.told["pages"][page]
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": query,
            "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost", "HTTP_ACCEPT_LANGUAGE": "ja", "HTTP_ACCEPT": "text/html",
            "HTTP_SEC_FETCH_SITE": "same-origin", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
            "HTTP_COOKIE": f"jichi={self.told['sessions'][audience]}; csrf={secret}",
        }  # fmt: skip
        if page == "post":
            body = f"csrfmiddlewaretoken={secret}&revision={self.revision}&{POSTED[0]}".encode()
            self.revision += 1
            environ |= {
                "REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/x-www-form-urlencoded",
                "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
            }  # fmt: skip
        return environ

    def once(self, page: str) -> tuple[str, bytes]:
        """One request; status and body."""
        environ = self._environ(page)
        caught: list[str] = []
        headers: list[Any] = []

        def start(status: str, given: list[Any]) -> None:
            caught.append(status)
            headers.extend(given)

        response = self.application(environ, start)
        body = b"".join(response)
        response.close()  # type: ignore[attr-defined] # Django's responses have it
        return caught[0], body

    def order(self, page: str, times: int) -> dict[str, object]:
        """So many requests of one page."""
        own, other, wall = time.process_time(), cpu_of(self.backend), time.perf_counter()
        status, body = "", b""
        for _ in range(times):
            status, body = self.once(page)
        return {
            "web": time.process_time() - own, "database": cpu_of(self.backend) - other,
            "wall": time.perf_counter() - wall, "status": status, "bytes": len(body),
            "body": hashlib.sha256(_CHANGING.sub(b"", body)).hexdigest()[:16],
        }  # fmt: skip

    def statements(self, page: str) -> list[str]:
        """What one request asks the database."""
        from django.db import connection

        caught: list[str] = []

        def catch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            caught.append(" ".join(sql.split()))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(catch):
            self.once(page)
        return caught


def main() -> None:
    """Answer orders until stdin ends."""
    kind = sys.argv[1]
    told = json.loads(sys.stdin.readline())
    side = Side(kind, told)
    for line in sys.stdin:
        order = json.loads(line)
        if order.get("statements"):
            answer: object = side.statements(order["page"])
        elif order.get("profile"):
            import cProfile
            import pstats

            profile = cProfile.Profile()
            profile.runcall(side.order, order["page"], order["times"])
            stats = pstats.Stats(profile, stream=sys.stderr)
            stats.sort_stats(order["profile"]).print_stats(order.get("lines", 55))
            answer = "done"
        elif order.get("body"):
            answer = side.once(order["page"])[1].decode()
        else:
            answer = side.order(order["page"], order["times"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
