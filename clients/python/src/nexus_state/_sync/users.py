# Made by tools/make_sync.py from the asynchronous module of the same name: change that one.
"""Users: who may use the bot, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Iterator, Iterable, Mapping, Optional, Union

from .. import _json, _request, models
from .._request import KEEP, Version, _Keep
from .connection import Connection


class Users:
    """``client.users``"""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, chat_id: Union[int, str]) -> Optional[models.User]:
        """A user; None if there is none."""
        found = self._connection.find(_request.read(_path(chat_id)))
        return None if found is None else models.user(found)

    def list(
        self,
        *,
        role: Optional[str] = None,
        name: Optional[str] = None,
        name_part: Optional[str] = None,
        ends_from: Optional[datetime] = None,
        ends_before: Optional[datetime] = None,
        id: Optional[int] = None,
        group: Optional[str] = None,
        page_size: int = 100,
    ) -> Iterator[models.User]:
        """Users that meet every given condition: by the end of the subscription if one is given, else by name if one is given, else by chat id.

        :param role: ``user`` or ``admin``.
        :param name: the beginning of the name.
        :param name_part: a text anywhere in the name; slower among many users.
        :param ends_from: subscriptions that end then or later, the next end first.
        :param ends_before: subscriptions that end earlier than this.
        :param id: the number that PostgreSQL gives each user, which the legacy bot shows.
        :param group: a group that is switched on for the user; slower among many users.
        """
        filters = {
            "role": role, "name": name, "namePart": name_part, "group": group, "id": id, "endsFrom": _json.instant_text("endsFrom", ends_from),
            "endsBefore": _json.instant_text("endsBefore", ends_before),
        }
        pages = self._connection.pages(lambda after: _request.read("/v1/users", after=after, limit=page_size, **filters), "users")
        for member in pages:
            yield models.user(member)

    def save(
        self,
        chat_id: Union[int, str],
        *,
        name: Union[str, None, _Keep] = KEEP,
        role: Union[str, _Keep] = KEEP,
        days: Union[int, _Keep] = KEEP,
        expires_at: Union[datetime, None, _Keep] = KEEP,
        timezone: Union[str, _Keep] = KEEP,
        telegram_id: Union[int, None, _Keep] = KEEP,
        groups: Union[Mapping[str, bool], _Keep] = KEEP,
        if_version: Version = None,
    ) -> models.User:
        """Creates or changes a user. What is not given stays. A new user needs ``days`` or ``expires_at``.

        :param days: the subscription ends so many days from now, by the store's clock.
        :param expires_at: the subscription ends then; None: it does not end.
        """
        end = expires_at if isinstance(expires_at, _Keep) else _json.instant_text("expiresAt", expires_at)
        body = _request.body_of(
            name=name, role=role, days=days, expiresAt=end, timezone=timezone, telegramId=telegram_id, groups=groups)
        return models.user(self._connection.get(_request.write("PUT", _path(chat_id), body, version=if_version)))

    def patch(
        self,
        chat_id: Union[int, str],
        *,
        timezone: Union[str, _Keep] = KEEP,
        groups: Union[Mapping[str, Any], _Keep] = KEEP,
        if_version: Version = None,
    ) -> models.User:
        """Changes the time zone and single groups; a group with None is removed. The scope ``bot`` is enough."""
        body = _request.body_of(timezone=timezone, groups=groups)
        call = _request.write("PATCH", _path(chat_id), body, version=if_version, content_type=_request.MERGE_PATCH)
        return models.user(self._connection.get(call))

    def extend(self, chat_id: Union[int, str], days: int, *, idempotency_key: Optional[str] = None) -> models.User:
        """Adds days to the later of now and the present end. A lost response is repeated under the same key, so the days are added once.

        :param idempotency_key: any text of 1 to 255 bytes by which the server knows the call for 24 hours; by default a new UUID.
        """
        call = _request.write("POST", f"{_path(chat_id)}/extend", {"days": days}, idempotency_key=idempotency_key)
        return models.user(self._connection.get(call))

    def access(self, chat_id: Union[int, str]) -> models.Access:
        """Whether the chat may use the bot."""
        return models.access(self._connection.get(_request.read(f"{_path(chat_id)}/access")))

    def access_many(self, chat_ids: Iterable[Union[int, str]]) -> Mapping[str, models.Access]:
        """The access of at most 1,000 chats, by chat id."""
        body = {"chatIds": [_request.chat(chat_id) for chat_id in chat_ids]}
        answer = self._connection.get(_request.write("POST", "/v1/users:access", body, repeatable=True))
        return {member.text("chatId"): models.access(member) for member in answer.members("access")}

    def history(self, chat_id: Union[int, str], *, page_size: int = 100) -> Iterator[Mapping[str, Any]]:
        """Who changed the user, newest first, as documents."""
        pages = self._connection.pages(
            lambda after: _request.read(f"{_path(chat_id)}/history", after=after, limit=page_size), "entries")
        for member in pages:
            yield member.body

    def delete(self, chat_id: Union[int, str], *, if_version: Version = None) -> bool:
        """Deletes a user. False if there is none."""
        return self._connection.remove(_request.remove(_path(chat_id), if_version))

    def forget(self, chat_id: Union[int, str], *, dry_run: bool = False) -> Mapping[str, Any]:
        """Erases the chat: session, keys, user, keyed state. Returns the receipt as a document. Needs the scope ``admin``."""
        call = _request.write("POST", f"{_path(chat_id)}/forget", _request.KEEP, dryRun="true" if dry_run else None, repeatable=True)
        return (self._connection.get(call)).body


def _path(chat_id: Union[int, str]) -> str:
    return _request.path_of("users", _request.chat(chat_id))
