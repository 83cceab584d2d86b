"""Trades."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, AsyncIterator, Dict, Iterable, List, Mapping, Optional, Union

from .. import _json, _request, models
from .._ids import new_trade_id
from .._json import DecimalLike
from .connection import AsyncConnection

_BATCH = 1000


class AsyncTrades:
    """``client.trades``"""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(
        self,
        chat_id: Union[int, str],
        symbol: str,
        side: str,
        entry_price: DecimalLike,
        quantity: DecimalLike,
        *,
        id: Union[uuid.UUID, str, None] = None,
        **members: Any,
    ) -> models.Trade:
        """Stores a trade, usually an open one. Repeating the call with the same id returns the stored trade.

        :param side: ``LONG`` or ``SHORT``.
        :param id: a UUID; by default a new version 7 UUID. Create it yourself (:func:`new_trade_id`) and keep it to repeat the call later.
        :param members: any of ``strategy``, ``exchange``, ``leverage``, ``entry_timestamp``, ``metadata``, and for a trade that is over
            ``exit_price``, ``exit_timestamp``, ``pnl``, ``pnl_pct``, ``fees``, ``slippage``, ``status``, ``exit_reason``.
        """
        body = _trade_body(
            dict(members, id=id or new_trade_id(), chat_id=chat_id, symbol=symbol, side=side, entry_price=entry_price, quantity=quantity))
        response = await self._connection.send(_request.write("POST", "/v1/trades", body, repeatable=True))
        return models.trade(self._connection.reader(response), created=response.status_code == 201)

    async def get(
        self, id: Union[uuid.UUID, str], *, chat_id: Union[int, str, None] = None, entry_timestamp: Optional[datetime] = None
    ) -> Optional[models.Trade]:
        """A trade; None if there is none.

        :raises AmbiguousError: several chats have a trade with this id; name the chat.
        """
        call = _request.read(
            _request.path_of("trades", id), chatId=chat_id, entryTimestamp=_json.instant_text("entryTimestamp", entry_timestamp))
        found = await self._connection.find(call)
        return None if found is None else models.trade(found)

    async def close(
        self,
        id: Union[uuid.UUID, str],
        exit_price: Optional[DecimalLike] = None,
        *,
        chat_id: Union[int, str, None] = None,
        entry_timestamp: Optional[datetime] = None,
        exit_timestamp: Optional[datetime] = None,
        pnl: Optional[DecimalLike] = None,
        pnl_pct: Optional[DecimalLike] = None,
        fees: Optional[DecimalLike] = None,
        slippage: Optional[DecimalLike] = None,
        exit_reason: Optional[str] = None,
        cancelled: bool = False,
        idempotency_key: Optional[str] = None,
    ) -> models.Trade:
        """Closes an open trade. PnL is computed from price, quantity and fees unless it is given.

        :param idempotency_key: any text of 1 to 255 bytes by which the server knows the call for 24 hours; by default a new UUID.
        :raises StateError: the trade is not open.
        """
        members: Dict[str, Any] = {
            "chatId": None if chat_id is None else _request.chat(chat_id),
            "entryTimestamp": _json.instant_text("entryTimestamp", entry_timestamp),
            "exitTimestamp": _json.instant_text("exitTimestamp", exit_timestamp),
            "exitPrice": _json.decimal_text("exitPrice", exit_price),
            "pnl": _json.decimal_text("pnl", pnl),
            "pnlPct": _json.decimal_text("pnlPct", pnl_pct),
            "fees": _json.decimal_text("fees", fees),
            "slippage": _json.decimal_text("slippage", slippage),
            "exitReason": exit_reason,
            "cancelled": cancelled or None,
        }
        body = {name: value for name, value in members.items() if value is not None}
        return models.trade(await self._connection.get(_request.write("POST", _request.path_of("trades", id, "close"), body, idempotency_key=idempotency_key)))

    async def add_fills(
        self, id: Union[uuid.UUID, str], fills: Iterable[Mapping[str, Any]], *, chat_id: Union[int, str, None] = None,
        entry_timestamp: Optional[datetime] = None,
    ) -> models.AddedFills:
        """Adds 1 to 100 executed orders to an open trade: all of them or none. Prices, fees and PnL of the trade follow from all its fills, and it
        closes when its exits reach its quantity. A fill that is there already adds nothing, so a lost response is repeated.

        :param fills: mappings with ``order_id``, ``side`` (``ENTRY`` or ``EXIT``), ``price``, ``quantity``, and if known ``fee``,
            ``fee_currency``, ``exchange``, ``timestamp``.
        :param entry_timestamp: with ``chat_id``: of several trades of the chat with the same id, the one with this entry.
        :raises StateError: the trade is not open, or has another fill with the order id.
        """
        body = {"fills": [_fill_body(fill) for fill in fills]}
        call = _request.write(
            "POST", _request.path_of("trades", id, "fills") + ":batch", body, repeatable=True, chatId=chat_id,
            entryTimestamp=_json.instant_text("entryTimestamp", entry_timestamp))
        response = await self._connection.send(call)
        return models.added_fills(self._connection.reader(response), created=response.status_code == 201)

    async def fills(
        self, id: Union[uuid.UUID, str], *, chat_id: Union[int, str, None] = None, entry_timestamp: Optional[datetime] = None
    ) -> models.FillList:
        """The executed orders of a trade, and what is left of it."""
        at = _json.instant_text("entryTimestamp", entry_timestamp)
        call = _request.read(_request.path_of("trades", id, "fills"), chatId=chat_id, entryTimestamp=at)
        return models.fill_list(await self._connection.get(call))

    async def list(
        self,
        *,
        chat_id: Union[int, str, None] = None,
        status: Optional[str] = None,
        symbol: Optional[str] = None,
        from_: Optional[datetime] = None,
        to: Optional[datetime] = None,
        strategy: Optional[str] = None,
        exchange: Optional[str] = None,
        exit_from: Optional[datetime] = None,
        exit_to: Optional[datetime] = None,
        page_size: int = 100,
    ) -> AsyncIterator[models.Trade]:
        """Trades, newest entry first.

        :param from_: entered at this instant or later.
        :param to: entered before this instant.
        :param exit_from: closed at this instant or later.
        :param exit_to: closed before this instant.
        """
        filters = _filters(chat_id, status, symbol, from_, to, strategy, exchange, exit_from, exit_to)
        pages = self._connection.pages(lambda after: _request.read("/v1/trades", after=after, limit=page_size, **filters), "trades")
        async for member in pages:
            yield models.trade(member)

    async def count(
        self,
        *,
        chat_id: Union[int, str, None] = None,
        status: Optional[str] = None,
        symbol: Optional[str] = None,
        from_: Optional[datetime] = None,
        to: Optional[datetime] = None,
        strategy: Optional[str] = None,
        exchange: Optional[str] = None,
        exit_from: Optional[datetime] = None,
        exit_to: Optional[datetime] = None,
    ) -> int:
        """How many trades :meth:`list` would return with the same filters, counted exactly in the store."""
        filters = _filters(chat_id, status, symbol, from_, to, strategy, exchange, exit_from, exit_to)
        return (await self._connection.get(_request.read("/v1/trades/count", **filters))).whole("count")

    async def save_batch(self, trades: Iterable[Mapping[str, Any]]) -> models.TradeBatch:
        """Stores many trades, each independent of the others. They are sent 1,000 at a time with ids made here, so a lost response is repeated.

        :param trades: mappings with the members of :meth:`open`.
        """
        total = models.TradeBatch(0, 0, 0, ())
        lines: List[bytes] = []
        sent = 0
        for trade in trades:
            lines.append(_json.dump(_trade_body({"id": new_trade_id(), **trade})))
            if len(lines) == _BATCH:
                total = _sum(total, await self._send(lines, sent))
                sent += len(lines)
                lines = []
        return _sum(total, await self._send(lines, sent)) if lines else total

    async def performance(
        self,
        *,
        chat_id: Union[int, str, None] = None,
        days: Optional[int] = None,
        from_: Optional[datetime] = None,
        to: Optional[datetime] = None,
        symbol: Optional[str] = None,
        strategy: Optional[str] = None,
        exchange: Optional[str] = None,
        group_by: Optional[str] = None,
        limit: Optional[int] = None,
        excursions: bool = False,
    ) -> models.Performance:
        """Figures over closed trades.

        :param days: only trades closed in so many last days, by the store's clock; or ``from_`` and ``to``.
        :param group_by: ``strategy``, ``symbol``, ``exchange``, ``chat``, ``side``, ``month`` or ``day``.
        :param limit: the groups, 1 to 1,000, the largest total PnL first; 100 by default.
        :param excursions: also average ``mae`` and ``mfe`` of the metadata.
        """
        call = _request.read(
            "/v1/trades/performance", chatId=chat_id, days=days, from_=_json.instant_text("from", from_), to=_json.instant_text("to", to),
            symbol=symbol, strategy=strategy, exchange=exchange, groupBy=group_by, limit=limit, excursions="true" if excursions else None)
        return models.performance(await self._connection.get(call))

    async def equity(
        self,
        *,
        chat_id: Union[int, str, None] = None,
        bucket: Optional[str] = None,
        days: Optional[int] = None,
        from_: Optional[datetime] = None,
        to: Optional[datetime] = None,
        symbol: Optional[str] = None,
        strategy: Optional[str] = None,
        exchange: Optional[str] = None,
    ) -> List[models.EquityPoint]:
        """The equity curve over closed trades, in order of time.

        :param bucket: the width of a step, such as ``15m``, ``4h`` or ``1d`` (default).
        """
        call = _request.read(
            "/v1/trades/equity", chatId=chat_id, bucket=bucket, days=days, from_=_json.instant_text("from", from_),
            to=_json.instant_text("to", to), symbol=symbol, strategy=strategy, exchange=exchange)
        return [models.equity_point(member) for member in (await self._connection.get(call)).members("points")]

    async def _send(self, lines: List[bytes], sent: int) -> models.TradeBatch:
        call = _request.Call("POST", "/v1/trades:batch", body=b"\n".join(lines), content_type=_request.NDJSON, repeatable=True)
        result = await self._connection.get(call)
        errors = [
            models.TradeRefusal(sent + member.whole("line") - 1, member.text("code"), member.text("message")) for member in result.members("errors")
        ]
        return models.TradeBatch(result.whole("stored"), result.whole("wereThere"), result.whole("rejected"), tuple(errors))


def _filters(
    chat_id: Union[int, str, None],
    status: Optional[str],
    symbol: Optional[str],
    from_: Optional[datetime],
    to: Optional[datetime],
    strategy: Optional[str],
    exchange: Optional[str],
    exit_from: Optional[datetime],
    exit_to: Optional[datetime],
) -> Dict[str, Any]:
    return {
        "chatId": chat_id, "status": status, "symbol": symbol, "strategy": strategy, "exchange": exchange,
        "from_": _json.instant_text("from", from_), "to": _json.instant_text("to", to),
        "exitFrom": _json.instant_text("exitFrom", exit_from), "exitTo": _json.instant_text("exitTo", exit_to),
    }


def _sum(one: models.TradeBatch, other: models.TradeBatch) -> models.TradeBatch:
    return models.TradeBatch(
        one.stored + other.stored, one.were_there + other.were_there, one.rejected + other.rejected, one.errors + other.errors)


_DECIMALS = {
    "entry_price": "entryPrice", "exit_price": "exitPrice", "quantity": "quantity", "pnl": "pnl", "pnl_pct": "pnlPct", "fees": "fees",
    "slippage": "slippage",
}
_INSTANTS = {"entry_timestamp": "entryTimestamp", "exit_timestamp": "exitTimestamp"}
_OTHERS = {
    "id": "id", "chat_id": "chatId", "symbol": "symbol", "side": "side", "strategy": "strategy", "exchange": "exchange", "leverage": "leverage",
    "status": "status", "exit_reason": "exitReason", "metadata": "metadata",
}


def _trade_body(members: Mapping[str, Any]) -> Dict[str, Any]:
    body: Dict[str, Any] = {}
    for name, value in members.items():
        if value is None:
            continue
        if name in _DECIMALS:
            body[_DECIMALS[name]] = _json.decimal_text(name, value)
        elif name in _INSTANTS:
            body[_INSTANTS[name]] = _json.instant_text(name, value)
        elif name == "leverage" and not isinstance(value, int):
            body["leverage"] = _json.decimal_text(name, value)
        elif name in _OTHERS:
            body[_OTHERS[name]] = _request.chat(value) if name == "chat_id" else str(value) if name == "id" else value
        else:
            raise TypeError(f"a trade has no member {name}")
    return body


_FILL_TEXTS = {"order_id": "orderId", "side": "side", "fee_currency": "feeCurrency", "exchange": "exchange"}


def _fill_body(members: Mapping[str, Any]) -> Dict[str, Any]:
    body: Dict[str, Any] = {}
    for name, value in members.items():
        if value is None:
            continue
        if name in ("price", "quantity", "fee"):
            body[name] = _json.decimal_text(name, value)
        elif name == "timestamp":
            body[name] = _json.instant_text(name, value)
        elif name in _FILL_TEXTS:
            body[_FILL_TEXTS[name]] = value
        else:
            raise TypeError(f"a fill has no member {name}")
    return body
