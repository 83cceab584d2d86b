"""Settings of the bot."""

from __future__ import annotations

from typing import Any, List, Optional, Union

from .. import _request, models
from .._request import KEEP, Version, _Keep
from .connection import AsyncConnection


class AsyncSystemConfig:
    """``client.system_config``. Changes need the scope ``admin``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, key: str) -> Optional[models.Setting]:
        """A setting; None if there is none."""
        found = await self._connection.find(_request.read(_request.path_of("system-config", key)))
        return None if found is None else models.setting(found)

    async def list(self) -> List[models.Setting]:
        """All settings."""
        entries = await self._connection.get(_request.read("/v1/system-config"))
        return [models.setting(member) for member in entries.members("entries")]

    async def save(self, key: str, value: Any, *, updated_by: Union[str, None, _Keep] = KEEP, if_version: Version = None) -> models.Setting:
        """Creates or replaces a setting: any JSON value.

        :param updated_by: who makes the change; by default the name of the API key.
        """
        body = _request.body_of(value=value, updatedBy=updated_by)
        call = _request.write("PUT", _request.path_of("system-config", key), body, version=if_version)
        return models.setting(await self._connection.get(call))

    async def delete(self, key: str, *, if_version: Version = None) -> bool:
        """Deletes a setting. False if there is none."""
        return await self._connection.remove(_request.remove(_request.path_of("system-config", key), if_version))
