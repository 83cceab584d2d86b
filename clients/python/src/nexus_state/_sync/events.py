# Made by tools/make_sync.py from the asynchronous module of the same name: change that one.
"""Changes, as they happen."""

from __future__ import annotations

import time
import json
from typing import Iterator, List, Sequence, Union
from urllib.parse import urlencode

import httpx

from .. import models
from ..errors import AccessDeniedError, LimitError, ServerError, UnavailableError
from .connection import Connection


class Events:
    """``client.events``"""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def watch(
        self, *, tables: Sequence[str] = (), chat_ids: Sequence[Union[int, str]] = (), retry_pause: float = 1.0
    ) -> Iterator[models.Change]:
        """Which records change, from any instance on the same database; never their content. Ends only if the API key stops working.

        The first change is ``Change("*", "*")``, as after each reconnect: read again what you keep in memory. Several changes of one record in
        short succession may be one.

        :param tables: only changes of these tables, such as ``sessions``; all if empty.
        :param chat_ids: only changes of sessions, users, calibrations, trades and tasks of these chats; all records if empty.
        :param retry_pause: seconds before the stream is opened again; doubles up to 30 s while that fails.
        :raises AccessDeniedError: the API key is unknown, or was removed or changed.
        """
        query = urlencode([*(("table", table) for table in tables), *(("chatId", str(chat)) for chat in chat_ids)])
        path = f"/v1/events?{query}" if query else "/v1/events"
        pause = retry_pause
        while True:
            try:
                for change in self._stream(path):
                    pause = retry_pause
                    yield change
            except (httpx.RequestError, UnavailableError, LimitError, ServerError):
                pass
            time.sleep(pause)
            pause = min(pause * 2, 30.0)

    def _stream(self, path: str) -> Iterator[models.Change]:
        kind, data = "", ""
        announced = False
        for line in self._connection.lines(path):
            if not announced:
                # The server has subscribed before it sends its first line, so a read from now on misses nothing.
                announced = True
                yield models.Change("*", "*")
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:"):
                data += line[5:].strip()
            elif not line:
                for change in _changes(kind, data):
                    yield change
                kind, data = "", ""


def _changes(kind: str, data: str) -> List[models.Change]:
    if kind == "end" and "key_changed" in data:
        raise AccessDeniedError("the API key was removed or changed", status=401, code="unauthorized")
    if kind != "change":
        return []
    try:
        body = json.loads(data)
        return [models.Change(body["table"], body["id"])]
    except (ValueError, KeyError, TypeError):
        raise ServerError("the event stream has an event that cannot be read") from None


