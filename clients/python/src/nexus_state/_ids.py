"""Ids of trades."""

from __future__ import annotations

import os
import time
import uuid


def new_trade_id() -> uuid.UUID:
    """A version 7 UUID: the present time in milliseconds and 74 random bits (RFC 9562)."""
    return uuid.UUID(int=_version_7(time.time_ns() // 1_000_000, os.urandom(10)))


def _version_7(milliseconds: int, random: bytes) -> int:
    bits = int.from_bytes(random, "big")
    number = (milliseconds & (1 << 48) - 1) << 80 | bits
    number = number & ~(0xF << 76) | 0x7 << 76
    return number & ~(0x3 << 62) | 0x2 << 62
