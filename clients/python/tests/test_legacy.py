"""The drop-in, its 25 functions in both kinds: names, parameters, results, and values in place of errors."""

from __future__ import annotations

import asyncio
import inspect
from datetime import datetime, timedelta, timezone
from decimal import Decimal, Inexact, localcontext

import pytest

from nexus_state import Client, TaskSchedule, _legacy, legacy, legacy_async

#: Parameters and the value that is returned on an error, as the module that is replaced has them.
FUNCTIONS = {
    "get_connection": ("", None),
    "init_db": ("", False),
    "log_trade_entry": ("chat_id, symbol, side, strategy, exchange, entry_price, quantity, leverage=1, metadata=None", False),
    "log_trade_exit": ("trade_id, exit_price, pnl, pnl_pct, fees=0, slippage=0, exit_reason=None", False),
    "get_open_trades": ("chat_id", []),
    "calculate_performance_metrics": ("chat_id, symbol, strategy, exchange, days=30", {}),
    "get_strategy_calibration": ("chat_id, strategy, symbol, exchange", {}),
    "update_strategy_calibration": ("chat_id, strategy, symbol, exchange, calibration_data", False),
    "auto_calibrate_strategy": ("chat_id, strategy, symbol, exchange", False),
    "load_all_sessions": ("", None),
    "save_session": ("chat_id, api_key, api_secret, config", False),
    "save_all_sessions": ("sessions", False),
    "load_bot_state": ("", None),
    "save_bot_state": ("enabled_strategies, group_config, disabled_assets, ai_filter=None", False),
    "get_user_role": ("chat_id", (False, "error")),
    "get_user_name": ("chat_id", "Usuario"),
    "add_system_user": ("name, chat_id, days=None, role='user'", None),
    "remove_system_user": ("user_id", False),
    "get_all_system_users": ("", []),
    "get_user_enabled_groups": ("chat_id", {"CRYPTO": True, "STOCKS": True, "ETFS": True}),
    "set_user_enabled_groups": ("chat_id, groups", False),
    "save_scheduled_task": ("user_id, task", -1),
    "get_scheduled_tasks": ("user_id", []),
    "delete_scheduled_task": ("task_id", False),
    "update_task_next_run": ("task_id, next_run", False),
}


class Both:
    """Calls each function in one of its kinds."""

    def __init__(self, module):
        self.module = module
        self.loop = asyncio.new_event_loop()

    def __getattr__(self, name):
        function = getattr(self.module, name)
        return (lambda *a, **k: self.loop.run_until_complete(function(*a, **k))) if inspect.iscoroutinefunction(function) else function


@pytest.fixture(params=[legacy, legacy_async], ids=["sync", "async"])
def bot(request, server):
    request.param.configure(server.url, server.key)
    both = Both(request.param)
    yield both
    both.loop.close()


@pytest.mark.parametrize("module", [legacy, legacy_async])
def test_there_are_25_functions_with_the_same_parameters(module):
    assert set(module.__all__) == {*FUNCTIONS, "configure"} and len(FUNCTIONS) == 25
    for name, (parameters, _) in FUNCTIONS.items():
        function = getattr(module, name)
        assert inspect.iscoroutinefunction(function) is (module is legacy_async)
        signature = inspect.signature(function)
        shown = ", ".join(
            one.name if one.default is one.empty else f"{one.name}={one.default!r}" for one in signature.parameters.values())
        assert shown == parameters


def test_errors_are_printed_and_a_value_is_returned(bot, capsys):
    bot.configure("http://127.0.0.1:9", "secret-key", retries=0)
    arguments = {name: [1] * sum("=" not in one for one in parameters.split(", ") if one) for name, (parameters, _) in FUNCTIONS.items()}
    arguments.update(save_all_sessions=[{1: {"api_key": "k-1", "api_secret": "s-1", "config": {}}}], save_bot_state=[{}, {}, []],
        update_strategy_calibration=[1, "S", None, None, {}], save_scheduled_task=[1, {}], save_session=[1, "k-1", "s-1", {}])
    for name, (_, value) in FUNCTIONS.items():
        result = getattr(bot, name)(*arguments[name])
        if name == "add_system_user":
            assert result[0] is False and isinstance(result[1], str)
        else:
            assert result == value, name
        printed = capsys.readouterr().out
        assert name == "init_db" or printed.strip(), name
        assert "secret-key" not in printed and "k-1" not in printed and "s-1" not in printed
    with pytest.raises(TypeError):
        bot.get_user_role()
    groups = bot.get_user_enabled_groups(1)
    groups["CRYPTO"] = False
    assert bot.get_user_enabled_groups(1)["CRYPTO"] is True


def test_trades(bot, chat):
    assert bot.init_db() is True
    assert bot.log_trade_entry(chat, "BTCUSDT", "long", "TREND", "BINANCE", 65000.1, 0.1 + 0.2, 3.0, {"signal": 0.5}) is True
    row, = bot.get_open_trades(chat)
    assert isinstance(row["id"], int) and row["entry_price"] == Decimal("65000.1") and row["quantity"] == Decimal("0.3")
    assert (row["side"], row["leverage"], row["status"], row["metadata"]) == ("LONG", 3, "OPEN", {"signal": 0.5})
    assert row["entry_time"].tzinfo is None and abs(row["entry_time"] - datetime.now(timezone.utc).replace(tzinfo=None)) < timedelta(minutes=5)
    assert bot.log_trade_exit(row["id"], 66000.0, 299.97, 4.615, fees=0.25, exit_reason="TP") is True
    assert bot.get_open_trades(chat) == []
    assert bot.log_trade_exit(row["id"], 66000.0, 299.97, 4.615) is False
    assert bot.log_trade_exit("none", 1, 1, 1) is False
    metrics = bot.calculate_performance_metrics(chat, "BTCUSDT", "TREND", "BINANCE")
    assert (metrics["total_trades"], metrics["total_pnl"], metrics["profit_factor"]) == (1, 299.97, float("inf"))
    assert bot.calculate_performance_metrics(chat, "BTCUSDT", "GRID", "BINANCE")["total_trades"] == 0
    assert bot.log_trade_entry(chat, "PEPEUSDT", "LONG", "TREND", "BINANCE", 1.25e-12, 4e15, 2.5) is True
    row, = bot.get_open_trades(chat)
    assert (row["entry_price"], row["leverage"]) == (Decimal("0.00000000000125"), Decimal("2.5"))
    assert bot.log_trade_exit(row["id"], 2e-12, 3, 60) is True


def test_the_decimal_context_of_the_bot_changes_nothing(bot, chat):
    with localcontext() as context:
        context.prec = 6
        context.traps[Inexact] = True
        assert bot.log_trade_entry(chat, "BTCUSDT", "LONG", "TREND", "BINANCE", 65000.12345678, 123456.789, 2.5) is True
        row, = bot.get_open_trades(chat)
        assert (row["entry_price"], row["quantity"]) == (Decimal("65000.12345678"), Decimal("123456.789"))
        assert bot.log_trade_exit(row["id"], 66000.0, 1234567.12345678, 4.6154, fees=0.1) is True
        metrics = bot.calculate_performance_metrics(chat, "BTCUSDT", "TREND", "BINANCE")
    assert (metrics["total_pnl"], metrics["avg_win"], metrics["expectancy"]) == (1234567.12345678, 1234567.12345678, 0.0)


@pytest.mark.parametrize("value, reason", [
    (float("nan"), "must be finite"), (float("inf"), "must be finite"), ("12,5", "is not a number"), (None, "is not a number"),
    ("1e999999", "has too many digits"),
])
def test_a_number_that_is_none_is_named(bot, chat, capsys, value, reason):
    assert bot.log_trade_entry(chat, "BTCUSDT", "LONG", "TREND", "BINANCE", value, 1) is False
    assert bot.log_trade_entry(chat, "BTCUSDT", "LONG", "TREND", "BINANCE", 1, 1, value) is False
    assert bot.log_trade_exit(1, 1, value, 1) is False
    assert [line.split(": ", 1)[1] for line in capsys.readouterr().out.splitlines()] == [
        f"{field}: {reason}" for field in ("entry_price", "leverage", "pnl")]


def test_figures_that_no_decimal_of_the_server_holds_are_still_figures(bot, server, chat):
    with Client(server.url, server.key) as client:
        now = datetime.now(timezone.utc)
        for pnl in ("99999999999999999999", "99999999999999999999", "-0.000000000000000001"):
            client.trades.open(
                chat_id=chat, symbol="X", side="LONG", strategy="S", exchange="E", entry_price=1, quantity=1, status="CLOSED", exit_price=1,
                pnl=Decimal(pnl), entry_timestamp=now - timedelta(hours=2), exit_timestamp=now - timedelta(hours=1))
        total = Decimal("199999999999999999997.999999999999999999")
        assert client.trades.performance(chat_id=chat).total_pnl == total
        assert [point.equity for point in client.trades.equity(chat_id=chat)] == [total]
    assert bot.calculate_performance_metrics(chat, "X", "S", "E")["total_pnl"] == 2e20


def test_performance_and_calibration_follow_the_rules(bot, server, chat):
    with Client(server.url, server.key) as client:
        now = datetime.now(timezone.utc)
        trades = [
            dict(chat_id=chat, symbol="X", side="LONG", strategy="S", exchange="E", entry_price=1, quantity=1, status="CLOSED", exit_price=1,
                pnl=pnl, entry_timestamp=now - timedelta(days=days, hours=2), exit_timestamp=now - timedelta(days=days))
            for pnl, days in [(20, 1)] * 5 + [(-10, 2)] * 4 + [(0, 3), (500, 40)]
        ]
        assert client.trades.save_batch(trades).stored == 11
    metrics = bot.calculate_performance_metrics(chat, "X", "S", "E")
    assert metrics == {
        "total_trades": 10, "winning_trades": 5, "losing_trades": 5, "win_rate": 0.5, "avg_win": 20.0, "avg_loss": -10.0, "expectancy": 0.5,
        "profit_factor": 2.5, "total_pnl": 60.0, "avg_holding_time": 2.0,
    }
    assert bot.auto_calibrate_strategy(chat, "S", "X", "E") is True
    calibration = bot.get_strategy_calibration(chat, "S", "X", "E")
    assert (calibration["size_multiplier"], calibration["leverage_multiplier"]) == (Decimal("1.15"), Decimal("1.10"))
    assert (calibration["win_rate_est"], calibration["confidence_threshold"], calibration["is_active"]) == (Decimal("0.5"), Decimal("0.7"), True)
    assert bot.auto_calibrate_strategy(chat, "S", "Y", "E") is False


def test_the_most_specific_calibration_counts(bot, chat):
    for symbol, exchange, size in ((None, None, 1), ("X", None, 2), (None, "E", 3), ("X", "E", 4)):
        assert bot.get_strategy_calibration(chat, "S", "Q", "Q") == {} or symbol is not None or exchange is not None
        assert bot.update_strategy_calibration(chat, "S", symbol, exchange, {"size_multiplier": size})
    found = [bot.get_strategy_calibration(chat, "S", *pair)["size_multiplier"] for pair in (("X", "E"), ("X", "Z"), ("Z", "E"), ("Z", "Z"))]
    assert found == [4, 2, 3, 1]
    bot.update_strategy_calibration(chat, "S", "X", "E", {"size_multiplier": 9, "is_active": False})
    assert bot.get_strategy_calibration(chat, "S", "X", "E")["size_multiplier"] == 2
    assert bot.get_strategy_calibration(chat, "T", "X", "E") == {}


def test_sessions_keep_what_others_changed(bot, server, chat):
    other, third = chat * 10, chat * 10 + 1
    assert bot.save_session(chat, "k-1", "s-1", {"mode": "PILOT", "leverage": 5, "strategies": {"A": True, "B": True}, "x": 1}) is True
    assert bot.save_session(other, "", None, {"mode": "WATCHER"}) is True
    sessions = bot.load_all_sessions()
    assert sessions[str(chat)] == {
        "api_key": "k-1", "api_secret": "s-1", "config": {"mode": "PILOT", "leverage": 5, "strategies": {"A": True, "B": True}, "x": 1},
    }
    assert sessions[str(other)] == {"api_key": "", "api_secret": "", "config": {"mode": "WATCHER"}}
    with Client(server.url, server.key) as somebody:
        somebody.sessions.patch_config(chat, {"leverage": 9, "strategies": {"B": False}})
        version = somebody.sessions.get(other).version
        sessions[str(chat)]["config"]["strategies"]["A"] = False
        del sessions[str(chat)]["config"]["x"]
        sessions[str(third)] = {"api_key": "k-3", "api_secret": "s-3", "config": {"binance_api_key": "b-1", "none": None}}
        assert bot.save_all_sessions(sessions) is True
        assert somebody.sessions.get(chat).config == {"mode": "PILOT", "leverage": 9, "strategies": {"A": False, "B": False}}
        assert somebody.sessions.get(other).version == version
        sessions[str(third)].update(api_key="", config={"binance_api_key": "b-1", "none": None, "deep": {"x": None}})
        assert bot.save_all_sessions(sessions) is True
        assert bot.load_all_sessions()[str(third)] == {
            "api_key": "", "api_secret": "s-3", "config": {"binance_api_key": "b-1", "none": None, "deep": {"x": None}},
        }
        somebody.sessions.delete(chat)
        sessions[str(chat)]["config"]["mode"] = "COPILOT"
        bot.save_session(chat, "k-1", "s-1", {**sessions[str(chat)]["config"]})
        assert somebody.sessions.get(chat).config["mode"] == "COPILOT"
        for one in (chat, other, third):
            somebody.sessions.delete(one)


def test_masks_never_reach_the_bot(bot, server, chat, capsys):
    assert bot.save_session(chat, "k-1", "s-1", {})
    with Client(server.url, server.key) as client:
        key = client.api_keys.create("no secrets", ["bot"])
        bot.configure(server.url, key.key.reveal())
        assert bot.load_all_sessions() is None and "scope secrets" in capsys.readouterr().out
        client.sessions.delete(chat)


def test_the_difference_of_documents_is_a_merge_patch():
    def apply(document, patch):
        result = dict(document)
        for name, value in patch.items():
            if value is None:
                result.pop(name, None)
            else:
                result[name] = apply(result[name] if isinstance(result.get(name), dict) else {}, value) if isinstance(value, dict) else value
        return result

    documents = [
        {}, {"a": 1}, {"a": True}, {"a": 1.0, "b": [1, {"c": 2}]}, {"a": {"b": {"c": 1}, "d": 2}}, {"a": {"b": 5}}, {"a": {}}, {"b": [], "c": "x"},
        {"a": {"b": {"c": True}}},
    ]
    for old in documents:
        for new in documents:
            assert _legacy.same(apply(old, _legacy.difference(old, new)), new), (old, new)
    assert _legacy.difference({"a": 1}, {"a": None}) is None and _legacy.difference({"a": None}, {"a": None}) == {}


def test_bot_state(bot):
    assert bot.save_bot_state({"TREND": True}, {"CRYPTO": {"x": 1}, "_AI_FILTER": False}, ["DOGE", "SHIB"]) is True
    state = {"enabled_strategies": {"TREND": True}, "group_config": {"CRYPTO": {"x": 1}, "_AI_FILTER": False}, "disabled_assets": ["DOGE", "SHIB"]}
    assert bot.load_bot_state() == state
    assert bot.save_bot_state({}, {}, set()) and bot.load_bot_state()["group_config"] == {"_AI_FILTER": False}
    assert bot.save_bot_state({}, {"_AI_FILTER": False}, [], ai_filter=True) and bot.load_bot_state()["group_config"] == {"_AI_FILTER": True}


def test_users(bot, chat, server):
    ok, number = bot.add_system_user("Ada", chat, 30)
    assert ok is True and isinstance(number, int) and number >= 1000
    assert bot.add_system_user("Ada L", chat) == (True, number)
    assert bot.get_user_role(chat) == (True, "user") and bot.get_user_name(chat) == "Ada L"
    assert bot.get_user_role(chat * 10) == (False, "none") and bot.get_user_name(chat * 10) == "Usuario"
    ok, second = bot.add_system_user("Bob", chat * 10, days=1, role="admin")
    with Client(server.url, server.key) as client:
        client.users.save(chat * 10 + 1, name="made elsewhere", days=1)
    users = bot.get_all_system_users()
    assert [user[0] for user in users] == sorted(user[0] for user in users) and len({user[0] for user in users}) == len(users)
    mine = {user[1]: user for user in users}
    assert mine[str(chat)] == (number, str(chat), "Ada L", "user", None) and mine[str(chat * 10)][:4] == (second, str(chat * 10), "Bob", "admin")
    assert mine[str(chat * 10)][4].tzinfo is None and str(chat * 10 + 1) in mine
    assert bot.set_user_enabled_groups(chat, {"CRYPTO": False}) and bot.get_user_enabled_groups(chat) == {"CRYPTO": False}
    assert bot.set_user_enabled_groups(chat * 10 + 5, {}) is False
    for one in (number, second, mine[str(chat * 10 + 1)][0]):
        assert bot.remove_system_user(one) is True and bot.remove_system_user(one) is False
    assert bot.get_user_role(chat) == (False, "none")
    assert bot.add_system_user("x", "no number")[0] is False


def test_scheduled_tasks(bot, chat):
    task = {"job_id": "j", "action": "report", "params": {"a": 1}, "schedule_type": "cron", "schedule_value": "0 9 * * *", "description": "d",
        "next_run": datetime(2030, 1, 2, 3, 4)}
    first, second = bot.save_scheduled_task(chat, task), bot.save_scheduled_task(str(chat), {**task, "next_run": None})
    assert second > first > 0
    assert bot.save_scheduled_task(chat, {name: task[name] for name in task if name != "action"}) == -1
    rows = bot.get_scheduled_tasks(chat)
    assert [row["id"] for row in rows] == [second, first] and rows[1]["next_run"] == datetime(2030, 1, 2, 3, 4)
    assert rows[0]["next_run"] > datetime.now(timezone.utc).replace(tzinfo=None) and rows[0]["user_id"] == chat
    assert {name: rows[1][name] for name in task if name != "next_run"} == {name: task[name] for name in task if name != "next_run"}
    assert bot.update_task_next_run(second, datetime(2031, 1, 1)) is True
    assert bot.get_scheduled_tasks(chat)[0]["next_run"] == datetime(2031, 1, 1)
    assert (bot.delete_scheduled_task(second), bot.delete_scheduled_task(second), bot.delete_scheduled_task(10**6)) == (True, False, False)
    assert [row["id"] for row in bot.get_scheduled_tasks(chat)] == [first] and bot.get_scheduled_tasks(chat + 1) == []
    for kind, value, shown in (("interval", "30m", "1800"), ("interval", 60, "60"), ("date", "2031-05-06 07:08:09", None)):
        number = bot.save_scheduled_task(chat, {"action": "x", "schedule_type": kind, "schedule_value": value})
        row = bot.get_scheduled_tasks(chat)[0]
        assert row["id"] == number and (shown is None or row["schedule_value"] == shown)
    assert row["next_run"] == datetime(2031, 5, 6, 7, 8, 9)
    assert bot.save_scheduled_task(chat, {**task, "schedule_value": "never"}) == -1


def test_a_number_of_an_adopted_task_is_passed_over(bot, server, chat):
    with Client(server.url, server.key) as client:
        next_number = client.state.get("legacy-numbers", "counter task")
        number = 1 if next_number is None else next_number.value + 1
        client.tasks.create(chat, "adopted", TaskSchedule("interval", "60"), id=_legacy.task_uuid(number))
        assert bot.get_scheduled_tasks(chat)[0]["id"] == number
        assert bot.save_scheduled_task(chat, {"action": "x", "schedule_type": "interval", "schedule_value": "60"}) == number + 1
        client.tasks.create(chat, "not of the legacy", TaskSchedule("interval", "60"))
        assert len(bot.get_scheduled_tasks(chat)) == 2


def test_numbers_are_given_once(server, chat):
    async def use():
        legacy_async.configure(server.url, server.key)
        ids = await asyncio.gather(*(legacy_async.save_scheduled_task(chat, {"action": "x", "schedule_type": "interval", "schedule_value": "60"}) for _ in range(15)))
        assert -1 not in ids and len(set(ids)) == 15
        users = await asyncio.gather(*(legacy_async.add_system_user("same", chat, 1) for _ in range(5)))
        assert len(set(users)) == 1 and users[0][0] is True

    asyncio.run(use())
