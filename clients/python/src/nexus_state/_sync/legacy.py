# Made by tools/make_sync.py from the asynchronous module of the same name: change that one.
"""The 25 functions of the data module that Nexus replaces: the same names, parameters and results, and the same habit of returning a value in
place of an error, which is printed without any secret."""

from __future__ import annotations

import copy
import functools
import inspect
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, TypeVar, cast

from .. import _legacy
from .._legacy_clients import sync_client, configure
from .._request import KEEP
from ..errors import ConflictError, InvalidError, NexusError, NotFoundError, StateError, UnavailableError, UnknownOutcomeError
from ..models import User

__all__ = [
    "add_system_user", "auto_calibrate_strategy", "calculate_performance_metrics", "configure", "delete_scheduled_task", "get_all_system_users",
    "get_connection", "get_open_trades", "get_scheduled_tasks", "get_strategy_calibration", "get_user_enabled_groups", "get_user_name",
    "get_user_role", "init_db", "load_all_sessions", "load_bot_state", "log_trade_entry", "log_trade_exit", "remove_system_user",
    "save_all_sessions", "save_bot_state", "save_scheduled_task", "save_session", "set_user_enabled_groups", "update_strategy_calibration",
    "update_task_next_run",
]

F = TypeVar("F", bound=Callable[..., Any])

_NUMBERS = "legacy-numbers"

#: Sessions as they were read or written last, so that a save sends only what the bot changed.
_known: Dict[str, Dict[str, Any]] = {}


def _returns(default: Any) -> Callable[[F], F]:
    """An error is printed, and this value returned."""

    def wrap(function: F) -> F:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def guarded(*arguments: Any, **named: Any) -> Any:
            signature.bind(*arguments, **named)
            try:
                return function(*arguments, **named)
            except NexusError as error:
                text = str(error)
            except Exception as error:
                # Its text may contain a value.
                text = type(error).__name__
            print(f"{function.__name__}: {text}")
            return default(text) if callable(default) else copy.deepcopy(default)

        return cast(F, guarded)

    return wrap


@_returns(None)
def get_connection() -> Any:
    """None: there is no driver connection. The moving-in guide has the call for each statement that the bot sent through it."""
    raise InvalidError("raw SQL is not possible over the API; see the guide for moving in", code="invalid")


@_returns(False)
def init_db() -> bool:
    """True once the server and its store respond. The server creates its tables itself."""
    return (sync_client().health()).status != "unavailable"


@_returns(False)
def log_trade_entry(
    chat_id: Any, symbol: str, side: str, strategy: Optional[str], exchange: Optional[str], entry_price: Any, quantity: Any, leverage: Any = 1,
    metadata: Optional[Mapping[str, Any]] = None,
) -> bool:
    """Stores an open trade. Prices are rounded to 8 places, as the journal's columns did; one below 0.000000005 keeps 18."""
    members = _legacy.entry_members(chat_id, symbol, side, strategy, exchange, metadata, leverage)
    price, size = _legacy.amount("entry_price", entry_price), _legacy.amount("quantity", quantity)
    sync_client().trades.open(entry_price=price, quantity=size, **members)
    return True


@_returns(False)
def log_trade_exit(
    trade_id: Any, exit_price: Any, pnl: Any, pnl_pct: Any, fees: Any = 0, slippage: Any = 0, exit_reason: Optional[str] = None
) -> bool:
    """Closes an open trade. False if it is not open.

    :param trade_id: the ``id`` of a row of :func:`get_open_trades`.
    """
    id, price = _legacy.trade_uuid(trade_id), _legacy.amount("exit_price", exit_price)
    trades = sync_client().trades
    try:
        trades.close(
            id, price, pnl=_legacy.number("pnl", pnl, 8), pnl_pct=_legacy.number("pnl_pct", pnl_pct, 4), fees=_legacy.number("fees", fees, 8),
            slippage=_legacy.number("slippage", slippage, 8), exit_reason=exit_reason)
    except UnknownOutcomeError:
        found = trades.get(id)
        if found is None or found.status != "CLOSED" or found.exit_price != price:
            raise
    return True


@_returns([])
def get_open_trades(chat_id: Any) -> List[Dict[str, Any]]:
    """The open trades of a chat, newest first, as rows of the journal."""
    return [_legacy.trade_row(trade) for trade in sync_client().trades.list(chat_id=str(chat_id), status="OPEN", page_size=1000)]


@_returns({})
def calculate_performance_metrics(
    chat_id: Any, symbol: Optional[str], strategy: Optional[str], exchange: Optional[str], days: int = 30
) -> Dict[str, Any]:
    """Figures of the trades that closed within the last days, computed by the server. None in place of a name means any."""
    since = datetime.now(timezone.utc) - timedelta(days=days)
    return _legacy.metrics(sync_client().trades.performance(
        chat_id=str(chat_id), symbol=symbol, strategy=strategy, exchange=exchange, from_=since))


@_returns({})
def get_strategy_calibration(chat_id: Any, strategy: str, symbol: Optional[str], exchange: Optional[str]) -> Dict[str, Any]:
    """The most specific active calibration."""
    found = sync_client().calibration.get(str(chat_id), strategy, symbol=symbol, exchange=exchange)
    return {} if found is None else _legacy.calibration_row(found)


@_returns(False)
def update_strategy_calibration(
    chat_id: Any, strategy: str, symbol: Optional[str], exchange: Optional[str], calibration_data: Mapping[str, Any]
) -> bool:
    """Stores a calibration, rounded to the places of its columns."""
    members = _legacy.calibration_members(calibration_data)
    sync_client().calibration.save(str(chat_id), strategy, symbol=symbol, exchange=exchange, **members)
    return True


@_returns(False)
def auto_calibrate_strategy(chat_id: Any, strategy: str, symbol: Optional[str], exchange: Optional[str]) -> bool:
    """Stores a calibration that follows from the trades of the last 30 days. False with fewer than ten."""
    return sync_client().calibration.auto(str(chat_id), strategy, symbol=symbol, exchange=exchange) is not None


@_returns(None)
def load_all_sessions() -> Optional[Dict[str, Dict[str, Any]]]:
    """All sessions with their exchange keys in plain text."""
    sessions = {session.chat_id: _legacy.session_row(session) for session in sync_client().sessions.list(page_size=1000)}
    _known.clear()
    _known.update(copy.deepcopy(sessions))
    return sessions


@_returns(False)
def save_session(chat_id: Any, api_key: Optional[str], api_secret: Optional[str], config: Mapping[str, Any]) -> bool:
    """Saves a session. Of a session that was loaded before, only what differs is sent, so that changes of others are kept."""
    return _save(str(chat_id), {"api_key": api_key or "", "api_secret": api_secret or "", "config": dict(config or {})})


@_returns(False)
def save_all_sessions(sessions: Mapping[Any, Mapping[str, Any]]) -> bool:
    """Saves the sessions that differ from what was loaded. False if one of them could not be saved; the others are."""
    ok = True
    for chat_id, one in sessions.items():
        ok = bool(save_session(chat_id, one.get("api_key"), one.get("api_secret"), one.get("config") or {})) and ok
    return ok


def _save(chat_id: str, row: Dict[str, Any]) -> bool:
    sessions = sync_client().sessions
    known = _known.get(chat_id)
    patch = None if known is None else _legacy.difference(known["config"], row["config"])
    if known is not None and patch is not None:
        keys_differ = (known["api_key"], known["api_secret"]) != (row["api_key"], row["api_secret"])
        try:
            if patch:
                sessions.patch_config(chat_id, patch)
            if keys_differ:
                sessions.save(chat_id, api_key=row["api_key"] or None, api_secret=row["api_secret"] or None, if_version="*")
            _known[chat_id] = copy.deepcopy(row)
            return True
        except (NotFoundError, ConflictError):
            # Somebody deleted the session: save it whole.
            pass
    sessions.save(chat_id, api_key=row["api_key"] or None, api_secret=row["api_secret"] or None, config=row["config"])
    _known[chat_id] = copy.deepcopy(row)
    return True


@_returns(None)
def load_bot_state() -> Optional[Dict[str, Any]]:
    """The switches; the flag of the AI filter is inside ``group_config``."""
    state = sync_client().bot_state.get()
    return {
        "enabled_strategies": dict(state.enabled_strategies),
        "group_config": {**state.group_config, _legacy.AI_FILTER: state.ai_filter_enabled},
        "disabled_assets": [*state.disabled_assets],
    }


@_returns(False)
def save_bot_state(
    enabled_strategies: Mapping[str, Any], group_config: Mapping[str, Any], disabled_assets: Any, ai_filter: Optional[bool] = None
) -> bool:
    """Replaces the switches. Without ``ai_filter``, the flag inside ``group_config`` counts; without both, it stays."""
    groups, flag = _legacy.parted(group_config, ai_filter)
    sync_client().bot_state.save(
        enabled_strategies=dict(enabled_strategies), group_config=groups, disabled_assets=[*disabled_assets],
        ai_filter_enabled=KEEP if flag is None else flag)
    return True


@_returns((False, "error"))
def get_user_role(chat_id: Any) -> Tuple[bool, str]:
    """Whether the chat may use the bot, and its role or the reason why it may not."""
    access = sync_client().users.access(str(chat_id))
    return access.allowed, access.role


@_returns("Usuario")
def get_user_name(chat_id: Any) -> str:
    """The name of a user; a default for owners and strangers."""
    user = sync_client().users.get(str(chat_id))
    if user is not None and user.name:
        return user.name
    return "Admin" if (sync_client().users.access(str(chat_id))).role == "owner" else "Usuario"


@_returns(lambda text: (False, text))
def add_system_user(name: str, chat_id: Any, days: Optional[int] = None, role: str = "user") -> Tuple[bool, Any]:
    """Creates or changes a user. Without days, the subscription does not end. Returns True and the integer id, which is None during an outage of
    the database: it gives the numbers."""
    users = sync_client().users
    if days is None:
        saved = users.save(str(chat_id), name=name, role=role, expires_at=None)
    else:
        saved = users.save(str(chat_id), name=name, role=role, days=int(days))
    if saved.response.acknowledged == "spooled":
        return True, None
    return True, _number_of(saved)


@_returns(False)
def remove_system_user(user_id: Any) -> bool:
    """Deletes the user with this integer id. False if there is none."""
    number, users = int(user_id), sync_client().users
    for user in users.list(id=number):
        return users.delete(user.chat_id)
    for entry in sync_client().state.list(_NUMBERS, prefix="user/", page_size=1000):
        if entry.value == number:
            chat_id = entry.key[len("user/"):]
            found = users.get(chat_id)
            if found is not None and found.id is not None:
                # Of an embedded store whose state has moved to PostgreSQL, which numbers users itself.
                continue
            removed = users.delete(chat_id)
            sync_client().state.delete(_NUMBERS, entry.key)
            return removed
    return False


@_returns([])
def get_all_system_users() -> List[Tuple[int, str, Optional[str], str, Optional[datetime]]]:
    """(id, chat_id, name, role, expires_at) in the order of the ids. Times are UTC without a zone."""
    users = [user for user in sync_client().users.list(page_size=1000)]
    numbers = {user.chat_id: _number_of(user) for user in sorted(users, key=lambda one: one.created_at)}
    return sorted((numbers[user.chat_id], user.chat_id, user.name, user.role, _legacy.naive(user.expires_at)) for user in users)


@_returns(_legacy.DEFAULT_GROUPS)
def get_user_enabled_groups(chat_id: Any) -> Dict[str, Any]:
    """The groups that the user receives."""
    user = sync_client().users.get(str(chat_id))
    return dict(_legacy.DEFAULT_GROUPS) if user is None or not user.groups else dict(user.groups)


@_returns(False)
def set_user_enabled_groups(chat_id: Any, groups: Mapping[str, Any]) -> bool:
    """Replaces the groups that the user receives."""
    sync_client().users.save(str(chat_id), groups=dict(groups), if_version="*")
    return True


@_returns(-1)
def save_scheduled_task(user_id: Any, task: Mapping[str, Any]) -> int:
    """Stores a task and returns its integer id."""
    tasks, members = sync_client().tasks, _legacy.task_members(task)
    _pass_adopted_tasks()
    while True:
        number = _next("task", 1)
        try:
            tasks.create(str(user_id), str(task["action"]), _legacy.task_schedule(task), id=_legacy.task_uuid(number), **members)
            return number
        except StateError:
            # An adopted task has this number.
            continue


@_returns([])
def get_scheduled_tasks(user_id: Any) -> List[Dict[str, Any]]:
    """The active tasks of a user, newest first."""
    tasks = [task for task in sync_client().tasks.list(chat_id=str(user_id), is_active=True, page_size=1000)]
    rows = [_legacy.task_row(task) for task in tasks if _legacy.task_number(task.id) is not None]
    return sorted(rows, key=lambda row: cast(int, row["id"]), reverse=True)


@_returns(False)
def delete_scheduled_task(task_id: Any) -> bool:
    """Deactivates a task. False if there is no active one."""
    return _change_task(task_id, is_active=False)


@_returns(False)
def update_task_next_run(task_id: Any, next_run: Any) -> bool:
    """Sets when an active task runs next."""
    return _change_task(task_id, next_run=_legacy.instant(next_run))


def _change_task(task_id: Any, **change: Any) -> bool:
    tasks, id = sync_client().tasks, _legacy.task_uuid(int(task_id))
    found = tasks.get(id)
    if found is None or not found.is_active:
        return False
    tasks.patch(id, if_version=found.version, **change)
    return True


def _pass_adopted_tasks() -> None:
    """The first number follows the greatest one of an adopted database."""
    state, key = sync_client().state, "counter task"
    if state.get(_NUMBERS, key) is not None:
        return
    numbers = [_legacy.task_number(task.id) for task in sync_client().tasks.list(page_size=1000)]
    greatest = max((number for number in numbers if number is not None), default=0)
    try:
        state.set(_NUMBERS, key, greatest, if_version=0)
    except (ConflictError, UnknownOutcomeError):
        # Another process was faster.
        pass


def _number_of(user: User) -> int:
    """The integer id of a user: the one that PostgreSQL gave it, which adoption keeps. The embedded store gives none, so it is made at its first
    use."""
    if user.id is not None:
        return user.id
    state, key = sync_client().state, f"user/{user.chat_id}"
    entry = state.get(_NUMBERS, key)
    if entry is not None and not entry.response.stale:
        return int(entry.value)
    if user.response.stale or (entry is not None and entry.response.stale):
        # Another number could be that of another user, who would be removed by it.
        raise UnavailableError("the numbers of users are in the database, which is unavailable", code="unavailable")
    number = _next("user", 1000)
    try:
        state.set(_NUMBERS, key, number, if_version=0)
        return number
    except (ConflictError, UnknownOutcomeError):
        entry = state.get(_NUMBERS, key)
        return number if entry is None else int(entry.value)


def _next(kind: str, first: int) -> int:
    """The next number of a counter. Never gives one twice: a number whose save is in doubt is passed over."""
    state, key = sync_client().state, f"counter {kind}"
    while True:
        entry = state.get(_NUMBERS, key)
        number = first if entry is None else int(entry.value) + 1
        try:
            state.set(_NUMBERS, key, number, if_version=0 if entry is None else entry.version)
            return number
        except (ConflictError, UnknownOutcomeError):
            continue
