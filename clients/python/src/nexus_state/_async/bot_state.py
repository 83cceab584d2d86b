"""The bot's switches."""

from __future__ import annotations

from typing import Any, Mapping, Sequence, Union

from .. import _request, models
from .._request import KEEP, Version, _Keep
from .connection import AsyncConnection

_PATH = "/v1/bot-state"


class AsyncBotStateApi:
    """``client.bot_state``"""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self) -> models.BotState:
        """The switches; defaults with version 0 if nothing was ever written."""
        return models.bot_state(await self._connection.get(_request.read(_PATH)))

    async def save(
        self,
        *,
        enabled_strategies: Union[Mapping[str, Any], _Keep] = KEEP,
        group_config: Union[Mapping[str, Any], _Keep] = KEEP,
        disabled_assets: Union[Sequence[str], _Keep] = KEEP,
        ai_filter_enabled: Union[bool, _Keep] = KEEP,
        if_version: Version = None,
    ) -> models.BotState:
        """Replaces each switch that is given completely; the others stay."""
        body = _body(enabled_strategies, group_config, disabled_assets, ai_filter_enabled)
        return models.bot_state(await self._connection.get(_request.write("PUT", _PATH, body, version=if_version)))

    async def patch(
        self,
        *,
        enabled_strategies: Union[Mapping[str, Any], _Keep] = KEEP,
        group_config: Union[Mapping[str, Any], _Keep] = KEEP,
        disabled_assets: Union[Sequence[str], _Keep] = KEEP,
        ai_filter_enabled: Union[bool, _Keep] = KEEP,
        if_version: Version = None,
    ) -> models.BotState:
        """Changes single strategies and groups; None removes one. ``disabled_assets`` is the complete list."""
        body = _body(enabled_strategies, group_config, disabled_assets, ai_filter_enabled)
        call = _request.write("PATCH", _PATH, body, version=if_version, content_type=_request.MERGE_PATCH)
        return models.bot_state(await self._connection.get(call))


def _body(enabled_strategies: Any, group_config: Any, disabled_assets: Any, ai_filter_enabled: Any) -> Mapping[str, Any]:
    return _request.body_of(
        enabledStrategies=enabled_strategies, groupConfig=group_config,
        disabledAssets=disabled_assets if isinstance(disabled_assets, _Keep) else list(disabled_assets), aiFilterEnabled=ai_filter_enabled)
