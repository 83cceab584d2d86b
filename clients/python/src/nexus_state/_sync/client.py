# Made by tools/make_sync.py from the asynchronous module of the same name: change that one.
"""The client."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any, Iterator, Callable, Iterable, List, Mapping, Optional, Type

import httpx

from .. import _json, _request, models
from ..errors import ServerError, UnavailableError
from .api_keys import ApiKeys
from .bot_state import BotStateApi
from .calibration import Calibrations
from .connection import EXACT, Connection
from .events import Events
from .sessions import Sessions
from .state import KeyedState
from .system_config import SystemConfig
from .tasks import Tasks
from .trades import Trades
from .users import Users


class Client:
    """A client of ``nexus serve``. Close it with ``close`` or use ``with``.

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
        transport: Optional[httpx.BaseTransport] = None,
    ) -> None:
        self._connection = Connection(
            url, api_key, timeout=timeout, retries=retries, retry_pause=retry_pause, allow_http=allow_http, parse_float=parse_float,
            transport=transport)
        self.sessions = Sessions(self._connection)
        self.users = Users(self._connection)
        self.bot_state = BotStateApi(self._connection)
        self.system_config = SystemConfig(self._connection)
        self.state = KeyedState(self._connection)
        self.trades = Trades(self._connection)
        self.calibration = Calibrations(self._connection)
        self.tasks = Tasks(self._connection)
        self.api_keys = ApiKeys(self._connection)
        self.events = Events(self._connection)

    def dispatch(
        self, strategy: str, *, group: Optional[str] = None, symbol: Optional[str] = None, modes: Optional[Iterable[str]] = None
    ) -> List[models.Recipient]:
        """The chats that may get a signal now, in any order.

        :param modes: only chats in one of these modes.
        """
        wanted = None if modes is None else ",".join(modes)
        found = self._connection.get(_request.read("/v1/dispatch", strategy=strategy, group=group, symbol=symbol, modes=wanted))
        return [models.Recipient(chat_id=member.text("chatId"), mode=member.text_or_none("mode")) for member in found.members("recipients")]

    def counts(self) -> Mapping[str, Any]:
        """How many users, sessions and trades there are, as a document. ``estimated`` names the numbers that are estimates."""
        return (self._connection.get(_request.read("/v1/counts"))).body

    def history(
        self,
        *,
        table: Optional[str] = None,
        key: Optional[str] = None,
        author: Optional[str] = None,
        since: Optional[datetime] = None,
        before: Optional[datetime] = None,
        page_size: int = 100,
    ) -> Iterator[Mapping[str, Any]]:
        """Who changed what, newest first, as documents. Needs the scope ``admin``."""
        filters = {
            "table": table, "key": key, "author": author, "from_": _json.instant_text("from", since),
            "before": _json.instant_text("before", before),
        }
        pages = self._connection.pages(lambda after: _request.read("/v1/history", after=after, limit=page_size, **filters), "entries")
        for member in pages:
            yield member.body

    def alerts(self) -> Mapping[str, Any]:
        """Firing and pending alerts, silences and notifiers, as a document. Needs the scope ``admin``."""
        return (self._connection.get(_request.read("/v1/alerts"))).body

    def status(self) -> Mapping[str, Any]:
        """The store and the fallback at a glance, as a document."""
        return (self._connection.get(_request.read("/v1/status"))).body

    def outbox(self) -> Optional[Mapping[str, Any]]:
        """Counts of the outbox, as a document; None if the server has none."""
        found = self._connection.find(_request.read("/v1/outbox"))
        return None if found is None else found.body

    def health(self) -> models.Health:
        """Whether the store responds. Never raises because of an unavailable store."""
        try:
            return models.health(self._connection.get(_request.read("/health/ready")))
        except (UnavailableError, ServerError):
            return models.Health("unavailable")

    def close(self) -> None:
        """Closes the connections."""
        self._connection.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], traceback: Optional[TracebackType]
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._connection.url!r})"
