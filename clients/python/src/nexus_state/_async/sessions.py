"""Sessions: the config of each chat and its exchange keys."""

from __future__ import annotations

from typing import Any, AsyncIterator, Dict, Iterable, List, Mapping, Optional, Union

from .. import _request, models
from .._request import KEEP, Version, _Keep
from ..errors import InvalidError
from ..secret import Secret
from .connection import AsyncConnection

KeyText = Union[Secret, str, None, _Keep]


class AsyncSessions:
    """``client.sessions``"""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, chat_id: Union[int, str]) -> Optional[models.Session]:
        """A chat's session; None if there is none. Secrets are masks unless the API key has the scope ``secrets``."""
        found = await self._connection.find(_request.read(_path(chat_id)))
        return None if found is None else models.session(found)

    async def list(self, *, mode: Optional[str] = None, strategy: Optional[str] = None, page_size: int = 100) -> AsyncIterator[models.Session]:
        """Sessions by chat id.

        :param mode: only sessions whose config has this mode, such as ``PILOT``.
        :param strategy: only sessions with a config in which this strategy is true.
        """
        pages = self._connection.pages(
            lambda after: _request.read("/v1/sessions", mode=mode, strategy=strategy, after=after, limit=page_size), "sessions")
        async for member in pages:
            yield models.session(member)

    async def save(
        self,
        chat_id: Union[int, str],
        *,
        api_key: KeyText = KEEP,
        api_secret: KeyText = KEEP,
        config: Union[Mapping[str, Any], _Keep] = KEEP,
        if_version: Version = None,
    ) -> models.Session:
        """Creates or replaces a session. What is not given stays; None or ``""`` removes a key.

        :param if_version: save only over this version; 0: only if there is no session; ``"*"``: only if there is one.
        :raises ConflictError: the session has another version.
        """
        body = _request.body_of(apiKey=api_key, apiSecret=api_secret, config=config)
        return models.session(await self._connection.get(_request.write("PUT", _path(chat_id), body, version=if_version)))

    async def patch_config(self, chat_id: Union[int, str], patch: Mapping[str, Any], *, if_version: Version = None) -> models.Session:
        """Changes fields of a config by a JSON merge patch (RFC 7396): None removes a field. Concurrent changes of other fields are kept."""
        call = _request.write(
            "PATCH", f"{_path(chat_id)}/config", patch, version=if_version, content_type=_request.MERGE_PATCH)
        return models.session(await self._connection.get(call))

    async def save_batch(self, sessions: Iterable[Mapping[str, Any]]) -> List[models.SavedSession]:
        """Saves many sessions, all or none: at most 10,000, each chat once.

        :param sessions: mappings with ``chat_id`` and ``config``; ``api_key`` and ``api_secret`` stay if they are left out.
        """
        body = {"sessions": [_member(session) for session in sessions]}
        saved = await self._connection.get(_request.write("POST", "/v1/sessions:batch", body))
        return [models.saved_session(member) for member in saved.members("sessions")]

    async def history(self, chat_id: Union[int, str], *, page_size: int = 100) -> AsyncIterator[Mapping[str, Any]]:
        """Who changed the session, newest first, as documents. Secrets appear as set, changed or removed."""
        pages = self._connection.pages(
            lambda after: _request.read(f"{_path(chat_id)}/history", after=after, limit=page_size), "entries")
        async for member in pages:
            yield member.body

    async def delete(self, chat_id: Union[int, str], *, if_version: Version = None) -> bool:
        """Deletes a session and its keys. False if there is none."""
        return await self._connection.remove(_request.remove(_path(chat_id), if_version))


_NAMES = {"chat_id": "chatId", "api_key": "apiKey", "api_secret": "apiSecret", "config": "config"}


def _member(session: Mapping[str, Any]) -> Dict[str, Any]:
    unknown = sorted(str(name) for name in session if name not in _NAMES)
    if unknown:
        raise InvalidError(f"sessions: unknown member {unknown[0]}", code="invalid", field="sessions")
    return {_NAMES[name]: _request.chat(value) if name == "chat_id" else value for name, value in session.items()}


def _path(chat_id: Union[int, str]) -> str:
    return _request.path_of("sessions", _request.chat(chat_id))
