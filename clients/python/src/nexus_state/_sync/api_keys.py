# Made by tools/make_sync.py from the asynchronous module of the same name: change that one.
"""The server's API keys."""

from __future__ import annotations

from typing import List, Sequence

from .. import _request, models
from .connection import Connection


class ApiKeys:
    """``client.api_keys``. Needs the scope ``admin``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> List[models.ApiKey]:
        """All keys except the admin key of the data folder, without the keys themselves."""
        keys = self._connection.get(_request.read("/v1/api-keys"))
        return [models.api_key(member) for member in keys.members("apiKeys")]

    def create(self, name: str, scopes: Sequence[str]) -> models.ApiKey:
        """Creates a key. Only this result contains it.

        :param scopes: any of ``bot``, ``secrets``, ``admin``, ``metrics``, ``viewer``.
        """
        body = {"name": name, "scopes": list(scopes)}
        return models.api_key(self._connection.get(_request.write("POST", "/v1/api-keys", body)))

    def delete(self, id: str) -> bool:
        """Removes a key. It stops working at once. False if there is none."""
        return self._connection.remove(_request.remove(_request.path_of("api-keys", id)))
