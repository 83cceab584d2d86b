"""Sockets that send at once."""

from __future__ import annotations

import socket
from typing import Any


def send_at_once(http: Any) -> None:
    """Turns Nagle's algorithm off in the connections of a synchronous client.

    httpcore sends the body of a request in a packet of its own, which then waits for the server's acknowledgement of the first one: 40 ms for each
    write. Newer versions turn it off themselves, as asyncio does; the one of Debian 12 does not, and has no setting for it.
    """
    pool = getattr(getattr(http, "_transport", None), "_pool", None)
    backend = getattr(pool, "_network_backend", None)
    if type(backend).__name__ == "SyncBackend":
        pool._network_backend = _AtOnce(backend)


class _AtOnce:
    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, *arguments: Any, **named: Any) -> Any:
        stream = self._backend.connect_tcp(*arguments, **named)
        connected = stream.get_extra_info("socket")
        if isinstance(connected, socket.socket):
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)
