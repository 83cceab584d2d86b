"""What holds for every call: secrets, addresses, retries, both kinds of client."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
import socket
import subprocess
import sys
import threading
import traceback
import uuid
from pathlib import Path

import httpx
import pytest

from nexus_state import (
    AsyncClient,
    Change,
    Client,
    ConflictError,
    InvalidError,
    LimitError,
    NexusError,
    NotFoundError,
    Secret,
    ServerError,
    UnavailableError,
    UnknownOutcomeError,
)

PACKAGE = Path(__file__).resolve().parents[1]
KEY = "nk_secret-key-of-a-test"


def test_the_synchronous_client_is_made_from_the_asynchronous_one():
    result = subprocess.run([sys.executable, str(PACKAGE / "tools/make_sync.py"), "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_secrets_do_not_show_themselves(client, chat, caplog):
    secret = Secret("s-456")
    for text in (repr(secret), str(secret), f"{secret:>20}", "%s" % secret, repr([secret]), repr({"a": secret})):
        assert "s-456" not in text
    assert secret == Secret("s-456") and secret != Secret("s-457") and secret != "s-456" and len({secret, Secret("s-456")}) == 1
    assert copy.deepcopy({"a": secret})["a"] is secret
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with caplog.at_level(logging.DEBUG):
        client.sessions.save(chat, api_key=secret, config={"binance_api_secret": "b-789"})
        session = client.sessions.get(chat)
        try:
            client.sessions.save(chat, api_key="********", api_secret="s-456")
            raise AssertionError("the mask without a tag was accepted")
        except InvalidError as error:
            shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    key = client._connection._key.reveal()
    for text in (repr(session), repr(client), caplog.text, shown, repr(client.sessions.__dict__)):
        assert "s-456" not in text.replace('api_secret="s-456"', "") and "b-789" not in text and key not in text


@pytest.mark.parametrize("url", [
    "ftp://127.0.0.1", "127.0.0.1:8080", "http://", "http://user:pw@127.0.0.1", "http://127.0.0.1?x=1", "http://bot.example.com",
    "http://127.example.com", "http://[::2]:80",
])
def test_addresses_that_would_leak_the_key_are_refused(url):
    with pytest.raises(InvalidError) as raised:
        Client(url, KEY)
    assert "pw" not in str(raised.value).replace("pass", "")
    with pytest.raises(InvalidError):
        Client("https://bot.example.com", "line\nbreak")


def test_a_proxy_of_the_environment_is_not_used(server, chat, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with server.client() as client:
        assert client.sessions.get(chat) is None


class Script(httpx.BaseTransport):
    """Passes requests to the real server, and does what its steps say: an exception before or after, or another response."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.sent = 0
        self.inner = httpx.HTTPTransport()

    def handle_request(self, request):
        self.sent += 1
        step = self.steps.pop(0) if self.steps else None
        if step == "unreachable":
            raise httpx.ConnectError("refused", request=request)
        if isinstance(step, httpx.Response):
            return step
        response = self.inner.handle_request(request)
        if step == "lost":
            response.read()
            raise httpx.ReadError("reset", request=request)
        return response


def problem(status, code, **headers):
    return httpx.Response(status, json={"title": "x", "status": status, "detail": "d", "code": code}, headers={"Content-Type": "application/problem+json", **headers})


def scripted(server, *steps, **options):
    transport = Script(*steps)
    return transport, server.client(transport=transport, retry_pause=0.001, **options)


def test_reads_and_named_writes_are_repeated_after_a_lost_response(server, chat):
    transport, client = scripted(server, "lost", "unreachable", "lost")
    assert client.sessions.get(chat) is None and transport.sent == 4
    transport, client = scripted(server, "lost")
    trade = client.trades.open(chat, "BTCUSDT", "LONG", 1, 1)
    assert transport.sent == 2 and trade.created is False
    assert len(list(client.trades.list(chat_id=chat))) == 1
    client.sessions.save(chat, config={})
    transport, client = scripted(server, "lost")
    assert client.sessions.delete(chat) is True and transport.sent == 2


def test_other_writes_are_not_repeated_after_a_lost_response(server, chat):
    transport, client = scripted(server, "lost")
    with pytest.raises(UnknownOutcomeError):
        client.users.save(chat, days=30)
    assert transport.sent == 1
    end = client.users.get(chat).expires_at
    transport, client = scripted(server, "lost")
    client.users.extend(chat, 10)
    assert transport.sent == 2 and (client.users.get(chat).expires_at - end).days == 10
    transport, client = scripted(server, "unreachable", problem(503, "unavailable"), problem(429, "too_many_requests", **{"Retry-After": "0"}))
    client.users.extend(chat, 1)
    assert transport.sent == 4 and (client.users.get(chat).expires_at - end).days == 11


def test_a_conflict_with_the_own_lost_write_is_an_unknown_outcome(server, chat):
    _, client = scripted(server, "lost")
    with pytest.raises(UnknownOutcomeError) as raised:
        client.sessions.save(chat, config={"a": 1}, if_version=0)
    assert raised.value.actual_version == 1
    with pytest.raises(ConflictError):
        client.sessions.save(chat, config={"a": 1}, if_version=0)


def test_retries_end(server, chat):
    transport, client = scripted(server, *["unreachable"] * 9, retries=2)
    with pytest.raises(UnavailableError):
        client.sessions.get(chat)
    assert transport.sent == 3
    transport, client = scripted(server, problem(429, "too_many_requests"), retries=0)
    with pytest.raises(LimitError):
        client.sessions.get(chat)
    transport, client = scripted(server, *[problem(503, "unknown_outcome")] * 4)
    with pytest.raises(UnknownOutcomeError):
        client.users.extend(chat, 1)
    assert transport.sent == 4


def test_users_are_filtered_and_counted_and_signals_dispatched(server, chat):
    client = server.client()
    before = client.counts()["users"]
    client.users.save(chat, name=f"Zoe {chat}", role="admin", expires_at=None)
    assert client.counts()["users"]["admins"] == before["admins"] + 1
    assert str(chat) in [user.chat_id for user in client.users.list(role="admin", page_size=1)]
    assert str(chat) not in [user.chat_id for user in client.users.list(role="user")]
    assert [user.chat_id for user in client.users.list(name=f"zoe {chat}")] == [str(chat)]
    assert [user.chat_id for user in client.users.list(name_part=f"OE {chat}")] == [str(chat)]
    assert [user.chat_id for user in client.users.list(role="admin", name="zoe", name_part=str(chat), group="CRYPTO")] == [str(chat)]
    assert list(client.users.list(role="user", name=f"zoe {chat}")) == [] and list(client.users.list(name=f"zoe {chat}", group="X")) == []
    assert client.users.get(chat).id is None and list(client.users.list(id=7)) == []
    assert client.users.access_many([chat])[str(chat)].allowed
    client.bot_state.patch(enabled_strategies={f"S{chat}": True})
    client.sessions.save(chat, config={"mode": "PILOT", "strategies": {f"S{chat}": True}})
    assert [(one.chat_id, one.mode) for one in client.dispatch(f"S{chat}")] == [(str(chat), "PILOT")]
    assert client.dispatch(f"S{chat}", modes=["COPILOT"]) == []
    assert list(client.users.history(chat))[0]["action"] == "created"
    assert next(iter(client.history(table="users", key=str(chat))))["key"] == str(chat)
    assert list(client.sessions.history(chat)) == []
    assert "alerts" in client.alerts()


def test_an_idempotency_key_makes_one_call_of_many(server, chat):
    client = server.client()
    client.users.save(chat, days=30)
    end = client.users.get(chat).expires_at
    key = f"bestellung ñ {chat}"
    assert client.users.extend(chat, 5, idempotency_key=key) == client.users.extend(chat, 5, idempotency_key=key)
    assert (client.users.get(chat).expires_at - end).days == 5
    with pytest.raises(NexusError) as raised:
        client.users.extend(chat, 6, idempotency_key=key)
    assert raised.value.code == "idempotency_key_reused"
    for wrong in ("", "a\nb", "x" * 256, "\ud800"):
        with pytest.raises(InvalidError):
            client.users.extend(chat, 6, idempotency_key=wrong)
    transport, client = scripted(server, "lost", problem(409, "request_in_progress"))
    with pytest.raises(NotFoundError):
        client.trades.close(uuid.uuid4(), 1)
    assert transport.sent == 3


@pytest.mark.parametrize("response", [
    httpx.Response(200, text="<html>"), httpx.Response(200, json=[]), httpx.Response(200, json={"chatId": 5}), httpx.Response(302, headers={"Location": "http://evil"}),
    httpx.Response(500, text="x"), httpx.Response(418, json=5), httpx.Response(200, text="[" * 100000), httpx.Response(200, text='{"chatId": NaN}'),
])
def test_what_is_not_a_nexus_server_is_an_error_of_the_family(server, chat, response):
    transport, client = scripted(server, response)
    with pytest.raises(ServerError):
        client.sessions.get(chat)
    assert transport.sent == 1


def test_every_error_is_of_one_family():
    import nexus_state

    kinds = [value for name, value in vars(nexus_state).items() if name.endswith("Error")]
    assert len(kinds) == 11 and all(issubclass(kind, NexusError) for kind in kinds)


def test_the_asynchronous_client_does_the_same(server, chat, run):
    async def use():
        async with server.async_client() as client:
            await client.users.save(chat, name="Ada", days=1)
            assert (await client.users.access(chat)).allowed
            saved = await asyncio.gather(*(client.sessions.patch_config(chat, {}) for _ in range(1)), return_exceptions=True)
            assert isinstance(saved[0], NexusError)
            await client.sessions.save(chat, config={"n": 0})
            await asyncio.gather(*(client.sessions.patch_config(chat, {f"f{i}": i}) for i in range(50)))
            assert len((await client.sessions.get(chat)).config) == 51
            assert [user.chat_id async for user in client.users.list()].count(str(chat)) == 1
            result = await client.trades.save_batch([dict(chat_id=chat, symbol="X", side="LONG", entry_price=1, quantity=1)])
            assert result.stored == 1

    run(use())


def test_watch_reports_changes_and_begins_with_everything(server, chat, run):
    async def use():
        async with server.async_client() as client:
            seen = []
            async for change in client.events.watch():
                seen.append(change)
                if change == Change("*", "*"):
                    await client.state.set("watched", str(chat), 1)
                if change == Change("keyed_state", f"watched/{chat}"):
                    break
            assert seen[0] == Change("*", "*")

    run(asyncio.wait_for(use(), 60))


def test_watch_with_filters_gets_the_chosen_changes_alone(server, chat, run):
    async def use():
        async with server.async_client() as client:
            seen = []
            async for change in client.events.watch(tables=["sessions", "users"], chat_ids=[chat]):
                seen.append(change)
                if change == Change("*", "*"):
                    await client.state.set("watched", str(chat), 1)
                    await client.sessions.save(chat, config={})
                else:
                    break
            assert seen == [Change("*", "*"), Change("sessions", str(chat))]

    run(asyncio.wait_for(use(), 60))


def test_watch_ends_when_its_key_is_removed(server, client):
    key = client.api_keys.create("watcher", ["bot"])
    outcome = []

    def watch():
        with Client(server.url, key.key.reveal()) as watcher:
            try:
                for change in watcher.events.watch(retry_pause=0.01):
                    client.api_keys.delete(key.id)
            except NexusError as error:
                outcome.append(error.status)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    thread.join(60)
    assert outcome == [401]


def test_watch_reconnects(server, run):
    class Broken(httpx.AsyncBaseTransport):
        def __init__(self):
            self.inner, self.calls = httpx.AsyncHTTPTransport(), 0

        async def handle_async_request(self, request):
            self.calls += 1
            if self.calls == 1:
                raise httpx.ReadError("reset", request=request)
            if self.calls == 2:
                return httpx.Response(200, text=": connected\n\nevent: change\ndata: {\"table\":\"users\",\"id\":\"1\"}\n\n")
            return await self.inner.handle_async_request(request)

    async def use():
        async with AsyncClient(server.url, server.key, transport=Broken()) as client:
            seen = []
            async for change in client.events.watch(retry_pause=0.01):
                seen.append(change)
                if len(seen) == 3:
                    return seen

    assert run(asyncio.wait_for(use(), 60)) == [Change("*", "*"), Change("users", "1"), Change("*", "*")]


def test_the_client_closes(server, chat):
    with server.client() as client:
        client.sessions.get(chat)
    with pytest.raises(RuntimeError):
        client.sessions.get(chat)


def test_the_synchronous_client_sends_a_body_at_once(server, monkeypatch):
    # With Nagle's algorithm a body waits 40 ms for the acknowledgement of the headers before it.
    connected, connect = [], socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda *arguments, **named: connected.append(connect(*arguments, **named)) or connected[-1])
    with server.client() as client:
        client.state.set("sockets", "k", 1)
        assert connected and all(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for one in connected)
