"""The errors of the client. All derive from :class:`NexusError`."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence, Type


class NexusError(Exception):
    """A call failed.

    The text names the field, the limit and the remedy where the server gives them. It never contains submitted values.
    """

    def __init__(
        self,
        detail: str,
        *,
        status: int = 0,
        code: str = "",
        field: Optional[str] = None,
        expected_version: Optional[int] = None,
        actual_version: Optional[int] = None,
        chat_ids: Sequence[str] = (),
        done: Optional[Mapping[str, Any]] = None,
        trace_id: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        #: The HTTP status; 0 if there was no response.
        self.status = status
        #: The stable name of the error, such as ``invalid`` or ``conflict``.
        self.code = code
        #: The field at fault.
        self.field = field
        #: The version that the request expected; 0 if it expected no record.
        self.expected_version = expected_version
        #: The stored version; 0 if there is no record.
        self.actual_version = actual_version
        #: The chats that have a record with the requested id.
        self.chat_ids = tuple(chat_ids)
        #: What an interrupted batch stored.
        self.done = done
        #: Identifies the error in the server's log.
        self.trace_id = trace_id
        #: Seconds after which the same call may succeed.
        self.retry_after = retry_after


class InvalidError(NexusError):
    """A field, header or parameter is not acceptable, or a value is over its limit (400, 413, 415)."""


class AccessDeniedError(NexusError):
    """The API key is missing or unknown, or lacks the scope (401, 403)."""


class NotFoundError(NexusError):
    """The record does not exist (404)."""


class ConflictError(NexusError):
    """The record has another version (412, or 409 after too many concurrent changes)."""


class StateError(NexusError):
    """The state of the record or a rule of the database forbids the write (409), such as closing a closed trade."""


class AmbiguousError(StateError):
    """Several chats have a trade with this id: name the chat (409)."""


class LimitError(NexusError):
    """The API key reached one of its limits (429)."""


class UnavailableError(NexusError):
    """The store or the server is unavailable. Nothing was changed. The same call may succeed later."""


class UnknownOutcomeError(NexusError):
    """It is unknown whether a write was applied: the connection failed or the store lost it. Read before repeating."""


class ServerError(NexusError):
    """The server failed, or what responded is not a Nexus server (other statuses)."""


_BY_CODE: Mapping[str, Type[NexusError]] = {
    "conflict": ConflictError,
    "ambiguous": AmbiguousError,
    "unknown_outcome": UnknownOutcomeError,
}

_BY_STATUS: Mapping[int, Type[NexusError]] = {
    400: InvalidError,
    401: AccessDeniedError,
    403: AccessDeniedError,
    404: NotFoundError,
    405: InvalidError,
    408: UnavailableError,
    409: StateError,
    412: ConflictError,
    413: InvalidError,
    415: InvalidError,
    429: LimitError,
    503: UnavailableError,
}


def from_problem(status: int, problem: Mapping[str, Any], retry_after: Optional[float]) -> NexusError:
    """The error for a problem document (RFC 9457)."""
    code = _text(problem.get("code")) or ""
    kind: Type[NexusError] = _BY_CODE[code] if code in _BY_CODE else _BY_STATUS.get(status, ServerError)
    chat_ids = problem.get("chatIds")
    done = problem.get("done")
    return kind(
        _text(problem.get("detail")) or _text(problem.get("title")) or f"the server responded with status {status}",
        status=status,
        code=code,
        field=_text(problem.get("field")),
        expected_version=_whole(problem.get("expectedVersion")),
        actual_version=_whole(problem.get("actualVersion")),
        chat_ids=[str(chat) for chat in chat_ids] if isinstance(chat_ids, list) else (),
        done=done if isinstance(done, dict) else None,
        trace_id=_text(problem.get("traceId")),
        retry_after=retry_after,
    )


def _text(value: Any) -> Optional[str]:
    return value if isinstance(value, str) else None


def _whole(value: Any) -> Optional[int]:
    return value if isinstance(value, int) else None
