"""The client."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any, AsyncIterator, Callable, Iterable, List, Mapping, Optional, Type

import httpx

from .. import _json, _request, models
from ..errors import ServerError, UnavailableError
from .api_keys import AsyncApiKeys
from .bot_state import AsyncBotStateApi
from .calibration import AsyncCalibrations
from .connection import EXACT, AsyncConnection
from .events import AsyncEvents
from .sessions import AsyncSessions
from .state import AsyncKeyedState
from .system_config import AsyncSystemConfig
from .tasks import AsyncTasks
from .trades import AsyncTrades
from .users import AsyncUsers


class AsyncClient:
    """A client of ``nexus serve``. Close it with ``aclose`` or use ``async with``.

    :param url: such as ``http://127.0.0.1:8080``. http is accepted on this machine only, unless ``allow_http`` is true.
    :param api_key: the key. Nothing shows it.
    :param timeout: seconds for each part of an attempt: connecting, sending, and each read.
    :param retries: how often a call is sent again, if that is safe: after refusals that changed nothing, and after lost responses of calls that
        are the same when applied twice.
    :param retry_pause: seconds before the first retry; it doubles each time and is shortened at random.
    :param parse_float: how numbers with a fraction in documents (config, metadata, values) are read. ``Decimal`` keeps all digits; use ``float``
        if the bot computes with floating point.
    :param transport: another transport of httpx, such as one with a proxy or a client certificate.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        timeout: float = 10.0,
        retries: int = 3,
        retry_pause: float = 0.2,
        allow_http: bool = False,
        parse_float: Callable[[str], Any] = EXACT,
        transport: Optional[httpx.AsyncBaseTransport] = None,
    ) -> None:
        self._connection = AsyncConnection(
            url, api_key, timeout=timeout, retries=retries, retry_pause=retry_pause, allow_http=allow_http, parse_float=parse_float,
            transport=transport)
        self.sessions = AsyncSessions(self._connection)
        self.users = AsyncUsers(self._connection)
        self.bot_state = AsyncBotStateApi(self._connection)
        self.system_config = AsyncSystemConfig(self._connection)
        self.state = AsyncKeyedState(self._connection)
        self.trades = AsyncTrades(self._connection)
        self.calibration = AsyncCalibrations(self._connection)
        self.tasks = AsyncTasks(self._connection)
        self.api_keys = AsyncApiKeys(self._connection)
        self.events = AsyncEvents(self._connection)

    async def dispatch(
        self, strategy: str, *, group: Optional[str] = None, symbol: Optional[str] = None, modes: Optional[Iterable[str]] = None
    ) -> List[models.Recipient]:
        """The chats that may get a signal now, in any order.

        :param modes: only chats in one of these modes.
        """
        wanted = None if modes is None else ",".join(modes)
        found = await self._connection.get(_request.read("/v1/dispatch", strategy=strategy, group=group, symbol=symbol, modes=wanted))
        return [models.Recipient(chat_id=member.text("chatId"), mode=member.text_or_none("mode")) for member in found.members("recipients")]

    async def counts(self) -> Mapping[str, Any]:
        """How many users, sessions and trades there are, as a document. ``estimated`` names the numbers that are estimates."""
        return (await self._connection.get(_request.read("/v1/counts"))).body

    async def history(
        self,
        *,
        table: Optional[str] = None,
        key: Optional[str] = None,
        author: Optional[str] = None,
        since: Optional[datetime] = None,
        before: Optional[datetime] = None,
        page_size: int = 100,
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Who changed what, newest first, as documents. Needs the scope ``admin``."""
        filters = {
            "table": table, "key": key, "author": author, "from_": _json.instant_text("from", since),
            "before": _json.instant_text("before", before),
        }
        pages = self._connection.pages(lambda after: _request.read("/v1/history", after=after, limit=page_size, **filters), "entries")
        async for member in pages:
            yield member.body

    async def alerts(self) -> Mapping[str, Any]:
        """Firing and pending alerts, silences and notifiers, as a document. Needs the scope ``admin``."""
        return (await self._connection.get(_request.read("/v1/alerts"))).body

    async def status(self) -> Mapping[str, Any]:
        """The store and the fallback at a glance, as a document."""
        return (await self._connection.get(_request.read("/v1/status"))).body

    async def outbox(self) -> Optional[Mapping[str, Any]]:
        """Counts of the outbox, as a document; None if the server has none."""
        found = await self._connection.find(_request.read("/v1/outbox"))
        return None if found is None else found.body

    async def health(self) -> models.Health:
        """Whether the store responds. Never raises because of an unavailable store."""
        try:
            return models.health(await self._connection.get(_request.read("/health/ready")))
        except (UnavailableError, ServerError):
            return models.Health("unavailable")

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._connection.aclose()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], traceback: Optional[TracebackType]
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._connection.url!r})"
