"""The clients behind the legacy functions."""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from typing import Any, Dict, Optional

from ._async.client import AsyncClient
from ._sync.client import Client

_settings: Dict[str, Any] = {}
_lock = threading.Lock()
_sync: Optional[Client] = None
_async: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncClient]" = weakref.WeakKeyDictionary()


def configure(url: Optional[str] = None, api_key: Optional[str] = None, **options: Any) -> None:
    """Names the server. Default: NEXUS_URL (``http://127.0.0.1:8080``) and NEXUS_API_KEY; the key needs the scopes bot, secrets and admin.

    :param options: further options of :class:`nexus_state.Client`.
    """
    global _sync
    with _lock:
        _settings.clear()
        _settings.update({**({} if url is None else {"url": url}), **({} if api_key is None else {"api_key": api_key}), **options})
        _sync = None
        _async.clear()


def sync_client() -> Client:
    global _sync
    with _lock:
        if _sync is None:
            _sync = Client(**_options())
        return _sync


def async_client() -> AsyncClient:
    """The client of the running event loop: connections cannot be shared among loops."""
    loop = asyncio.get_running_loop()
    with _lock:
        if loop not in _async:
            _async[loop] = AsyncClient(**_options())
        return _async[loop]


def _options() -> Dict[str, Any]:
    # The legacy computes with floating point.
    return {
        "url": os.environ.get("NEXUS_URL", "http://127.0.0.1:8080"), "api_key": os.environ.get("NEXUS_API_KEY", ""), "parse_float": float,
        "allow_http": os.environ.get("NEXUS_ALLOW_HTTP") == "1", **_settings,
    }
