"""Locks over the keyed state: of all processes that use the same server, one at a time works on a key."""

from __future__ import annotations

import asyncio
import random
import uuid
from contextlib import asynccontextmanager
from typing import AsyncIterator, Dict, Optional

from ._async.client import AsyncClient
from ._order import Order
from .errors import ConflictError, NexusError, StateError, UnavailableError, UnknownOutcomeError


class AsyncLocks:
    """Locks that free themselves when their process dies.

    :param ttl_seconds: after so many seconds the lock of a process that died is free. It is renewed while the work runs.
    :param patience: seconds after which waiting for a lock raises :class:`UnavailableError`.
    """

    def __init__(self, client: AsyncClient, *, namespace: str = "locks", ttl_seconds: int = 30, patience: float = 60.0) -> None:
        self._state = client.state
        self._namespace = namespace
        self._ttl = ttl_seconds
        self._patience = patience
        #: Of this process, only one task at a time asks the server.
        self._local = Order()
        #: Own locks that were surely not deleted: the next work on their keys takes them over instead of waiting for their end.
        self._left: Dict[str, _Held] = {}

    @asynccontextmanager
    async def lock(self, key: str) -> AsyncIterator[None]:
        """Works on the key alone.

        :raises StateError: after the work, with the code ``lock_lost``: another process may have worked on the key meanwhile.
        """
        async with self._local.alone(key):
            async with self._held(key):
                yield

    @asynccontextmanager
    async def _held(self, key: str) -> AsyncIterator[None]:
        owner = uuid.uuid4().hex
        held = await self._acquire(key, owner)
        renewal = asyncio.ensure_future(self._renew(key, owner, held))
        try:
            yield
        finally:
            renewal.cancel()
            await asyncio.wait([renewal])
            if held.lost is None:
                try:
                    version = held.version if not held.in_doubt else await self._version_of(key, owner)
                    if version is not None:
                        await self._state.delete(self._namespace, key, if_version=version)
                except UnavailableError:
                    self._left[key] = held
                except NexusError:
                    # It is deleted, or ends by its time to live.
                    pass
        if held.lost is not None:
            raise StateError(
                "the lock was lost while the work ran: another process may have worked on the key", code="lock_lost") from held.lost

    async def _acquire(self, key: str, owner: str) -> "_Held":
        clock = asyncio.get_running_loop().time
        end = clock() + self._patience
        pause = 0.02
        expected = await self._left_version(key)
        while True:
            held = _Held(owner, until=clock() + self._ttl)
            try:
                entry = await self._state.set(self._namespace, key, owner, ttl_seconds=self._ttl, if_version=expected)
                if entry is not None:
                    held.version = entry.version
                    return held
            except ConflictError:
                if expected != 0:
                    # It has ended meanwhile.
                    expected = 0
                    continue
            except UnknownOutcomeError:
                version = await self._version_of(key, owner)
                if version is not None:
                    held.version = version
                    return held
            if clock() > end:
                raise UnavailableError(f"the lock was not free within {self._patience} s", code="locked")
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 1.5, 0.25)

    async def _left_version(self, key: str) -> int:
        """The version of the own lock that was left and is still there; 0 without one.

        Versions begin again after a deletion, so a version alone may be that of another owner's lock.
        """
        left = self._left.get(key)
        if left is None:
            return 0
        version = None if asyncio.get_running_loop().time() >= left.until else await self._version_of(key, left.owner)
        del self._left[key]
        return version or 0

    async def _renew(self, key: str, owner: str, held: "_Held") -> None:
        while True:
            await asyncio.sleep(self._ttl / 3)
            held.in_doubt = True
            sent = asyncio.get_running_loop().time()
            try:
                entry = await self._state.set(self._namespace, key, owner, ttl_seconds=self._ttl, if_version=held.version)
                held.version = held.version if entry is None else entry.version
                held.until = sent + self._ttl
                held.in_doubt = False
            except UnavailableError:
                held.in_doubt = False
            except NexusError as error:
                try:
                    version = await self._version_of(key, owner)
                except NexusError:
                    # Nobody can say whose the lock is: the next renewal asks again.
                    continue
                if version is None:
                    held.lost = error
                    return
                held.version, held.in_doubt = version, False

    async def _version_of(self, key: str, owner: str) -> Optional[int]:
        entry = await self._state.get(self._namespace, key)
        return entry.version if entry is not None and entry.value == owner else None


class _Held:
    def __init__(self, owner: str, until: float) -> None:
        self.owner = owner
        self.version = 0
        #: Before this instant nobody else can have the lock, by the clock of the event loop.
        self.until = until
        self.in_doubt = False
        self.lost: Optional[NexusError] = None
