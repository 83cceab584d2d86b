# Made by tools/make_sync.py from the asynchronous module of the same name: change that one.
"""Keyed state: JSON values under a namespace and a key, with a time to live."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Iterator, Mapping, Optional, Union

from .. import _json, _request, models
from .._request import KEEP, Version, _Keep
from .connection import Connection


class KeyedState:
    """``client.state``: conversations, wizards, counters, locks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, namespace: str, key: str) -> Optional[models.StateEntry]:
        """A value; None if there is none or it has expired."""
        found = self._connection.find(_request.read(_request.path_of("state", namespace, key)))
        return None if found is None else models.state_entry(found)

    def list(self, namespace: str, *, prefix: Optional[str] = None, page_size: int = 100) -> Iterator[models.StateEntry]:
        """The values of a namespace, in the order of the bytes of their keys."""
        path = _request.path_of("state", namespace)
        pages = self._connection.pages(lambda after: _request.read(path, prefix=prefix, after=after, limit=page_size), "entries")
        for member in pages:
            yield models.state_entry(member)

    def set(
        self,
        namespace: str,
        key: str,
        value: Any,
        *,
        ttl_seconds: Union[int, _Keep] = KEEP,
        expires_at: Union[datetime, None, _Keep] = KEEP,
        if_version: Version = None,
    ) -> Optional[models.StateEntry]:
        """Stores a value: any JSON value of at most 256 KiB. Without ``ttl_seconds`` and ``expires_at`` it does not expire.

        :returns: the entry; None if it was removed or expired before the response.
        :param if_version: store only over this version; 0: only if there is no value.
        """
        end = expires_at if isinstance(expires_at, _Keep) else _json.instant_text("expiresAt", expires_at)
        body = _request.body_of(value=value, ttlSeconds=ttl_seconds, expiresAt=end)
        return self._write(_request.write("PUT", _request.path_of("state", namespace, key), body, version=if_version))

    def patch(
        self, namespace: str, key: str, patch: Mapping[str, Any], *, ttl_seconds: Optional[int] = None, if_version: Version = None
    ) -> Optional[models.StateEntry]:
        """Changes members of a value by a JSON merge patch (RFC 7396). Keeps the expiry unless ``ttl_seconds`` is given."""
        call = _request.write(
            "PATCH", _request.path_of("state", namespace, key), patch, version=if_version, content_type=_request.MERGE_PATCH,
            ttlSeconds=ttl_seconds)
        return self._write(call)

    def delete(self, namespace: str, key: str, *, if_version: Version = None) -> bool:
        """Deletes a value. False if there is none."""
        return self._connection.remove(_request.remove(_request.path_of("state", namespace, key), if_version))

    def _write(self, call: _request.Call) -> Optional[models.StateEntry]:
        response = self._connection.send(call)
        return None if response.status_code == 204 else models.state_entry(self._connection.reader(response))
