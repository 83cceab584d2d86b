"""The records of the API. Instants are in UTC, decimals exact, secrets hidden from ``repr``."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, List, Mapping, Optional, Tuple, TypeVar, Union

from ._json import read_instant
from .errors import ServerError
from .secret import Secret

T = TypeVar("T")


@dataclass(frozen=True)
class ResponseInfo:
    """What the response said about its record."""

    #: ``committed``, or ``spooled`` if the write is in the server's outbox because PostgreSQL is unavailable; None for reads.
    acknowledged: Optional[str] = None
    #: Whether a read came from the server's local replica because PostgreSQL is unavailable.
    stale: bool = False
    #: The age of a stale read in seconds; None if it is unknown or the read is current.
    stale_seconds: Optional[float] = None


_NO_INFO = ResponseInfo()


@dataclass(frozen=True)
class Session:
    """A chat's configuration and exchange keys."""

    chat_id: str
    api_key: Optional[Secret]
    api_secret: Optional[Secret]
    config: Mapping[str, Any] = field(repr=False)
    version: int
    updated_at: datetime
    #: Fields that are masked because the server's encryption keys cannot open them.
    unreadable: Tuple[str, ...] = ()
    response: ResponseInfo = field(default=_NO_INFO, repr=False, compare=False)


@dataclass(frozen=True)
class SavedSession:
    """One saved session of a batch."""

    chat_id: str
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class User:
    """A subscriber or an admin."""

    chat_id: str
    name: Optional[str]
    #: ``user`` or ``admin``.
    role: str
    #: The end of the subscription; None if it does not end.
    expires_at: Optional[datetime]
    timezone: str
    telegram_id: Optional[int]
    groups: Mapping[str, Any]
    created_at: datetime
    version: int
    #: The number that PostgreSQL gave the user, which the legacy bot shows; None in the embedded store and during an outage.
    id: Optional[int] = None
    response: ResponseInfo = field(default=_NO_INFO, repr=False, compare=False)


@dataclass(frozen=True)
class Recipient:
    """A chat that may get a signal now."""

    chat_id: str
    #: The ``mode`` of its config; None if it has none.
    mode: Optional[str]


@dataclass(frozen=True)
class Access:
    """Whether a chat may use the bot."""

    allowed: bool
    #: ``owner``, ``admin`` or ``user`` if allowed; otherwise ``expired``, ``none``, or ``error`` if the store is unavailable.
    role: str

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class BotState:
    """The bot's switches. Version 0: nothing was ever written."""

    enabled_strategies: Mapping[str, Any]
    group_config: Mapping[str, Any] = field(repr=False)
    disabled_assets: Tuple[str, ...]
    ai_filter_enabled: bool
    version: int
    last_updated: Optional[datetime]
    response: ResponseInfo = field(default=_NO_INFO, repr=False, compare=False)


@dataclass(frozen=True)
class Setting:
    """A setting of the bot: any JSON value under a key."""

    key: str
    value: Any = field(repr=False)
    updated_at: datetime
    updated_by: Optional[str]
    version: int
    unreadable: Tuple[str, ...] = ()
    response: ResponseInfo = field(default=_NO_INFO, repr=False, compare=False)


@dataclass(frozen=True)
class StateEntry:
    """A value of the keyed state."""

    namespace: str
    key: str
    value: Any = field(repr=False)
    version: int
    updated_at: datetime
    #: When the value expires, by the store's clock; None for never.
    expires_at: Optional[datetime]
    unreadable: Tuple[str, ...] = ()
    response: ResponseInfo = field(default=_NO_INFO, repr=False, compare=False)


@dataclass(frozen=True)
class Trade:
    """A trade, from its entry to its exit."""

    id: uuid.UUID
    chat_id: str
    symbol: str
    #: ``LONG`` or ``SHORT``.
    side: str
    strategy: Optional[str]
    exchange: Optional[str]
    entry_price: Decimal
    exit_price: Optional[Decimal]
    quantity: Decimal
    #: An int if it is whole.
    leverage: Union[int, Decimal]
    entry_timestamp: datetime
    exit_timestamp: Optional[datetime]
    #: Net of fees.
    pnl: Optional[Decimal]
    pnl_pct: Optional[Decimal]
    fees: Decimal
    slippage: Decimal
    #: ``OPEN``, ``CLOSED`` or ``CANCELLED``.
    status: str
    exit_reason: Optional[str]
    metadata: Mapping[str, Any] = field(repr=False)
    version: int
    updated_at: datetime
    unreadable: Tuple[str, ...] = ()
    #: What is left to exit of an open trade; None after its end.
    remaining_quantity: Optional[Decimal] = None
    #: False if the trade was stored before this call; None for reads.
    created: Optional[bool] = field(default=None, compare=False)
    response: ResponseInfo = field(default=_NO_INFO, repr=False, compare=False)


@dataclass(frozen=True)
class Fill:
    """An executed order of a trade, whole or in part."""

    #: The order's id at the exchange: a trade holds it once for each exchange.
    order_id: str
    #: ``ENTRY`` or ``EXIT``.
    side: str
    price: Decimal
    quantity: Decimal
    #: A rebate is negative.
    fee: Decimal
    #: None for the currency of the trade's PnL.
    fee_currency: Optional[str]
    #: None for the exchange of the trade.
    exchange: Optional[str]
    timestamp: datetime


@dataclass(frozen=True)
class AddedFills:
    """A trade after fills were added."""

    #: As they are stored.
    fills: Tuple[Fill, ...]
    trade: Trade
    #: False if the trade had all of them before.
    created: bool


@dataclass(frozen=True)
class FillList:
    """The fills of a trade and what is left of it."""

    #: In the order in which they were added.
    fills: Tuple[Fill, ...]
    status: str
    quantity: Decimal
    entered_quantity: Decimal
    exited_quantity: Decimal
    remaining_quantity: Decimal


@dataclass(frozen=True)
class TradeRefusal:
    """Why a trade of a batch was refused."""

    #: From 0: the position in the batch.
    index: int
    code: str
    message: str


@dataclass(frozen=True)
class TradeBatch:
    """The result of a batch of trades."""

    stored: int
    were_there: int
    rejected: int
    #: The server lists at most the first 1,000 refusals of each request.
    errors: Tuple[TradeRefusal, ...]


@dataclass(frozen=True)
class Calibration:
    """The calibration of a strategy. None in place of the symbol or exchange: for all."""

    chat_id: str
    strategy: str
    symbol: Optional[str]
    exchange: Optional[str]
    confidence_threshold: Decimal
    leverage_multiplier: Decimal
    size_multiplier: Decimal
    kelly_fraction: Decimal
    win_rate_estimate: Optional[Decimal]
    risk_reward_estimate: Optional[Decimal]
    is_active: bool
    version: int
    updated_at: datetime
    response: ResponseInfo = field(default=_NO_INFO, repr=False, compare=False)


@dataclass(frozen=True)
class EquityPoint:
    """One step of an equity curve."""

    #: Where the bucket starts.
    at: datetime
    trades: int
    pnl: Decimal
    fees: Decimal
    #: The running total of PnL at the end of the bucket.
    equity: Decimal
    #: How far the total is below its peak at the end of the bucket.
    drawdown: Decimal
    #: The largest such fall at any trade within the bucket.
    max_drawdown: Decimal


@dataclass(frozen=True)
class TaskSchedule:
    """When a task runs."""

    #: ``cron``, ``interval`` or ``date``.
    type: str
    #: A cron expression; whole seconds or an ISO 8601 duration; an instant.
    value: str
    #: The time zone of a cron expression.
    timezone: str = "UTC"


@dataclass(frozen=True)
class TaskLease:
    """The claim of the worker that has a task."""

    holder: str
    #: The number of the claim: greater than that of every earlier claim of the task.
    fence: int
    until: datetime
    #: When the run was due. The task's id and this instant identify the run.
    due: datetime


@dataclass(frozen=True)
class Task:
    """A scheduled task."""

    id: uuid.UUID
    chat_id: str
    action: str
    params: Mapping[str, Any] = field(repr=False)
    schedule: TaskSchedule
    #: ``once``, ``all`` or ``skip``.
    missed: str
    description: Optional[str]
    job_id: Optional[str]
    is_active: bool
    next_run: Optional[datetime]
    #: Claims since the last completed run.
    attempts: int
    last_run: Optional[datetime]
    last_error: Optional[str]
    lease: Optional[TaskLease]
    version: int
    created_at: datetime
    updated_at: datetime
    unreadable: Tuple[str, ...] = ()
    response: ResponseInfo = field(default=_NO_INFO, repr=False, compare=False)


@dataclass(frozen=True)
class TaskCompletion:
    """A run that was completed."""

    #: When the task runs next; None if it has ended.
    next_run: Optional[datetime]
    version: int
    #: The same claim had been completed before: nothing changed now.
    already_completed: bool


@dataclass(frozen=True)
class Performance:
    """Figures over closed trades that have a PnL."""

    trades: int
    wins: int
    losses: int
    #: 0 to 1.
    win_rate: Decimal
    gross_profit: Decimal
    #: As a positive number.
    gross_loss: Decimal
    #: None if there were no losses.
    profit_factor: Optional[Decimal]
    #: The mean PnL of a trade.
    expectancy: Decimal
    total_pnl: Decimal
    total_fees: Decimal
    #: As a positive number.
    max_drawdown: Decimal
    #: The mean of the wins; None without wins.
    average_win: Optional[Decimal] = None
    #: The mean of the losses as a positive number; None without losses.
    average_loss: Optional[Decimal] = None
    #: The expectancy in R, the average loss.
    expectancy_r: Optional[Decimal] = None
    sharpe_ratio: Optional[Decimal] = None
    average_holding_seconds: Optional[Decimal] = None
    average_mae: Optional[Decimal] = None
    average_mfe: Optional[Decimal] = None
    #: With ``group_by``: the groups with the largest total PnL, each with its name; None is for trades without it.
    groups: Tuple[Tuple[Optional[str], "Performance"], ...] = ()


@dataclass(frozen=True)
class Change:
    """A record changed. Both are ``*`` after the stream was opened again: read again what you keep in memory."""

    table: str
    #: The record's key, or ``*`` if any record of the table may have changed.
    id: str


@dataclass(frozen=True)
class ApiKey:
    """An API key of the server, without the key itself."""

    id: str
    name: str
    scopes: Tuple[str, ...]
    created_at: datetime
    #: Only in the response that created it.
    key: Optional[Secret] = None


@dataclass(frozen=True)
class Health:
    """The health of the server."""

    #: ``ok``, ``degraded`` or ``unavailable``.
    status: str
    reasons: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. ``next`` is None on the last page."""

    items: List[T]
    next: Optional[str]


class Reader:
    """Reads the members of a response. A member that is missing or has another type is a :class:`ServerError` that names it."""

    def __init__(self, body: Any, info: ResponseInfo = _NO_INFO) -> None:
        if not isinstance(body, dict):
            raise ServerError("the response is not a JSON object: is the URL that of a Nexus server?")
        self.body = body
        self.info = info

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if not isinstance(value, str):
            raise self._wrong(name)
        return value

    def text_or_none(self, name: str) -> Optional[str]:
        return None if self.body.get(name) is None else self.text(name)

    def whole(self, name: str) -> int:
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise self._wrong(name)
        try:
            return int(value)
        except ValueError:
            raise self._wrong(name) from None

    def whole_or_number(self, name: str) -> Union[int, Decimal]:
        value = self.body.get(name)
        return Decimal(str(value)) if isinstance(value, (float, Decimal)) else self.whole(name)

    def whole_or_none(self, name: str) -> Optional[int]:
        return None if self.body.get(name) is None else self.whole(name)

    def truth(self, name: str) -> bool:
        value = self.body.get(name)
        if not isinstance(value, bool):
            raise self._wrong(name)
        return value

    def number(self, name: str) -> Decimal:
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise self._wrong(name)
        try:
            return Decimal(value)
        except ArithmeticError:
            raise self._wrong(name) from None

    def number_or_none(self, name: str) -> Optional[Decimal]:
        return None if self.body.get(name) is None else self.number(name)

    def instant(self, name: str) -> datetime:
        return read_instant(self.text(name))

    def instant_or_none(self, name: str) -> Optional[datetime]:
        return None if self.body.get(name) is None else self.instant(name)

    def uuid(self, name: str) -> uuid.UUID:
        try:
            return uuid.UUID(self.text(name))
        except ValueError:
            raise self._wrong(name) from None

    def secret(self, name: str) -> Optional[Secret]:
        text = self.text_or_none(name)
        return None if text is None else Secret(text)

    def texts(self, name: str) -> Tuple[str, ...]:
        value = self.body.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
            raise self._wrong(name)
        return tuple(value)

    def document(self, name: str) -> Mapping[str, Any]:
        value = self.body.get(name)
        if not isinstance(value, dict):
            raise self._wrong(name)
        return value

    def any(self, name: str) -> Any:
        if name not in self.body:
            raise self._wrong(name)
        return self.body[name]

    def members(self, name: str) -> List["Reader"]:
        value = self.body.get(name)
        if not isinstance(value, list):
            raise self._wrong(name)
        return [Reader(member, self.info) for member in value]

    @staticmethod
    def _wrong(name: str) -> ServerError:
        return ServerError(f"the response has no usable member {name}: is the URL that of a Nexus server of this version?")


def session(read: Reader) -> Session:
    return Session(
        chat_id=read.text("chatId"), api_key=read.secret("apiKey"), api_secret=read.secret("apiSecret"), config=read.document("config"),
        version=read.whole("version"), updated_at=read.instant("updatedAt"), unreadable=read.texts("unreadable"), response=read.info)


def saved_session(read: Reader) -> SavedSession:
    return SavedSession(chat_id=read.text("chatId"), version=read.whole("version"), updated_at=read.instant("updatedAt"))


def user(read: Reader) -> User:
    return User(
        chat_id=read.text("chatId"), name=read.text_or_none("name"), role=read.text("role"), expires_at=read.instant_or_none("expiresAt"),
        timezone=read.text("timezone"), telegram_id=read.whole_or_none("telegramId"), groups=read.document("groups"),
        created_at=read.instant("createdAt"), version=read.whole("version"), id=read.whole_or_none("id"), response=read.info)


def access(read: Reader) -> Access:
    return Access(allowed=read.truth("allowed"), role=read.text("role"))


def bot_state(read: Reader) -> BotState:
    return BotState(
        enabled_strategies=read.document("enabledStrategies"), group_config=read.document("groupConfig"),
        disabled_assets=read.texts("disabledAssets"), ai_filter_enabled=read.truth("aiFilterEnabled"), version=read.whole("version"),
        last_updated=read.instant_or_none("lastUpdated"), response=read.info)


def setting(read: Reader) -> Setting:
    return Setting(
        key=read.text("key"), value=read.any("value"), updated_at=read.instant("updatedAt"), updated_by=read.text_or_none("updatedBy"),
        version=read.whole("version"), unreadable=read.texts("unreadable"), response=read.info)


def state_entry(read: Reader) -> StateEntry:
    return StateEntry(
        namespace=read.text("namespace"), key=read.text("key"), value=read.any("value"), version=read.whole("version"),
        updated_at=read.instant("updatedAt"), expires_at=read.instant_or_none("expiresAt"), unreadable=read.texts("unreadable"),
        response=read.info)


def trade(read: Reader, created: Optional[bool] = None) -> Trade:
    return Trade(
        id=read.uuid("id"), chat_id=read.text("chatId"), symbol=read.text("symbol"), side=read.text("side"), strategy=read.text_or_none("strategy"),
        exchange=read.text_or_none("exchange"), entry_price=read.number("entryPrice"), exit_price=read.number_or_none("exitPrice"),
        quantity=read.number("quantity"), leverage=read.whole_or_number("leverage"), entry_timestamp=read.instant("entryTimestamp"),
        exit_timestamp=read.instant_or_none("exitTimestamp"), pnl=read.number_or_none("pnl"), pnl_pct=read.number_or_none("pnlPct"),
        fees=read.number("fees"), slippage=read.number("slippage"), status=read.text("status"), exit_reason=read.text_or_none("exitReason"),
        metadata=read.document("metadata"), version=read.whole("version"), updated_at=read.instant("updatedAt"),
        unreadable=read.texts("unreadable"), remaining_quantity=read.number_or_none("remainingQuantity"), created=created, response=read.info)


def fill(read: Reader) -> Fill:
    return Fill(
        order_id=read.text("orderId"), side=read.text("side"), price=read.number("price"), quantity=read.number("quantity"), fee=read.number("fee"),
        fee_currency=read.text_or_none("feeCurrency"), exchange=read.text_or_none("exchange"), timestamp=read.instant("timestamp"))


def added_fills(read: Reader, created: bool) -> AddedFills:
    return AddedFills(tuple(fill(member) for member in read.members("fills")), trade(Reader(read.any("trade"), read.info)), created)


def fill_list(read: Reader) -> FillList:
    return FillList(
        fills=tuple(fill(member) for member in read.members("fills")), status=read.text("status"), quantity=read.number("quantity"),
        entered_quantity=read.number("enteredQuantity"), exited_quantity=read.number("exitedQuantity"),
        remaining_quantity=read.number("remainingQuantity"))


def task(read: Reader) -> Task:
    schedule = Reader(read.any("schedule"))
    lease = None if read.body.get("lease") is None else Reader(read.any("lease"))
    return Task(
        id=read.uuid("id"), chat_id=read.text("chatId"), action=read.text("action"), params=read.document("params"),
        schedule=TaskSchedule(schedule.text("type"), schedule.text("value"), schedule.text("timezone")), missed=read.text("missed"),
        description=read.text_or_none("description"), job_id=read.text_or_none("jobId"), is_active=read.truth("isActive"),
        next_run=read.instant_or_none("nextRun"), attempts=read.whole("attempts"), last_run=read.instant_or_none("lastRun"),
        last_error=read.text_or_none("lastError"),
        lease=None if lease is None else TaskLease(lease.text("holder"), lease.whole("fence"), lease.instant("until"), lease.instant("due")),
        version=read.whole("version"), created_at=read.instant("createdAt"), updated_at=read.instant("updatedAt"),
        unreadable=read.texts("unreadable"), response=read.info)


def task_completion(read: Reader) -> TaskCompletion:
    return TaskCompletion(read.instant_or_none("nextRun"), read.whole("version"), read.truth("alreadyCompleted"))


def performance(read: Reader) -> Performance:
    return Performance(
        trades=read.whole("trades"), wins=read.whole("wins"), losses=read.whole("losses"), win_rate=read.number("winRate"),
        gross_profit=read.number("grossProfit"), gross_loss=read.number("grossLoss"), profit_factor=read.number_or_none("profitFactor"),
        expectancy=read.number("expectancy"), total_pnl=read.number("totalPnl"), total_fees=read.number("totalFees"),
        max_drawdown=read.number("maxDrawdown"), average_win=read.number_or_none("averageWin"),
        average_loss=read.number_or_none("averageLoss"), expectancy_r=read.number_or_none("expectancyR"),
        sharpe_ratio=read.number_or_none("sharpeRatio"), average_holding_seconds=read.number_or_none("averageHoldingSeconds"),
        average_mae=read.number_or_none("averageMae"), average_mfe=read.number_or_none("averageMfe"),
        groups=tuple(
            (group.text_or_none("name"), performance(Reader(group.any("performance")))) for group in read.members("groups")
        ) if read.body.get("groups") is not None else ())


def equity_point(read: Reader) -> EquityPoint:
    return EquityPoint(
        at=read.instant("at"), trades=read.whole("trades"), pnl=read.number("pnl"), fees=read.number("fees"), equity=read.number("equity"),
        drawdown=read.number("drawdown"), max_drawdown=read.number("maxDrawdown"))


def calibration(read: Reader) -> Calibration:
    return Calibration(
        chat_id=read.text("chatId"), strategy=read.text("strategy"), symbol=read.text_or_none("symbol"), exchange=read.text_or_none("exchange"),
        confidence_threshold=read.number("confidenceThreshold"), leverage_multiplier=read.number("leverageMultiplier"),
        size_multiplier=read.number("sizeMultiplier"), kelly_fraction=read.number("kellyFraction"),
        win_rate_estimate=read.number_or_none("winRateEstimate"), risk_reward_estimate=read.number_or_none("riskRewardEstimate"),
        is_active=read.truth("isActive"), version=read.whole("version"), updated_at=read.instant("updatedAt"), response=read.info)


def api_key(read: Reader) -> ApiKey:
    return ApiKey(
        id=read.text("id"), name=read.text("name"), scopes=read.texts("scopes"), created_at=read.instant("createdAt"), key=read.secret("key"))


def health(read: Reader) -> Health:
    return Health(status=read.text("status"), reasons=read.texts("reasons"))
