"""Sends calls and repeats those that are safe to repeat."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any, AsyncIterator, Callable, List, Optional

import httpx

from .. import _request, models
from .._request import Attempts, Call
from .._sockets import send_at_once
from ..errors import NexusError, NotFoundError, UnavailableError, UnknownOutcomeError
from ..secret import Secret

#: Errors of httpx that come before a request is sent.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

#: The server sends something every 15 s.
_SILENCE = 45.0


class AsyncConnection:
    """The HTTP connection of a client."""

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        timeout: float,
        retries: int,
        retry_pause: float,
        allow_http: bool,
        parse_float: Callable[[str], Any],
        transport: Optional[httpx.AsyncBaseTransport],
    ) -> None:
        self.url = _request.check_url(url, allow_http)
        self._key = Secret(_request.check_key(api_key))
        self._retries = retries
        self._pause = retry_pause
        self._parse_float = parse_float
        # Proxies of the environment would receive the key of a server on this machine.
        self._http = httpx.AsyncClient(timeout=timeout, transport=transport, trust_env=False, follow_redirects=False)
        send_at_once(self._http)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def send(self, call: Call) -> httpx.Response:
        """Sends a call; a response with a status below 300."""
        attempts = Attempts(call, self._retries, self._pause)
        while True:
            request = self._http.build_request(call.method, self._url_of(call), headers=self._headers(call), content=call.body)
            try:
                response = await self._http.send(request)
            except httpx.RequestError as failure:
                was_sent = not isinstance(failure, _NOT_SENT)
                delay = attempts.after_failure(was_sent)
                if delay is None:
                    raise attempts.final(_failure(call, failure, was_sent)) from failure
            else:
                if response.status_code < 300:
                    return response
                error = _request.error_of(response.status_code, response.headers, response.content)
                delay = attempts.after_response(error)
                if delay is None:
                    raise attempts.final(error)
            await asyncio.sleep(delay)

    async def get(self, call: Call) -> models.Reader:
        """Sends a call and reads the JSON object of its response."""
        return self.reader(await self.send(call))

    async def find(self, call: Call) -> Optional[models.Reader]:
        """As :meth:`get`; None if the record does not exist."""
        try:
            return await self.get(call)
        except NotFoundError as error:
            if error.code != "not_found" or "path does not exist" in error.detail:
                raise
            return None

    async def remove(self, call: Call) -> bool:
        """Sends a deletion. False if the record does not exist."""
        try:
            await self.send(call)
            return True
        except NotFoundError:
            return False
        except UnknownOutcomeError as error:
            # A repeated deletion finds nothing: the lost attempt, or somebody else, removed the record.
            if error.status == 404:
                return True
            raise

    def reader(self, response: httpx.Response) -> models.Reader:
        return models.Reader(_request.read_body(response.content, self._parse_float), _request.info_of(response.headers))

    async def pages(self, call_of: Callable[[Optional[str]], Call], members: str) -> AsyncIterator[models.Reader]:
        """The members of a list, page after page."""
        after: Optional[str] = None
        while True:
            page = await self.get(call_of(after))
            for member in page.members(members):
                yield member
            after = page.text_or_none("next")
            if after is None:
                return

    async def lines(self, path: str) -> AsyncIterator[str]:
        """The lines of an event stream, until the server ends it."""
        call = _request.read(path)
        timeout = httpx.Timeout(_SILENCE)
        request = self._http.build_request("GET", self._url_of(call), headers=self._headers(call), timeout=timeout)
        response = await self._http.send(request, stream=True)
        try:
            if response.status_code >= 300:
                raise _request.error_of(response.status_code, response.headers, await response.aread())
            async for line in response.aiter_lines():
                yield line.rstrip("\r\n")
        finally:
            await response.aclose()

    def _url_of(self, call: Call) -> httpx.URL:
        url = self.url + call.path
        # Older versions of httpx drop the query of a path for params=None.
        return httpx.URL(url, params=dict(call.query)) if call.query else httpx.URL(url)

    def _headers(self, call: Call) -> List[Any]:
        fixed = [("Authorization", f"Bearer {self._key.reveal()}"), ("Accept", "application/json")]
        # httpx encodes a text as ASCII.
        return [*fixed, *((name, value.encode()) for name, value in call.headers.items())]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"


def _failure(call: Call, failure: httpx.RequestError, was_sent: bool) -> NexusError:
    reason = type(failure).__name__
    if was_sent and call.changes:
        return UnknownOutcomeError(
            f"the connection failed after the request was sent ({reason}): read the record before repeating", code="unknown_outcome")
    return UnavailableError(f"the server did not respond ({reason})", code="unavailable")


#: How numbers with a fraction in documents are read.
EXACT: Callable[[str], Any] = Decimal
