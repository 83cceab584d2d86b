"""Every route, against a real server."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from nexus_state import (
    AccessDeniedError,
    AmbiguousError,
    Client,
    ConflictError,
    InvalidError,
    NotFoundError,
    Secret,
    StateError,
    TaskSchedule,
    new_trade_id,
)


def test_session_is_saved_read_patched_and_deleted(client, chat):
    saved = client.sessions.save(chat, api_key="k-123", api_secret=Secret("s-456"), config={"mode": "PILOT", "stop": Decimal("0.10")}, if_version=0)
    assert saved.version == 1 and saved.api_key.is_mask and saved.response.acknowledged == "committed"
    read = client.sessions.get(chat)
    assert (read.api_key.reveal(), read.api_secret.reveal()) == ("k-123", "s-456")
    assert str(read.config["stop"]) == "0.10" and isinstance(read.config["stop"], Decimal)
    assert read.updated_at.utcoffset() == timedelta(0)
    patched = client.sessions.patch_config(chat, {"leverage": 7, "stop": None}, if_version=read.version)
    assert patched.config == {"mode": "PILOT", "leverage": 7}
    kept = client.sessions.save(chat, config={"mode": "WATCHER"})
    assert kept.config == {"mode": "WATCHER"} and client.sessions.get(chat).api_key.reveal() == "k-123"
    assert client.sessions.save(chat, api_key=None).api_key is None
    assert client.sessions.delete(chat) is True and client.sessions.delete(chat) is False
    assert client.sessions.get(chat) is None


def test_a_mask_that_was_read_can_be_sent_back(client, chat):
    client.sessions.save(chat, api_key="k-1", config={"binance_api_key": "b-789"})
    bot = client.api_keys.create("bot", ["bot"])
    with Client(client._connection.url, bot.key.reveal()) as masked:
        session = masked.sessions.get(chat)
        assert session.api_key.is_mask and session.config["binance_api_key"].startswith("********")
        masked.sessions.save(chat, api_key=session.api_key, config=session.config, if_version=session.version)
    assert client.sessions.get(chat).api_key.reveal() == "k-1"
    assert client.sessions.get(chat).config["binance_api_key"] == "b-789"
    assert client.api_keys.delete(bot.id)


def test_conditions(client, chat):
    with pytest.raises(ConflictError) as raised:
        client.sessions.save(chat, config={}, if_version="*")
    client.sessions.save(chat, config={}, if_version=0)
    with pytest.raises(ConflictError) as raised:
        client.sessions.save(chat, config={}, if_version=0)
    assert raised.value.actual_version == 1 and raised.value.status == 412 and raised.value.code == "conflict"
    with pytest.raises(ConflictError):
        client.sessions.delete(chat, if_version=9)
    with pytest.raises(InvalidError):
        client.sessions.save(chat, config={}, if_version=-1)
    with pytest.raises(InvalidError):
        client.sessions.save(chat, config={}, if_version=True)


def test_a_batch_of_sessions_is_all_or_none_and_lists_page(client, chat):
    members = [{"chat_id": f"9{chat}{i:03}", "config": {"mode": "PILOT", "strategies": {f"S{chat}": True}}} for i in range(25)]
    saved = client.sessions.save_batch(members)
    assert [one.version for one in saved] == [1] * 25
    listed = [session.chat_id for session in client.sessions.list(mode="PILOT", strategy=f"S{chat}", page_size=7)]
    assert listed == [member["chat_id"] for member in members]
    with pytest.raises(InvalidError) as raised:
        client.sessions.save_batch([{"chat_id": f"9{chat}999", "config": {}}, {"chat_id": "7", "config": []}])
    assert raised.value.field and client.sessions.get(f"9{chat}999") is None
    with pytest.raises(InvalidError):
        client.sessions.save_batch([{"chat": 1}])


def test_user_life(client, chat):
    with pytest.raises(InvalidError):
        client.users.save(chat, name="Ada")
    user = client.users.save(chat, name="Ada", days=30, timezone="Europe/Madrid", groups={"CRYPTO": True})
    assert user.role == "user" and user.expires_at > datetime.now(timezone.utc) + timedelta(days=29)
    access = client.users.access(chat)
    assert access and (access.allowed, access.role) == (True, "user")
    extended = client.users.extend(chat, 10)
    assert extended.expires_at - user.expires_at == timedelta(days=10)
    patched = client.users.patch(chat, groups={"CRYPTO": False, "STOCKS": True})
    assert patched.groups == {"CRYPTO": False, "STOCKS": True} and patched.name == "Ada"
    end = datetime(2031, 5, 6, 7, 8, 9, 123456, tzinfo=timezone(timedelta(hours=2)))
    assert client.users.save(chat, expires_at=end).expires_at == end
    assert client.users.save(chat, expires_at=None).expires_at is None
    assert client.users.save(chat, expires_at=datetime(2001, 1, 1, tzinfo=timezone.utc)).chat_id == str(chat)
    assert client.users.access(chat).role == "expired" and not client.users.access(chat)
    assert str(chat) in [one.chat_id for one in client.users.list(page_size=3)]
    with pytest.raises(InvalidError) as raised:
        client.users.save(chat, expires_at=datetime(2031, 1, 1))
    assert raised.value.field == "expiresAt"
    assert client.users.delete(chat) and client.users.get(chat) is None
    assert client.users.access(chat).role == "none"


def test_bot_state_and_settings(client, chat):
    state = client.bot_state.save(enabled_strategies={"TREND": True, "GRID": False}, disabled_assets=["DOGEUSDT"], ai_filter_enabled=False)
    assert state.disabled_assets == ("DOGEUSDT",) and not state.ai_filter_enabled
    state = client.bot_state.patch(enabled_strategies={"GRID": None}, if_version=state.version)
    assert state.enabled_strategies == {"TREND": True} and client.bot_state.get() == state
    key = f"limits {chat}/ü"
    setting = client.system_config.save(key, {"max": Decimal("1.50")}, updated_by="ops")
    assert setting.updated_by == "ops"
    assert client.system_config.get(key).value == {"max": Decimal("1.50")}
    assert key in [one.key for one in client.system_config.list()]
    assert client.system_config.delete(key, if_version=setting.version) and client.system_config.get(key) is None


def test_keyed_state_life(client):
    entry = client.state.set("life", "1", {"step": "symbol", "count": 1}, ttl_seconds=3600, if_version=0)
    assert entry.version == 1 and entry.expires_at > datetime.now(timezone.utc)
    entry = client.state.patch("life", "1", {"step": "amount"}, if_version=1)
    assert entry.value == {"step": "amount", "count": 1} and entry.expires_at is not None
    assert client.state.set("life", "1", None).value is None
    assert client.state.get("life", "1").expires_at is None
    assert [one.key for one in client.state.list("life", prefix="1")] == ["1"]
    assert client.state.delete("life", "1") and client.state.get("life", "1") is None
    with pytest.raises(InvalidError):
        client.state.set("life", "1", 1, ttl_seconds=0)


def test_any_key_arrives_as_it_was_given(client):
    random_ = random.Random(7)
    alphabet = "ab/.%?#&=+ :;,~'\"\\ü€𝄞\n\t@[]{}|^`"
    keys = {"a/b", "a//b", "/a", "a/", "../x", "a/../b", "%2F", "%41", "a b", "a+b", "?x=1", "#", "..x", "a/.", "/", "//", "чат:1/2"}
    keys |= {"".join(random_.choice(alphabet) for _ in range(random_.randint(1, 12))) for _ in range(60)} - {".", ".."}
    for key in keys:
        assert client.state.set("hostile keys", key, key).key == key
        assert client.state.get("hostile keys", key).value == key
    assert {entry.key for entry in client.state.list("hostile keys", page_size=13)} == keys
    for key in (".", "..", "", "\ud800"):
        for field, arguments in (("key", ("hostile keys", key)), ("namespace", (key, "k"))):
            with pytest.raises(InvalidError) as raised:
                client.state.get(*arguments)
            assert raised.value.field == field


def test_trade_life(client, chat):
    id = new_trade_id()
    assert id.version == 7 and id.variant == uuid.RFC_4122
    members = dict(id=id, strategy="TREND", leverage=3, metadata={"signal": Decimal("0.30")})
    trade = client.trades.open(chat, "BTCUSDT", "LONG", Decimal("65000.10"), "0.015", **members)
    assert trade.created and trade.entry_price == Decimal("65000.10") and trade.metadata["signal"] == Decimal("0.30")
    again = client.trades.open(chat, "BTCUSDT", "LONG", Decimal("65000.10"), "0.015", **members)
    assert again == trade and again.created is False
    assert client.trades.get(id) == trade
    closed = client.trades.close(id, "66000.00", fees=Decimal("1.25"), exit_reason="TP")
    assert closed.status == "CLOSED" and closed.pnl == Decimal("13.7485")
    with pytest.raises(StateError):
        client.trades.close(id, "67000")
    assert client.trades.get(new_trade_id()) is None
    figures = client.trades.performance(chat_id=chat, days=30)
    assert (figures.trades, figures.wins, figures.total_pnl, figures.profit_factor) == (1, 1, Decimal("13.7485"), None)
    cancelled = client.trades.open(chat, "ETHUSDT", "SHORT", 2500, 1)
    assert client.trades.close(cancelled.id, cancelled=True).status == "CANCELLED"
    assert [one.id for one in client.trades.list(chat_id=chat, page_size=1)] == [cancelled.id, id]
    assert [one.id for one in client.trades.list(chat_id=chat, status="CLOSED", from_=trade.entry_timestamp)] == [id]


def test_the_same_id_of_two_chats_needs_the_chat(client, chat):
    id = new_trade_id()
    for owner in (f"{chat}1", f"{chat}2"):
        client.trades.open(owner, "BTCUSDT", "LONG", 1, 1, id=id)
    with pytest.raises(AmbiguousError) as raised:
        client.trades.close(id, 2)
    assert set(raised.value.chat_ids) == {f"{chat}1", f"{chat}2"}
    assert client.trades.close(id, 2, chat_id=f"{chat}1").chat_id == f"{chat}1"


def test_a_batch_of_trades_is_repeatable_and_numbers_its_refusals(client, chat):
    trades = [dict(id=new_trade_id(), chat_id=chat, symbol="ETHUSDT", side="SHORT", entry_price="2500", quantity=1) for _ in range(2100)]
    trades[1500]["side"] = "UP"
    result = client.trades.save_batch(trades)
    assert (result.stored, result.were_there, result.rejected) == (2099, 0, 1) and result.errors[0].index == 1500
    again = client.trades.save_batch(iter(trades))
    assert (again.stored, again.were_there) == (0, 2099)
    assert client.trades.save_batch([]).stored == 0


@pytest.mark.parametrize("price", [1.5, True, "NaN", "x", Decimal("Infinity"), Decimal("1e-19"), Decimal("1e999"), "0.1234567890123456789"])
def test_prices_that_are_not_exact_are_refused(client, chat, price):
    with pytest.raises(InvalidError):
        client.trades.open(chat, "BTCUSDT", "LONG", price, 1)
    assert list(client.trades.list(chat_id=chat)) == []


def test_documents_keep_every_digit(client):
    value = {"a": Decimal("0.1000000000000000055511151231257827"), "b": [Decimal("-12345678901234567890.5"), 10**30, 0.1, True, None], "c": "é\u2028"}
    client.state.set("exact", "1", value)
    read = client.state.get("exact", "1").value
    assert read == {**value, "b": [Decimal("-12345678901234567890.5"), 10**30, Decimal("0.1"), True, None]}
    with Client(client._connection.url, client._connection._key.reveal(), parse_float=float) as floats:
        assert floats.state.get("exact", "1").value["b"][2] == 0.1
    for bad in (float("nan"), {"x": Decimal("sNaN")}, {"x": object()}, {1, 2}):
        with pytest.raises(InvalidError):
            client.state.set("exact", "2", bad)


def test_errors_name_the_field(server, client, chat):
    with pytest.raises(InvalidError) as raised:
        client.users.save(chat, days=0)
    assert raised.value.field == "days" and raised.value.status == 400 and "days" in str(raised.value)
    with pytest.raises(AccessDeniedError):
        Client(server.url, "wrong").sessions.get(chat)
    with pytest.raises(NotFoundError):
        client.sessions.patch_config(f"{chat}9", {})
    with pytest.raises(InvalidError) as raised:
        client.sessions.save(chat, config={"x": "y" * 300_000})
    assert raised.value.status == 413


def test_health_status_and_outbox(client):
    assert client.health().status == "ok"
    assert client.status()["store"]["kind"]
    assert client.outbox() is None


def test_task_life(client, chat):
    id = new_trade_id()
    schedule = TaskSchedule("cron", "0 9 * * *", "Europe/Madrid")
    task = client.tasks.create(chat, "report", schedule, id=id, params={"size": Decimal("0.10")}, job_id="j")
    assert task.schedule == schedule and task.next_run > datetime.now(timezone.utc) and task.params == {"size": Decimal("0.10")}
    assert client.tasks.create(chat, "report", schedule, id=id, params={"size": Decimal("0.10")}, job_id="j").version == task.version
    with pytest.raises(StateError):
        client.tasks.create(chat, "other", schedule, id=id)
    due = client.tasks.create(chat, f"due {chat}", TaskSchedule("interval", "60"), next_run=datetime(2020, 1, 1, tzinfo=timezone.utc))
    claimed = {one.id: one for one in client.tasks.claim(lease_seconds=60, limit=1000, holder="worker")}[due.id]
    assert claimed.lease.holder == "worker" and claimed.attempts == 1
    assert client.tasks.renew(due.id, claimed.lease.fence, lease_seconds=120) > claimed.lease.until
    done = client.tasks.complete(due.id, claimed.lease.fence, error="no price")
    assert done.next_run is not None and not done.already_completed
    assert client.tasks.complete(due.id, claimed.lease.fence, error="no price").already_completed
    assert client.tasks.get(due.id).last_error == "no price"
    assert [one.id for one in client.tasks.list(chat_id=chat, failed=True)] == [due.id]
    client.tasks.run_now(due.id)
    again, = [one for one in client.tasks.claim(lease_seconds=60, limit=1000) if one.id == due.id]
    client.tasks.release(due.id, again.lease.fence, delay_seconds=3600)
    paused = client.tasks.patch(id, is_active=False, description="d", if_version=client.tasks.get(id).version)
    assert not paused.is_active and [one.id for one in client.tasks.list(chat_id=chat, is_active=True, page_size=1)] == [due.id]
    with pytest.raises(InvalidError):
        client.tasks.create(chat, "never", TaskSchedule("cron", "0 0 30 2 *"))
    assert client.tasks.delete(id) and client.tasks.delete(due.id) and client.tasks.get(id) is None


def test_forget_erases_a_chat(client, chat):
    client.sessions.save(chat, api_key="k-1", config={})
    client.users.save(chat, days=1)
    client.users.forget(chat, dry_run=True)
    assert client.users.get(chat) is not None
    client.users.forget(chat)
    assert client.users.get(chat) is None and client.sessions.get(chat) is None


def test_calibration_and_performance_by_name(client, chat):
    saved = client.calibration.save(chat, "TREND/1", size_multiplier="1.25", if_version=0)
    assert (saved.size_multiplier, saved.symbol, saved.is_active) == (Decimal("1.25"), None, True)
    client.calibration.save(chat, "TREND/1", symbol="X", exchange="E", size_multiplier=Decimal("0.5"))
    assert client.calibration.get(chat, "TREND/1", symbol="X", exchange="E").size_multiplier == Decimal("0.5")
    assert client.calibration.get(chat, "TREND/1", symbol="Y").size_multiplier == Decimal("1.25")
    assert client.calibration.get(chat, "TREND/1", symbol="Y", exact=True) is None
    assert len(list(client.calibration.list(chat, page_size=1))) == 2
    assert client.calibration.auto(chat, "TREND/1") is None
    with pytest.raises(InvalidError):
        client.calibration.save(chat, "TREND/1", confidence_threshold="1.001")
    assert client.calibration.delete(chat, "TREND/1", symbol="X", exchange="E") and not client.calibration.delete(chat, "TREND/1", symbol="X")
    for strategy, pnl in (("A", 10), ("A", -4), ("B", 1)):
        trade = client.trades.open(chat, "X", "LONG", 1, 1, strategy=strategy)
        client.trades.close(trade.id, 1, pnl=pnl)
    figures = client.trades.performance(chat_id=chat, group_by="strategy")
    assert [(name, one.total_pnl) for name, one in figures.groups] == [("A", 6), ("B", 1)] and figures.average_loss == 4
    assert client.trades.performance(chat_id=chat, strategy="B").trades == 1
    assert client.trades.count(chat_id=chat) == 3 and client.trades.count(chat_id=chat, strategy="B", status="CLOSED") == 1
    assert [trade.strategy for trade in client.trades.list(chat_id=chat, strategy="B")] == ["B"]
    points = client.trades.equity(chat_id=chat, bucket="1h")
    assert points[-1].equity == 7 and sum(point.trades for point in points) == 3
    assert [name for name, _ in client.trades.performance(chat_id=chat, group_by="strategy", limit=1).groups] == ["A"]
    end = points[0].at
    assert client.trades.equity(chat_id=chat, to=end) == [] and client.trades.equity(chat_id=chat, from_=end, bucket="1h") == points


def test_a_trade_is_closed_by_its_fills(client, chat):
    id = client.trades.open(chat, "BTCUSDT", "LONG", "100", "2", leverage=Decimal("2.5")).id
    entered = client.trades.add_fills(id, [
        {"order_id": "1", "side": "ENTRY", "price": Decimal("0.000000000000000003"), "quantity": 1, "fee": "0.1", "fee_currency": "USDT"},
        {"order_id": "2", "side": "ENTRY", "price": "100", "quantity": "1"},
    ], chat_id=chat)
    assert (entered.created, entered.trade.entry_price, entered.trade.fees) == (True, Decimal("50.000000000000000002"), Decimal("0.1"))
    assert (entered.trade.leverage, entered.trade.remaining_quantity) == (Decimal("2.5"), Decimal(2))
    exit = {"order_id": "3", "side": "EXIT", "price": 60, "quantity": "0.5"}
    assert client.trades.add_fills(id, [exit]).created
    assert not client.trades.add_fills(id, [exit]).created
    with pytest.raises(StateError):
        client.trades.add_fills(id, [{**exit, "price": 61}])
    with pytest.raises(InvalidError, match="quantity"):
        client.trades.add_fills(id, [{**exit, "order_id": "4", "quantity": 2}])
    entry = entered.trade.entry_timestamp
    assert not client.trades.add_fills(id, [exit], chat_id=chat, entry_timestamp=entry).created
    with pytest.raises(NotFoundError):
        client.trades.fills(id, chat_id=chat, entry_timestamp=entry + timedelta(days=1))
    listed = client.trades.fills(id, chat_id=chat, entry_timestamp=entry)
    assert [fill.order_id for fill in listed.fills] == ["1", "2", "3"]
    assert (listed.status, listed.remaining_quantity, listed.fills[0].fee_currency) == ("OPEN", Decimal("1.5"), "USDT")
