"""What the legacy functions compute, without a connection."""

from __future__ import annotations

import copy
import re
import uuid
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from typing import Any, Dict, Mapping, Optional, Tuple, cast

from ._ids import new_trade_id
from .errors import AccessDeniedError, InvalidError
from .models import Calibration, Performance, Session, Task, TaskSchedule, Trade
from .secret import Secret

DEFAULT_GROUPS: Dict[str, bool] = {"CRYPTO": True, "STOCKS": True, "ETFS": True}
AI_FILTER = "_AI_FILTER"


#: The context of the bot may have few digits or other traps: it is for the bot's own figures.
_CONTEXT = Context(prec=200, rounding=ROUND_HALF_UP, traps=[DivisionByZero, InvalidOperation, Overflow])


def number(field: str, value: Any, places: int) -> Decimal:
    """A number as the legacy's columns stored it: rounded half up. Floating point by its shortest text."""
    return exact(field, value).quantize(Decimal(1).scaleb(-places, _CONTEXT), ROUND_HALF_UP, _CONTEXT)


def exact(field: str, value: Any) -> Decimal:
    try:
        given = Decimal(str(value), _CONTEXT)
    except ArithmeticError:
        raise InvalidError(f"{field}: is not a number", code="invalid", field=field) from None
    if not given.is_finite():
        raise InvalidError(f"{field}: must be finite", code="invalid", field=field)
    if given.adjusted() > 100:
        raise InvalidError(f"{field}: has too many digits", code="invalid", field=field)
    return given


def amount(field: str, value: Any) -> Decimal:
    """A price or a quantity: 8 places, or 18 where those would leave nothing of it."""
    return number(field, value, 8) or number(field, value, 18)


def naive(instant: Optional[datetime]) -> Optional[datetime]:
    """UTC without a zone, as the legacy's timestamps."""
    return None if instant is None else instant.astimezone(timezone.utc).replace(tzinfo=None)


def aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=timezone.utc)


def trade_number(id: uuid.UUID) -> int:
    """The integer id of a trade: the UUID as a number, so that no table of ids is needed."""
    return id.int


def trade_uuid(trade_id: Any) -> uuid.UUID:
    if isinstance(trade_id, uuid.UUID):
        return trade_id
    try:
        return uuid.UUID(trade_id) if isinstance(trade_id, str) and "-" in trade_id else uuid.UUID(int=int(trade_id))
    except ValueError:
        raise InvalidError("trade_id: is not the id of a trade of get_open_trades", code="invalid", field="trade_id") from None


def trade_row(trade: Trade) -> Dict[str, Any]:
    entry, updated = naive(trade.entry_timestamp), naive(trade.updated_at)
    return {
        "id": trade_number(trade.id), "chat_id": trade.chat_id, "symbol": trade.symbol, "side": trade.side, "strategy": trade.strategy,
        "exchange": trade.exchange, "entry_price": trade.entry_price, "exit_price": trade.exit_price, "quantity": trade.quantity,
        "leverage": trade.leverage, "entry_time": entry, "exit_time": naive(trade.exit_timestamp), "pnl": trade.pnl, "pnl_pct": trade.pnl_pct,
        "fees": trade.fees, "slippage": trade.slippage, "status": trade.status, "exit_reason": trade.exit_reason,
        "metadata": dict(trade.metadata), "created_at": entry, "updated_at": updated,
    }


def task_uuid(number: int) -> uuid.UUID:
    """The id of the task with an integer id, as the adoption of a legacy database makes it."""
    if not 0 <= number < 1 << 48:
        raise InvalidError("task_id: is not the id of a task of get_scheduled_tasks", code="invalid", field="task_id")
    return uuid.UUID(int=_TASK_PREFIX << 48 | number)


def task_number(id: uuid.UUID) -> Optional[int]:
    """The integer id of a task; None for a task that was not made by these functions or by the adoption."""
    return id.int & (1 << 48) - 1 if id.int >> 48 == _TASK_PREFIX else None


_TASK_PREFIX = 0x0000_0000_0000_8000_8000

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def task_schedule(task: Mapping[str, Any]) -> TaskSchedule:
    """The schedule of a legacy task: an interval in seconds or such as 30m, and a date without a zone in UTC."""
    kind, value = str(task.get("schedule_type")).strip().lower(), str(task.get("schedule_value") or "").strip()
    if kind == "interval":
        match = re.fullmatch(r"(\d{1,9})\s*([smhd]?)[a-z]*", value.lower())
        return TaskSchedule(kind, value if match is None else str(int(match[1]) * _UNITS[match[2]]))
    if kind == "date":
        at = instant(value or task.get("next_run"))
        return TaskSchedule(kind, "" if at is None else at.isoformat())
    return TaskSchedule(kind, value)


def task_members(task: Mapping[str, Any]) -> Dict[str, Any]:
    job = task.get("job_id")
    return {
        "params": task.get("params") or {}, "description": task.get("description") or None, "job_id": None if job is None else str(job),
        "next_run": instant(task.get("next_run")),
    }


def instant(value: Any) -> Optional[datetime]:
    """A time of the legacy, which is UTC if it has no zone."""
    if value is None or isinstance(value, datetime):
        return None if value is None else aware(value)
    return aware(datetime.fromisoformat(str(value).replace("Z", "+00:00")))


def task_row(task: Task) -> Dict[str, Any]:
    value = task.schedule.value
    if task.schedule.type == "date":
        # The bot compares it with times that have no zone.
        value = cast(datetime, naive(instant(value))).isoformat()
    return {
        "id": task_number(task.id), "user_id": int(task.chat_id), "job_id": task.job_id, "action": task.action, "params": dict(task.params),
        "schedule_type": task.schedule.type, "schedule_value": value, "description": task.description,
        "next_run": naive(task.next_run), "is_active": task.is_active, "created_at": naive(task.created_at),
    }


def entry_members(chat_id: Any, symbol: Any, side: Any, strategy: Any, exchange: Any, metadata: Any, leverage: Any) -> Dict[str, Any]:
    times = exact("leverage", leverage)
    return {
        "id": new_trade_id(), "chat_id": str(chat_id), "symbol": symbol, "side": str(side).upper(), "strategy": strategy, "exchange": exchange,
        # Half of a leverage is kept: the column of the legacy had no place for it.
        "leverage": int(times) if times == times.to_integral_value() else times, "metadata": metadata or {},
    }


def metrics(found: Performance) -> Dict[str, Any]:
    """The figures of closed trades by the legacy's rules. Sums are exact; the results are floating point, as the legacy's."""
    if found.trades == 0:
        return {"total_trades": 0, "win_rate": 0.0, "avg_win": 0.0, "avg_loss": 0.0, "expectancy": 0.0, "profit_factor": 0.0}
    with localcontext(_CONTEXT):
        win_rate = Decimal(found.wins) / found.trades
        avg_win = found.gross_profit / found.wins if found.wins else Decimal(0)
        avg_loss = found.gross_loss / found.losses if found.losses else Decimal(0)
        expectancy = (win_rate * avg_win - (1 - win_rate) * avg_loss) / avg_loss if found.losses else Decimal(0)
        return {
            "total_trades": found.trades, "winning_trades": found.wins, "losing_trades": found.trades - found.wins, "win_rate": float(win_rate),
            "avg_win": float(avg_win), "avg_loss": float(-avg_loss) if found.losses else 0.0, "expectancy": float(expectancy),
            "profit_factor": float(found.gross_profit / found.gross_loss) if found.losses else float("inf"),
            "total_pnl": float(found.total_pnl), "avg_holding_time": float((found.average_holding_seconds or Decimal(0)) / 3600),
        }


#: The numbers of a calibration by their legacy columns: the member of the client, and the decimal places.
_CALIBRATION = {
    "confidence_threshold": ("confidence_threshold", 2), "leverage_multiplier": ("leverage_multiplier", 2),
    "size_multiplier": ("size_multiplier", 2), "kelly_fraction": ("kelly_fraction", 4), "win_rate_est": ("win_rate_estimate", 4),
    "risk_reward_est": ("risk_reward_estimate", 4),
}


def calibration_members(data: Mapping[str, Any]) -> Dict[str, Any]:
    members = {
        member: number(column, data[column], places) for column, (member, places) in _CALIBRATION.items() if data.get(column) is not None
    }
    return {**members, "is_active": bool(data.get("is_active", True))}


def calibration_row(found: Calibration) -> Dict[str, Any]:
    return {
        "chat_id": found.chat_id, "strategy": found.strategy, "symbol": found.symbol, "exchange": found.exchange,
        **{column: getattr(found, member) for column, (member, _) in _CALIBRATION.items()}, "is_active": found.is_active,
        "updated_at": naive(found.updated_at),
    }


def plain(secret: Optional[Secret]) -> str:
    """The text of an exchange key. A mask must never reach an exchange."""
    if secret is None:
        return ""
    if secret.is_mask:
        raise AccessDeniedError("the API key lacks the scope secrets, so exchange keys are masked: use a key with the scopes bot, secrets and admin")
    return secret.reveal()


def session_row(session: Session) -> Dict[str, Any]:
    if session.unreadable:
        print(f"session {session.chat_id}: {', '.join(session.unreadable)} cannot be opened with the server's encryption keys")
    keys = {
        name: "" if name in session.unreadable or camel in session.unreadable else plain(secret)
        for name, camel, secret in (("api_key", "apiKey", session.api_key), ("api_secret", "apiSecret", session.api_secret))
    }
    return {**keys, "config": copy.deepcopy(dict(session.config))}


def same(one: Any, other: Any) -> bool:
    """Equality of JSON: true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Optional[Dict[str, Any]]:
    """The merge patch (RFC 7396) from one document to another; None if there is none, because a changed member holds a null."""
    patch: Dict[str, Any] = {name: None for name in old if name not in new}
    for name, value in new.items():
        before = old.get(name)
        if name in old and same(before, value):
            continue
        if isinstance(before, dict) and isinstance(value, dict):
            inner = difference(before, value)
            if inner is None:
                return None
            patch[name] = inner
        elif _holds_null(value):
            return None
        else:
            patch[name] = value
    return patch


def _holds_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_null(member) for member in value.values())
    return value is None


def parted(group_config: Mapping[str, Any], ai_filter: Optional[bool]) -> Tuple[Dict[str, Any], Optional[bool]]:
    """The groups without the flag that the legacy hid among them, and the flag."""
    groups = {name: value for name, value in group_config.items() if name != AI_FILTER}
    hidden = group_config.get(AI_FILTER)
    return groups, bool(hidden) if ai_filter is None and hidden is not None else None if ai_filter is None else bool(ai_filter)
