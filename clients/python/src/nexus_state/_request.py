"""One call of the API, and whether it is safe to send it again. Has no connection, so both clients share it."""

from __future__ import annotations

import ipaddress
import random
import uuid
from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple, Union
from urllib.parse import quote, urlsplit

from . import _json, models
from .errors import InvalidError, NexusError, ServerError, UnknownOutcomeError, from_problem

#: A version that a write names: a number, 0 for a record that must not exist, or ``"*"`` for one that must.
Version = Union[int, str, None]


class _Keep:
    """The type of :data:`KEEP`."""

    def __repr__(self) -> str:
        return "KEEP"


#: A member that is not sent: what is stored stays.
KEEP = _Keep()

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
NDJSON = "application/x-ndjson"

#: Statuses with which the server refuses a request before it does anything.
_REFUSED = ("too_many_requests", "busy", "unavailable", "request_in_progress")


@dataclass(frozen=True)
class Call:
    """A request.

    ``repeatable``: sending it again after a lost response does no harm. That is so for reads, deletions, writes that name a version, trades
    with an id, and every POST with an idempotency key; not for other writes, which another writer may have followed.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Optional[bytes] = field(default=None, repr=False)
    content_type: str = JSON
    version: Version = None
    repeatable: bool = False
    idempotency_key: Optional[str] = None

    @property
    def headers(self) -> Dict[str, str]:
        result: Dict[str, str] = {}
        if self.body is not None:
            result["Content-Type"] = self.content_type
        if self.version is not None:
            result.update(condition(self.version))
        if self.idempotency_key is not None:
            result["Idempotency-Key"] = self.idempotency_key
        return result

    @property
    def changes(self) -> bool:
        """Whether the call may change something."""
        return self.method != "GET"


def condition(version: Union[int, str]) -> Dict[str, str]:
    """The header of a condition."""
    if version == "*":
        return {"If-Match": "*"}
    if isinstance(version, bool) or not isinstance(version, int) or version < 0:
        raise InvalidError('if_version: must be a version, 0 or "*"', code="invalid", field="if_version")
    return {"If-Match": f'"{version}"'} if version > 0 else {"If-None-Match": "*"}


def read(path: str, **query: Any) -> Call:
    return Call("GET", path, query=_query(query), repeatable=True)


def write(
    method: str, path: str, body: Any, *, version: Version = None, content_type: str = JSON, repeatable: bool = False,
    idempotency_key: Optional[str] = None, **query: Any
) -> Call:
    if method == "POST" and idempotency_key is None and not repeatable:
        idempotency_key = str(uuid.uuid4())
    if idempotency_key is not None:
        check_idempotency_key(idempotency_key)
    return Call(
        method, path, query=_query(query), body=None if body is KEEP else _json.dump(body), content_type=content_type, version=version,
        repeatable=repeatable or version is not None or idempotency_key is not None, idempotency_key=idempotency_key)


def check_idempotency_key(key: str) -> None:
    """The rules of the server for the header, so that no client library has to encode what it would refuse."""
    try:
        length = len(key.encode("utf-8"))
    except UnicodeEncodeError:
        length = 0
    if not 1 <= length <= 255 or key != key.strip() or any(ord(character) < 32 or 127 <= ord(character) < 160 for character in key):
        raise InvalidError(
            "idempotency_key: must be 1 to 255 bytes without control characters and blanks at its ends", code="invalid", field="idempotency_key")


def remove(path: str, version: Version = None) -> Call:
    return Call("DELETE", path, version=version, repeatable=True)


def body_of(**members: Any) -> Dict[str, Any]:
    """An object without the members that are :data:`KEEP`."""
    return {name: value for name, value in members.items() if value is not KEEP}


#: What the variable segments of a path are called, by its first one; elsewhere it is an id.
_SEGMENTS: Dict[str, Tuple[str, ...]] = {"state": ("namespace", "key"), "system-config": ("key",), "calibration": ("chatId", "strategy")}


def path_of(first: str, *segments: Any) -> str:
    """A path whose segments are percent-encoded once."""
    parts = ["", "v1", first]
    for number, segment in enumerate(segments):
        names = _SEGMENTS.get(first, ("id",))
        name = names[min(number, len(names) - 1)]
        if segment in ("", ".", ".."):
            raise InvalidError(f"{name}: must not be empty, . or .., which a path cannot contain", code="invalid", field=name)
        try:
            parts.append(quote(str(segment), safe=""))
        except UnicodeEncodeError:
            raise InvalidError(f"{name}: is not valid Unicode", code="invalid", field=name) from None
    return "/".join(parts)


def chat(chat_id: Any) -> str:
    """A chat id as text."""
    if isinstance(chat_id, bool) or not isinstance(chat_id, (int, str)):
        raise InvalidError("chatId: must be an int or a str", code="invalid", field="chatId")
    return str(chat_id)


def check_url(url: str, allow_http: bool) -> str:
    """The base URL without its last slash."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidError("url: must be an http or https URL", code="invalid", field="url")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InvalidError("url: must have no user, password, query or fragment; pass the key as api_key", code="invalid", field="url")
    if parts.scheme == "http" and not allow_http and not _is_loopback(parts.hostname):
        raise InvalidError(
            "url: http to another host sends the API key unencrypted: use https, or allow_http=True inside a trusted network",
            code="invalid", field="url")
    return url.rstrip("/")


def check_key(api_key: str) -> str:
    if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        raise InvalidError("api_key: must be printable ASCII without spaces", code="invalid", field="api_key")
    return api_key


def info_of(headers: Mapping[str, str]) -> models.ResponseInfo:
    stale = headers.get("Nexus-Stale")
    return models.ResponseInfo(headers.get("Nexus-Acknowledged"), stale is not None, _seconds(stale))


def error_of(status: int, headers: Mapping[str, str], body: bytes) -> NexusError:
    """The error for a response with a status of 300 or more."""
    if headers.get("Content-Type", "").split(";")[0].strip() in ("application/problem+json", JSON):
        try:
            problem = _json.load(body)
        except (ValueError, RecursionError):
            problem = None
        if isinstance(problem, dict):
            return from_problem(status, problem, _seconds(headers.get("Retry-After")))
    return from_problem(status, {}, _seconds(headers.get("Retry-After")))


def read_body(body: bytes, parse_float: Any) -> Any:
    try:
        return _json.load(body, parse_float)
    except (ValueError, RecursionError):
        raise ServerError("the response is not JSON: is the URL that of a Nexus server?") from None


@dataclass
class Attempts:
    """Decides after each failure whether a call is sent again."""

    call: Call
    most: int
    pause: float
    made: int = 0
    #: Whether an earlier attempt may have been applied.
    in_doubt: bool = False

    def after_response(self, error: NexusError) -> Optional[float]:
        """The seconds until the next attempt; None if there is none."""
        if error.code in _REFUSED:
            return self._next(error.retry_after)
        if error.code == "unknown_outcome":
            self.in_doubt = self.in_doubt or self.call.changes
            return self._next(error.retry_after) if self.call.repeatable else None
        if not error.code and error.status in (502, 503, 504):
            # A proxy without the server behind it. The request may have reached the server.
            self.in_doubt = self.in_doubt or self.call.changes
            return self._next(error.retry_after) if self.call.repeatable else None
        return None

    def after_failure(self, was_sent: bool) -> Optional[float]:
        """As :meth:`after_response`, for a connection that failed."""
        if not was_sent:
            return self._next(None)
        self.in_doubt = self.in_doubt or self.call.changes
        return self._next(None) if self.call.repeatable else None

    def final(self, error: NexusError) -> NexusError:
        """The error that the caller gets. An answer after a lost one may describe the effect of the lost attempt."""
        if not self.in_doubt or isinstance(error, UnknownOutcomeError):
            return error
        # With a key, the response to a repeat is that of the first attempt.
        if self.call.idempotency_key is not None and 400 <= (error.status or 0) < 500 and error.code not in _REFUSED:
            return error
        return UnknownOutcomeError(
            f"an earlier attempt lost its response, and the next one failed: {error.detail}: read the record before repeating",
            status=error.status, code="unknown_outcome", expected_version=error.expected_version, actual_version=error.actual_version)

    def _next(self, retry_after: Optional[float]) -> Optional[float]:
        self.made += 1
        if self.made > self.most:
            return None
        delay: float = min(self.pause * 2 ** (self.made - 1), 10.0) * random.uniform(0.5, 1.0)
        return max(delay, min(retry_after or 0.0, 30.0))


def _query(members: Mapping[str, Any]) -> Dict[str, str]:
    return {name.rstrip("_"): str(value) for name, value in members.items() if value is not None}


def _seconds(text: Optional[str]) -> Optional[float]:
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is None or 0 <= value < 1e9 else None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

