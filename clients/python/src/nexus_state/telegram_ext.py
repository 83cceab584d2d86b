"""Persistence of python-telegram-bot 20 and newer over the keyed state.

``Application.builder().token(…).persistence(NexusPersistence(client)).build()``
"""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Dict, List, Optional, Tuple, Type

from ._async.client import AsyncClient
from ._order import Order

_Persistence: Type[Any] = object
try:
    from telegram.ext import BasePersistence as _Persistence  # type: ignore[import, no-redef]
except ImportError:
    # Without python-telegram-bot the class follows its contract by its methods alone.
    pass


class NexusPersistence(_Persistence):  # type: ignore[misc]
    """A ``BasePersistence``. Every update is stored at once, so ``flush`` has nothing to do.

    Values are stored as JSON: texts, numbers, dictionaries with any keys, lists, tuples, sets, dates and decimals. Anything else is refused with a
    ``TypeError`` that names its type; nothing is pickled.
    """

    def __init__(
        self, client: AsyncClient, *, namespace: str = "telegram-ext", store_data: Any = None, update_interval: float = 60
    ) -> None:
        if _Persistence is not object:
            super().__init__(store_data=store_data, update_interval=update_interval)
        self._state = client.state
        self._namespace = namespace
        self._order = Order()

    async def get_user_data(self) -> Dict[int, Dict[Any, Any]]:
        return {int(key): value for key, value in (await self._all("user/")).items()}

    async def get_chat_data(self) -> Dict[int, Dict[Any, Any]]:
        return {int(key): value for key, value in (await self._all("chat/")).items()}

    async def get_bot_data(self) -> Dict[Any, Any]:
        return await self._one("bot") or {}

    async def get_callback_data(self) -> Optional[Tuple[List[Any], Dict[str, str]]]:
        found: Optional[Tuple[List[Any], Dict[str, str]]] = await self._one("callback")
        return found

    async def get_conversations(self, name: str) -> Dict[Tuple[Any, ...], Any]:
        prefix = f"conversation/{len(name)}/{name}/"
        return {tuple(decode(json.loads(key))): value for key, value in (await self._all(prefix)).items()}

    async def update_conversation(self, name: str, key: Tuple[Any, ...], new_state: Optional[object]) -> None:
        await self._write(f"conversation/{len(name)}/{name}/{json.dumps(encode(list(key)))}", new_state, removes=new_state is None)

    async def update_user_data(self, user_id: int, data: Any) -> None:
        await self._write(f"user/{user_id}", data)

    async def update_chat_data(self, chat_id: int, data: Any) -> None:
        await self._write(f"chat/{chat_id}", data)

    async def update_bot_data(self, data: Any) -> None:
        await self._write("bot", data)

    async def update_callback_data(self, data: Any) -> None:
        await self._write("callback", data)

    async def drop_user_data(self, user_id: int) -> None:
        await self._write(f"user/{user_id}", None, removes=True)

    async def drop_chat_data(self, chat_id: int) -> None:
        await self._write(f"chat/{chat_id}", None, removes=True)

    async def refresh_user_data(self, user_id: int, user_data: Any) -> None:
        """Does nothing: the application's own copy counts."""

    async def refresh_chat_data(self, chat_id: int, chat_data: Any) -> None:
        """Does nothing: the application's own copy counts."""

    async def refresh_bot_data(self, bot_data: Any) -> None:
        """Does nothing: the application's own copy counts."""

    async def flush(self) -> None:
        """Does nothing: everything is stored."""

    async def _all(self, prefix: str) -> Dict[str, Any]:
        entries = self._state.list(self._namespace, prefix=prefix, page_size=1000)
        return {entry.key[len(prefix):]: decode(entry.value) async for entry in entries}

    async def _one(self, key: str) -> Any:
        entry = await self._state.get(self._namespace, key)
        return None if entry is None else decode(entry.value)

    async def _write(self, key: str, value: Any, removes: bool = False) -> None:
        # The value as it is now: the application may change it while the write waits for the one before it.
        encoded = None if removes else encode(value)
        async with self._order.alone(key):
            if removes:
                await self._state.delete(self._namespace, key)
            else:
                await self._state.set(self._namespace, key, encoded)


def encode(value: Any) -> Any:
    """JSON for a value. What JSON lacks becomes an object with one member whose name begins with a dollar sign."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        # Members of an IntEnum, as conversations have them for their states, are equal to their numbers.
        return int(value)
    if type(value) is float:
        # A database may store 1e+16 as a whole number, and JSON has neither infinity nor NaN.
        return value if math.isfinite(value) and "e+" not in repr(value) else {"$float": repr(value)}
    if isinstance(value, list):
        return [encode(member) for member in value]
    if isinstance(value, tuple):
        return {"$tuple": [encode(member) for member in value]}
    if isinstance(value, (set, frozenset)):
        return {"$frozenset" if isinstance(value, frozenset) else "$set": [encode(member) for member in value]}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, dict):
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: encode(member) for key, member in value.items()}
        return {"$dict": [[encode(key), encode(member)] for key, member in value.items()]}
    raise TypeError(f"a {type(value).__name__} cannot be stored: use texts, numbers, dictionaries, lists, tuples, sets, dates and decimals")


def decode(value: Any) -> Any:
    """The value of :func:`encode`."""
    if isinstance(value, list):
        return [decode(member) for member in value]
    # Numbers with a fraction in documents are exact; frameworks keep floating point.
    if isinstance(value, Decimal):
        return float(value)
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (tag, inner), = value.items()
        if tag == "$tuple":
            return tuple(decode(member) for member in inner)
        if tag in ("$set", "$frozenset"):
            members = [decode(member) for member in inner]
            return set(members) if tag == "$set" else frozenset(members)
        if tag == "$datetime":
            return datetime.fromisoformat(inner)
        if tag == "$date":
            return date.fromisoformat(inner)
        if tag == "$float":
            return float(inner)
        if tag == "$decimal":
            return Decimal(inner)
        if tag == "$dict":
            return {decode(key): decode(member) for key, member in inner}
    return {key: decode(member) for key, member in value.items()}
