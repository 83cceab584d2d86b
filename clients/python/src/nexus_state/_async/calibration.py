"""Calibration of strategies."""

from __future__ import annotations

from typing import Any, AsyncIterator, Dict, Optional, Union

from .. import _json, _request, models
from .._json import DecimalLike
from .._request import Version
from .connection import AsyncConnection


class AsyncCalibrations:
    """``client.calibration``: by chat, strategy, and optionally symbol and exchange."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(
        self, chat_id: Union[int, str], strategy: str, *, symbol: Optional[str] = None, exchange: Optional[str] = None, exact: bool = False
    ) -> Optional[models.Calibration]:
        """The most specific active calibration: for symbol and exchange, for the symbol, for the exchange, for the strategy.

        :param exact: the calibration for exactly these names, active or not.
        """
        call = _request.read(_path(chat_id, strategy), symbol=symbol, exchange=exchange, exact="true" if exact else None)
        found = await self._connection.find(call)
        return None if found is None else models.calibration(found)

    async def list(self, chat_id: Union[int, str], *, page_size: int = 100) -> AsyncIterator[models.Calibration]:
        """The calibrations of a chat by strategy, symbol and exchange."""
        path = _request.path_of("calibration", _request.chat(chat_id))
        async for member in self._connection.pages(lambda after: _request.read(path, after=after, limit=page_size), "calibrations"):
            yield models.calibration(member)

    async def save(
        self,
        chat_id: Union[int, str],
        strategy: str,
        *,
        symbol: Optional[str] = None,
        exchange: Optional[str] = None,
        confidence_threshold: Optional[DecimalLike] = None,
        leverage_multiplier: Optional[DecimalLike] = None,
        size_multiplier: Optional[DecimalLike] = None,
        kelly_fraction: Optional[DecimalLike] = None,
        win_rate_estimate: Optional[DecimalLike] = None,
        risk_reward_estimate: Optional[DecimalLike] = None,
        is_active: bool = True,
        if_version: Version = None,
    ) -> models.Calibration:
        """Creates or replaces the calibration for exactly these names. What is not given has the server's default."""
        numbers: Dict[str, Optional[DecimalLike]] = {
            "confidenceThreshold": confidence_threshold, "leverageMultiplier": leverage_multiplier, "sizeMultiplier": size_multiplier,
            "kellyFraction": kelly_fraction, "winRateEstimate": win_rate_estimate, "riskRewardEstimate": risk_reward_estimate,
        }
        body: Dict[str, Any] = {
            "isActive": is_active, **{name: _json.decimal_text(name, value) for name, value in numbers.items() if value is not None},
        }
        call = _request.write("PUT", _path(chat_id, strategy), body, version=if_version, symbol=symbol, exchange=exchange)
        return models.calibration(await self._connection.get(call))

    async def auto(
        self, chat_id: Union[int, str], strategy: str, *, symbol: Optional[str] = None, exchange: Optional[str] = None
    ) -> Optional[models.Calibration]:
        """Calibrates by the closed trades of the last 30 days with these names; None with fewer than ten."""
        call = _request.write("POST", f"{_path(chat_id, strategy)}:auto", _request.KEEP, repeatable=True, symbol=symbol, exchange=exchange)
        done = await self._connection.get(call)
        return models.calibration(models.Reader(done.any("calibration"))) if done.truth("calibrated") else None

    async def delete(
        self, chat_id: Union[int, str], strategy: str, *, symbol: Optional[str] = None, exchange: Optional[str] = None, if_version: Version = None
    ) -> bool:
        """Deletes the calibration for exactly these names. False if there is none."""
        call = _request.Call(
            "DELETE", _path(chat_id, strategy), query=_request.read("", symbol=symbol, exchange=exchange).query, version=if_version,
            repeatable=True)
        return await self._connection.remove(call)


def _path(chat_id: Union[int, str], strategy: str) -> str:
    return _request.path_of("calibration", _request.chat(chat_id), strategy)
