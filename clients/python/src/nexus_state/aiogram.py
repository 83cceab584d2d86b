"""Storage and event isolation of aiogram 3 over the keyed state.

``Dispatcher(storage=NexusStorage(client), events_isolation=NexusEventIsolation(client))``
"""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Dict, Mapping, Optional, Type

from . import _json
from ._async.client import AsyncClient
from ._order import Order
from .errors import ConflictError, UnknownOutcomeError
from .locks import AsyncLocks

_Storage: Type[Any] = object
_Isolation: Type[Any] = object
_NotADict: Type[Exception] = TypeError
try:
    from aiogram.fsm.storage.base import BaseEventIsolation as _Isolation  # type: ignore[import, no-redef]
    from aiogram.fsm.storage.base import BaseStorage as _Storage  # type: ignore[no-redef]
except ImportError:
    # Without aiogram the classes follow its contract by their methods alone.
    pass
try:
    from aiogram.exceptions import DataNotDictLikeError as _NotADict  # type: ignore[import, no-redef]
except ImportError:
    # aiogram has it since 3.21. Before, the dispatcher must still find the base classes above.
    pass


class NexusStorage(_Storage):  # type: ignore[misc]
    """A ``BaseStorage``: the state and the data of each ``StorageKey``. Of one process, the writes of a key are sent one after the other.

    :param ttl_seconds: seconds after the last write after which state or data expire; by default never.
    """

    def __init__(self, client: AsyncClient, *, namespace: str = "aiogram", ttl_seconds: Optional[int] = None) -> None:
        self._state = client.state
        self._namespace = namespace
        self._expiry: Dict[str, Any] = {} if ttl_seconds is None else {"ttl_seconds": ttl_seconds}
        self._order = Order()

    async def set_state(self, key: Any, state: Any = None) -> None:
        await self._write(_key(key, "state"), getattr(state, "state", state))

    async def get_state(self, key: Any) -> Optional[str]:
        entry = await self._state.get(self._namespace, _key(key, "state"))
        return None if entry is None else entry.value

    async def set_data(self, key: Any, data: Mapping[str, Any]) -> None:
        _check(data)
        await self._write(_key(key, "data"), dict(data) or None)

    async def get_data(self, key: Any) -> Dict[str, Any]:
        entry = await self._state.get(self._namespace, _key(key, "data"))
        return {} if entry is None else dict(_json.floats(entry.value))

    async def get_value(self, storage_key: Any, dict_key: str, default: Optional[Any] = None) -> Optional[Any]:
        return (await self.get_data(storage_key)).get(dict_key, default)

    async def update_data(self, key: Any, data: Mapping[str, Any]) -> Dict[str, Any]:
        """Replaces single members, as ``dict.update`` does, over the version that was read: simultaneous updates are all kept."""
        _check(data)
        name = _key(key, "data")
        async with self._order.alone(name):
            while True:
                entry = await self._state.get(self._namespace, name)
                merged = {**({} if entry is None else _json.floats(entry.value)), **data}
                if not merged:
                    return {}
                try:
                    await self._state.set(self._namespace, name, merged, if_version=0 if entry is None else entry.version, **self._expiry)
                    return merged
                except (ConflictError, UnknownOutcomeError):
                    # Another process was faster, or the response was lost.
                    await asyncio.sleep(random.uniform(0.0, 0.02))

    async def _write(self, name: str, value: Any) -> None:
        async with self._order.alone(name):
            if value is None:
                await self._state.delete(self._namespace, name)
            else:
                await self._state.set(self._namespace, name, value, **self._expiry)

    async def close(self) -> None:
        """Does nothing: whoever made the client closes it."""


class NexusEventIsolation(_Isolation):  # type: ignore[misc]
    """A ``BaseEventIsolation``: updates of one ``StorageKey`` run one after the other, also of several processes."""

    def __init__(self, client: AsyncClient, *, namespace: str = "aiogram-locks", ttl_seconds: int = 30, patience: float = 60.0) -> None:
        self._locks = AsyncLocks(client, namespace=namespace, ttl_seconds=ttl_seconds, patience=patience)

    @asynccontextmanager
    async def lock(self, key: Any) -> AsyncIterator[None]:
        async with self._locks.lock(_key(key, "lock")):
            yield

    async def close(self) -> None:
        """Does nothing: locks end with their work."""


def _key(key: Any, part: str) -> str:
    """The members of a ``StorageKey`` in one text; the last may contain any character."""
    members = (key.bot_id, getattr(key, "business_connection_id", None), key.chat_id, getattr(key, "thread_id", None), key.user_id, part)
    return "/".join("" if member is None else str(member) for member in members) + "/" + str(getattr(key, "destiny", "default"))


def _check(data: Any) -> None:
    if not isinstance(data, Mapping):
        raise _NotADict(f"data must be a dict or a mapping, not {type(data).__name__}")
