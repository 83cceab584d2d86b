"""Storages of bot frameworks, against their documented contracts: neither framework can be installed from Debian in its present version."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Optional

import pytest

from nexus_state import AsyncLocks, NexusError, StateError, UnavailableError, UnknownOutcomeError
from nexus_state.aiogram import NexusEventIsolation, NexusStorage
from nexus_state.telegram_ext import NexusPersistence, decode, encode

PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class StorageKey:
    """The members of aiogram's class of this name."""

    bot_id: int
    chat_id: int
    user_id: int
    thread_id: Optional[int] = None
    business_connection_id: Optional[str] = None
    destiny: str = "default"


class State:
    state = "Form:name"


class Step(IntEnum):
    ASK = 3


def with_client(server, run, work, **options):
    async def use():
        async with server.async_client(**options) as client:
            return await asyncio.wait_for(work(client), 120)

    return run(use())


def test_aiogram_state_and_data(server, run, chat):
    async def work(client):
        storage, key = NexusStorage(client), StorageKey(1, chat, 3)
        assert await storage.get_state(key) is None
        await storage.set_state(key, "state")
        assert await storage.get_state(key) == "state"
        await storage.set_state(key, State())
        assert await storage.get_state(key) == "Form:name"
        await storage.set_state(key, None)
        assert await storage.get_state(key) is None
        assert await storage.get_data(key) == {}
        assert await storage.get_value(key, "foo", "default") == "default"
        await storage.set_data(key, {"foo": "bar", "price": 1.5})
        assert await storage.get_data(key) == {"foo": "bar", "price": 1.5}
        assert type((await storage.get_data(key))["price"]) is float and await storage.get_value(key, "foo") == "bar"
        assert await storage.update_data(key, {"foo": None, "deep": {"a": 1}}) == {"foo": None, "price": 1.5, "deep": {"a": 1}}
        assert await storage.update_data(key, {"deep": {"b": 2}}) == {"foo": None, "price": 1.5, "deep": {"b": 2}}
        await storage.set_data(key, {})
        assert await client.state.get("aiogram", f"1//{chat}//3/data/default") is None
        assert await storage.update_data(key, {}) == {}
        for bad in ((), [("a", 1)], "text"):
            with pytest.raises(TypeError):
                await storage.set_data(key, bad)
        await storage.close()

    with_client(server, run, work)


def test_aiogram_keys_differ_in_every_member(server, run, chat):
    async def work(client):
        storage = NexusStorage(client, ttl_seconds=3600)
        keys = [
            StorageKey(1, chat, 3), StorageKey(2, chat, 3), StorageKey(1, chat, 4), StorageKey(1, chat, 3, thread_id=3), StorageKey(1, chat, 3, 5, "x"),
            StorageKey(1, chat, 3, business_connection_id="x"), StorageKey(1, chat, 3, destiny="a/b:c%"),
        ]
        for number, key in enumerate(keys):
            await storage.set_state(key, str(number))
        assert [await storage.get_state(key) for key in keys] == [str(number) for number in range(len(keys))]

    with_client(server, run, work)


def test_aiogram_100_simultaneous_updates_of_one_session_count_100(server, run, chat):
    async def work(client):
        async with server.async_client() as second:
            clients, key = [client, second], StorageKey(1, chat, 3)
            isolations, storages = [NexusEventIsolation(one) for one in clients], [NexusStorage(one) for one in clients]

            async def update(number):
                async with isolations[number % 2].lock(key):
                    data = await storages[number % 2].get_data(key)
                    await storages[number % 2].update_data(key, {"count": data.get("count", 0) + 1})

            await asyncio.gather(*(update(number) for number in range(100)))
            assert await storages[0].get_data(key) == {"count": 100}

    with_client(server, run, work)


def test_aiogram_simultaneous_updates_of_different_members_are_all_kept_without_a_lock(server, run, chat):
    async def work(client):
        sent = []
        client.state.set = counted(client.state.set, sent)
        storage, key = NexusStorage(client), StorageKey(1, chat, 3)
        await asyncio.gather(*(storage.update_data(key, {f"m{number}": number}) for number in range(100)))
        assert len(await storage.get_data(key)) == 100
        # One process does not compete with itself: without an order, each write made all others read and write again.
        assert len(sent) == 100 and len(storage._order) == 0
        other = NexusStorage(server.async_client())
        await asyncio.gather(*(one.update_data(key, {f"n{number}": number}) for number, one in enumerate([storage, other] * 10)))
        assert len(await storage.get_data(key)) == 120

    with_client(server, run, work)


def counted(call, calls):
    async def count(*arguments, **named):
        calls.append(arguments)
        return await call(*arguments, **named)

    return count


def test_aiogram_keeps_the_order_of_simultaneous_writes_of_one_key(server, run, chat):
    async def work(client):
        storage, key = NexusStorage(client), StorageKey(1, chat, 3)
        await asyncio.gather(*(storage.set_state(key, None if number % 3 == 0 else f"s{number}") for number in range(50)))
        assert await storage.get_state(key) == "s49"

    with_client(server, run, work)


def test_locks_are_renewed_taken_over_and_report_their_loss(server, run, chat):
    async def work(client):
        locks = AsyncLocks(client, namespace=f"locks-{chat}", ttl_seconds=1, patience=30)
        await client.state.set(f"locks-{chat}", "dead", "another owner", ttl_seconds=1)
        async with locks.lock("dead"):
            first = await client.state.get(f"locks-{chat}", "dead")
            await asyncio.sleep(1.5)
            now = await client.state.get(f"locks-{chat}", "dead")
            assert now is not None and now.version > first.version
        assert await client.state.get(f"locks-{chat}", "dead") is None
        with pytest.raises(ValueError):
            async with locks.lock("bad"):
                raise ValueError
        assert await client.state.get(f"locks-{chat}", "bad") is None
        with pytest.raises(StateError) as raised:
            async with locks.lock("stolen"):
                await client.state.set(f"locks-{chat}", "stolen", "thief")
                await asyncio.sleep(1.5)
        assert raised.value.code == "lock_lost"
        with pytest.raises(UnavailableError):
            async with AsyncLocks(client, namespace=f"locks-{chat}", patience=0.05).lock("stolen"):
                pass
        assert len(locks._local) == 0

    with_client(server, run, work)


def test_a_lock_that_could_not_be_deleted_is_taken_over_by_the_next_work_of_its_process_and_by_nobody_else(server, run, chat):
    async def work(client):
        state, delete, space = client.state, client.state.delete, f"left-{chat}"

        async def down(*arguments, **named):
            raise UnavailableError("no response", code="unavailable")

        locks = AsyncLocks(client, namespace=space)
        state.delete = down
        async with locks.lock("k"):
            pass
        left = await state.get(space, "k")
        async with server.async_client() as second:
            with pytest.raises(UnavailableError):
                async with AsyncLocks(second, namespace=space, patience=0.05).lock("k"):
                    pass
        begin = asyncio.get_running_loop().time()
        async with locks.lock("k"):
            assert (await state.get(space, "k")).version > left.version
        state.delete = delete
        await state.delete(space, "k")
        async with locks.lock("k"):
            pass
        assert await state.get(space, "k") is None and not locks._left
        # Not the 30 s after which it ends.
        assert asyncio.get_running_loop().time() - begin < 20

    with_client(server, run, work)


def test_a_lock_that_another_owner_took_meanwhile_is_not_taken_over_although_it_has_the_same_version(server, run, chat):
    async def work(client):
        state, delete, space = client.state, client.state.delete, f"other-{chat}"

        async def down(*arguments, **named):
            raise UnavailableError("no response", code="unavailable")

        locks = AsyncLocks(client, namespace=space, patience=0.05)
        state.delete = down
        async with locks.lock("k"):
            pass
        state.delete = delete
        left = await state.get(space, "k")
        await state.delete(space, "k")
        assert (await state.set(space, "k", "another owner", if_version=0)).version == left.version
        with pytest.raises(UnavailableError):
            async with locks.lock("k"):
                pass

    with_client(server, run, work)


def test_a_lock_is_renewed_after_a_moment_in_which_nobody_could_say_whose_it_is():
    class State:
        renewals = 0

        async def set(self, *arguments, **named):
            self.renewals += 1
            if self.renewals == 2:
                raise UnknownOutcomeError("the response was lost", code="unknown_outcome")
            return SimpleNamespace(version=self.renewals)

        async def get(self, *arguments):
            raise UnavailableError("no response", code="unavailable")

        async def delete(self, *arguments, **named):
            return True

    async def work():
        state = State()
        async with AsyncLocks(SimpleNamespace(state=state), ttl_seconds=0.03).lock("a"):
            await asyncio.sleep(0.2)
        assert state.renewals > 3

    asyncio.run(work())


def test_telegram_ext_persistence(server, run):
    async def work(client):
        one = NexusPersistence(client)
        assert (await one.get_user_data(), await one.get_bot_data(), await one.get_callback_data()) == ({}, {}, None)
        user = {"n": 1.5, 7: (1, {2, 3}), "when": datetime(2026, 1, 2, tzinfo=timezone.utc), "$x": [None, True], "d": Decimal("0.10")}
        await one.update_user_data(5, user)
        await one.update_user_data(51, {"other": 1})
        await one.update_chat_data(-100, {"c": [(1, 2)]})
        await one.update_bot_data({"b": {"x": frozenset("a")}})
        await one.update_callback_data(([("id", 1.5, {"k": "v"})], {"q": "id"}))
        for key, state in (((5, 6), 1), ((5,), "asking"), (("a/b", None), (1, 2))):
            await one.update_conversation("order/1", key, state)
        await one.update_conversation("order", (5,), 9)
        await one.flush()
        other = NexusPersistence(client)
        assert await other.get_user_data() == {5: user, 51: {"other": 1}}
        assert await other.get_chat_data() == {-100: {"c": [(1, 2)]}}
        assert await other.get_bot_data() == {"b": {"x": frozenset("a")}}
        assert await other.get_callback_data() == ([("id", 1.5, {"k": "v"})], {"q": "id"})
        assert await other.get_conversations("order/1") == {(5, 6): 1, (5,): "asking", ("a/b", None): (1, 2)}
        assert await other.get_conversations("order") == {(5,): 9} and await other.get_conversations("none") == {}
        await other.update_conversation("order", (5,), None)
        await other.drop_user_data(5)
        await other.drop_chat_data(-100)
        assert (await one.get_conversations("order"), await one.get_user_data(), await one.get_chat_data()) == ({}, {51: {"other": 1}}, {})
        with pytest.raises(TypeError) as raised:
            await one.update_user_data(6, {"x": object()})
        assert "object" in str(raised.value)

    with_client(server, run, work)


def test_telegram_ext_100_simultaneous_updates_keep_their_order(server, run):
    async def work(client):
        persistence, data = NexusPersistence(client, namespace="ptb-order"), {"count": 0}

        async def update():
            data["count"] += 1
            await persistence.update_user_data(1, data)

        await asyncio.gather(*(update() for _ in range(100)))
        assert await persistence.get_user_data() == {1: {"count": 100}}
        # A bot with a million users keeps nothing of those that wrote once.
        assert len(persistence._order) == 0

    with_client(server, run, work)


def test_the_encoding_gives_back_what_it_got():
    values = [
        None, True, 0, -5, 1.25, "x", [], {}, (), set(), {"$set": 1}, {"$a": {"$tuple": [1]}}, {1: {(2, 3): [(), {None: 4}]}}, [{"a": frozenset({1})}],
        {"$dict": 1, "b": 2},
    ]
    for value in values:
        assert decode(encode(value)) == value and type(decode(encode(value))) is type(value)
    assert encode({"state": Step.ASK}) == {"state": 3} and decode(encode(Step.ASK)) == Step.ASK
    for bad in (b"x", object(), int, {"a": [lambda: 1]}):
        with pytest.raises(TypeError):
            encode(bad)


def test_with_the_frameworks_the_classes_derive_from_theirs(tmp_path):
    """With packages of these names that have the documented base classes."""
    for path, text in {
        "aiogram/__init__.py": "", "aiogram/exceptions.py": "class DataNotDictLikeError(Exception): pass",
        "aiogram/fsm/__init__.py": "", "aiogram/fsm/storage/__init__.py": "",
        "aiogram/fsm/storage/base.py": """
from abc import ABC, abstractmethod
class BaseStorage(ABC):
    set_state = get_state = set_data = get_data = close = abstractmethod(lambda self: None)
class BaseEventIsolation(ABC):
    lock = close = abstractmethod(lambda self: None)
""",
        "telegram/__init__.py": "", "telegram/ext.py": """
from abc import ABC, abstractmethod
class BasePersistence(ABC):
    def __init__(self, store_data=None, update_interval=60): self.arguments = (store_data, update_interval)
    def set_bot(self, bot): self.bot = bot
""" + "\n".join(f"    {name} = abstractmethod(lambda self: None)" for name in (
            "get_user_data", "get_chat_data", "get_bot_data", "get_callback_data", "get_conversations", "update_conversation", "update_user_data",
            "update_chat_data", "update_bot_data", "update_callback_data", "drop_user_data", "drop_chat_data", "refresh_user_data",
            "refresh_chat_data", "refresh_bot_data", "flush")),
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    program = """
import sys; sys.path[:0] = sys.argv[1:]
import aiogram.fsm.storage.base as base, telegram.ext as ext, asyncio, aiogram.exceptions
from nexus_state import AsyncClient
from nexus_state.aiogram import NexusStorage, NexusEventIsolation
from nexus_state.telegram_ext import NexusPersistence
client = AsyncClient("http://127.0.0.1:9", "k")
assert isinstance(NexusStorage(client), base.BaseStorage) and isinstance(NexusEventIsolation(client), base.BaseEventIsolation)
persistence = NexusPersistence(client, update_interval=5)
assert isinstance(persistence, ext.BasePersistence) and persistence.arguments == (None, 5)
try: asyncio.run(NexusStorage(client).set_data(None, ()))
except aiogram.exceptions.DataNotDictLikeError: print("refused")
"""
    from conftest import PACKAGE

    result = subprocess.run([sys.executable, "-c", program, str(tmp_path), str(PACKAGE / "src")], capture_output=True, text=True)
    assert (result.returncode, result.stdout.strip()) == (0, "refused"), result.stderr
    assert issubclass(StateError, NexusError)


def test_an_older_aiogram_still_gets_its_base_classes():
    # Before 3.21 aiogram has no DataNotDictLikeError, and its dispatcher refuses a storage that is no BaseStorage.
    script = """
import sys, types
names = ["aiogram", "aiogram.exceptions", "aiogram.fsm", "aiogram.fsm.storage", "aiogram.fsm.storage.base"]
sys.modules.update({name: types.ModuleType(name) for name in names})
base = sys.modules["aiogram.fsm.storage.base"]
base.BaseStorage, base.BaseEventIsolation = type("BaseStorage", (), {}), type("BaseEventIsolation", (), {})
from nexus_state.aiogram import NexusEventIsolation, NexusStorage
assert issubclass(NexusStorage, base.BaseStorage) and issubclass(NexusEventIsolation, base.BaseEventIsolation)
"""
    environment = {"PYTHONPATH": str(PACKAGE / "src"), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)


@pytest.mark.parametrize("value", [0.1, 1.0, -0.0, 1e16, -1e300, 5e-324, float("inf"), float("-inf")])
def test_floating_point_of_python_telegram_bot_stays_floating_point(server, run, chat, value):
    async def work(client):
        persistence = NexusPersistence(client, namespace=f"ptb-{chat}")
        await persistence.update_user_data(1, {"v": value})
        found = (await persistence.get_user_data())[1]["v"]
        assert type(found) is float and repr(found) == repr(value)

    with_client(server, run, work)
    # As PostgreSQL returns it: digits without an exponent.
    assert decode(json.loads(json.dumps(encode(value)))) == value
    assert "e+" not in json.dumps(encode(value)) or isinstance(encode(value), dict)
