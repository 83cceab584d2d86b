"""The server's API keys."""

from __future__ import annotations

from typing import List, Sequence

from .. import _request, models
from .connection import AsyncConnection


class AsyncApiKeys:
    """``client.api_keys``. Needs the scope ``admin``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> List[models.ApiKey]:
        """All keys except the admin key of the data folder, without the keys themselves."""
        keys = await self._connection.get(_request.read("/v1/api-keys"))
        return [models.api_key(member) for member in keys.members("apiKeys")]

    async def create(self, name: str, scopes: Sequence[str]) -> models.ApiKey:
        """Creates a key. Only this result contains it.

        :param scopes: any of ``bot``, ``secrets``, ``admin``, ``metrics``, ``viewer``.
        """
        body = {"name": name, "scopes": list(scopes)}
        return models.api_key(await self._connection.get(_request.write("POST", "/v1/api-keys", body)))

    async def delete(self, id: str) -> bool:
        """Removes a key. It stops working at once. False if there is none."""
        return await self._connection.remove(_request.remove(_request.path_of("api-keys", id)))
