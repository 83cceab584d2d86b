"""Client of Nexus, the state engine of a trading bot."""

from ._async.client import AsyncClient
from ._ids import new_trade_id
from ._request import KEEP
from ._sync.client import Client
from .errors import (
    AccessDeniedError,
    AmbiguousError,
    ConflictError,
    InvalidError,
    LimitError,
    NexusError,
    NotFoundError,
    ServerError,
    StateError,
    UnavailableError,
    UnknownOutcomeError,
)
from .locks import AsyncLocks
from .models import (
    Access,
    ApiKey,
    BotState,
    Calibration,
    Change,
    EquityPoint,
    Health,
    Performance,
    Recipient,
    ResponseInfo,
    SavedSession,
    Session,
    Setting,
    StateEntry,
    Task,
    TaskCompletion,
    TaskLease,
    TaskSchedule,
    AddedFills,
    Fill,
    FillList,
    Trade,
    TradeBatch,
    TradeRefusal,
    User,
)
from .secret import Secret

__version__ = "0.1.0"

__all__ = [
    "KEEP", "Access", "AccessDeniedError", "AmbiguousError", "ApiKey", "AsyncClient", "AsyncLocks", "BotState", "Calibration", "Change", "Client", "ConflictError", "EquityPoint", "Health",
    "InvalidError", "LimitError", "Recipient", "TradeRefusal", "NexusError", "NotFoundError", "Performance", "ResponseInfo", "SavedSession", "Secret",
    "ServerError", "Session", "Setting", "StateEntry", "StateError", "Task", "TaskCompletion", "TaskLease",
    "TaskSchedule", "AddedFills", "Fill", "FillList", "Trade", "TradeBatch", "UnavailableError", "UnknownOutcomeError", "User",
    "new_trade_id",
]
