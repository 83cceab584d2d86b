# Made by tools/make_sync.py from the asynchronous module of the same name: change that one.
"""The bot's switches."""

from __future__ import annotations

from typing import Any, Mapping, Sequence, Union

from .. import _request, models
from .._request import KEEP, Version, _Keep
from .connection import Connection

_PATH = "/v1/bot-state"


class BotStateApi:
    """``client.bot_state``"""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> models.BotState:
        """The switches; defaults with version 0 if nothing was ever written."""
        return models.bot_state(self._connection.get(_request.read(_PATH)))

    def save(
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
        return models.bot_state(self._connection.get(_request.write("PUT", _PATH, body, version=if_version)))

    def patch(
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
        return models.bot_state(self._connection.get(call))


def _body(enabled_strategies: Any, group_config: Any, disabled_assets: Any, ai_filter_enabled: Any) -> Mapping[str, Any]:
    return _request.body_of(
        enabledStrategies=enabled_strategies, groupConfig=group_config,
        disabledAssets=disabled_assets if isinstance(disabled_assets, _Keep) else list(disabled_assets), aiFilterEnabled=ai_filter_enabled)
