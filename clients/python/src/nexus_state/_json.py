"""JSON with exact decimals."""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Callable, Dict, List, Optional, Union

from .errors import InvalidError, ServerError
from .secret import Secret

#: A decimal that a caller gives. Floating point is refused, because 0.1 is not a tenth there.
DecimalLike = Union[Decimal, int, str]
JsonObject = Dict[str, Any]


def dump(value: Any) -> bytes:
    """UTF-8 JSON. A ``Decimal`` becomes a number with all its digits, a :class:`Secret` its text."""
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"), default=_unknown).encode("ascii")
    except _NeedsWriter:
        parts: List[str] = []
        _write(value, parts, 0)
        return "".join(parts).encode("ascii")
    except RecursionError:
        raise InvalidError("the document is nested too deeply", code="invalid") from None
    except ValueError as error:
        raise InvalidError(f"the document is not JSON: {error}", code="invalid") from None


def load(text: bytes, parse_float: Callable[[str], Any] = Decimal) -> Any:
    """Reads JSON. Numbers with a fraction or an exponent become ``parse_float`` of their text."""
    return json.loads(text, parse_float=parse_float, parse_constant=_refuse_constant)


def decimal_text(field: str, value: Optional[DecimalLike]) -> Optional[str]:
    """A decimal as the API takes it."""
    if value is None:
        return None
    if isinstance(value, (bool, float)) or not isinstance(value, (Decimal, int, str)):
        raise InvalidError(f"{field}: must be a Decimal, an int or a str, not a {type(value).__name__}", code="invalid", field=field)
    try:
        number = Decimal(value)
    except ArithmeticError:
        raise InvalidError(f"{field}: is not a number", code="invalid", field=field) from None
    if not number.is_finite():
        raise InvalidError(f"{field}: must be finite", code="invalid", field=field)
    if abs(number.adjusted()) > 100:
        raise InvalidError(f"{field}: has too many digits", code="invalid", field=field)
    return format(number, "f")


def instant_text(field: str, value: Optional[datetime]) -> Optional[str]:
    """An instant as the API takes it. A time without a zone is refused: it could mean any of 24 hours."""
    if value is None:
        return None
    if value.tzinfo is None or value.utcoffset() is None:
        raise InvalidError(f"{field}: needs a time zone, such as datetime.now(timezone.utc)", code="invalid", field=field)
    return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def read_instant(text: str) -> datetime:
    """An instant of a response, in UTC. Digits beyond a microsecond, which Python cannot hold, are cut."""
    main = text[:-1] if text.endswith("Z") else text
    offset = "+00:00"
    if not text.endswith("Z") and len(main) > 6 and main[-6] in "+-":
        main, offset = main[:-6], main[-6:]
    if "." in main:
        main, fraction = main.split(".", 1)
        main = f"{main}.{fraction[:6].ljust(6, '0')}"
    try:
        return datetime.fromisoformat(main + offset).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise ServerError("the response has an instant that cannot be read") from None


def floats(value: Any) -> Any:
    """A document whose exact numbers are floating point, for frameworks that expect what ``json.loads`` returns."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: floats(member) for name, member in value.items()}
    return [floats(member) for member in value] if isinstance(value, list) else value


class _NeedsWriter(Exception):
    pass


def _unknown(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Decimal):
        raise _NeedsWriter
    raise InvalidError(f"a {type(value).__name__} is not JSON", code="invalid")


def _write(value: Any, parts: List[str], depth: int) -> None:
    if depth > 900:
        raise InvalidError("the document is nested too deeply", code="invalid")
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise InvalidError("the document has a number that is not finite", code="invalid")
        parts.append(str(value) if abs(value.adjusted()) > 100 else format(value, "f"))
    elif isinstance(value, dict):
        parts.append("{")
        for number, (name, member) in enumerate(value.items()):
            if number:
                parts.append(",")
            # The standard writer decides which names it accepts.
            parts.append(json.dumps({name: 0})[1:-3])
            _write(member, parts, depth + 1)
        parts.append("}")
    elif isinstance(value, (list, tuple)):
        parts.append("[")
        for number, member in enumerate(value):
            if number:
                parts.append(",")
            _write(member, parts, depth + 1)
        parts.append("]")
    else:
        if isinstance(value, float) and not math.isfinite(value):
            raise InvalidError("the document has a number that is not finite", code="invalid")
        parts.append(json.dumps(value, default=_unknown))


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
