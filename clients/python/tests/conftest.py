"""A real server for the tests: `nexus serve` with the embedded store, on a free port, in a temporary folder."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Coroutine, Iterator, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PACKAGE / "src"))

from nexus_state import AsyncClient, Client  # noqa: E402


def command_line() -> list:
    """The program of this checkout, or the one that NEXUS_CLI names."""
    program = os.environ.get("NEXUS_CLI") or str(ROOT / "src/Nexus.Cli/bin/Release/net10.0/Nexus.Cli.dll")
    if not Path(program).exists():
        raise RuntimeError(f"{program} is missing: build it with dotnet build src/Nexus.Cli -c Release, or name another in NEXUS_CLI")
    return ["dotnet", program] if program.endswith(".dll") else [program]


class Server(NamedTuple):
    url: str
    key: str
    folder: Path

    def __repr__(self) -> str:
        return f"Server({self.url})"

    def client(self, **options: Any) -> Client:
        return Client(self.url, self.key, **options)

    def async_client(self, **options: Any) -> AsyncClient:
        return AsyncClient(self.url, self.key, **options)


def start(folder: Path, *arguments: str) -> "tuple[subprocess.Popen, Server]":
    log = open(folder / "serve.log", "w+")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEXUS_") and name != "DATABASE_URL"}
    process = subprocess.Popen(
        [*command_line(), "serve", "--urls", "http://127.0.0.1:0", "--data", str(folder / "data"), "--no-dashboard", *arguments],
        stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment)
    for _ in range(1200):
        text = (folder / "serve.log").read_text()
        found = re.search(r"^Serving at (http://\S+?),", text, re.M)
        if found:
            return process, Server(found.group(1), (folder / "data" / "admin.key").read_text().strip(), folder)
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"nexus serve did not start:\n{text}")


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        process, serving = start(Path(folder))
        try:
            yield serving
        finally:
            stop(process)


@pytest.fixture()
def client(server: Server) -> Iterator[Client]:
    with server.client() as client:
        yield client


@pytest.fixture(scope="session")
def run() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    return asyncio.run


_chat = [5_000_000]


@pytest.fixture()
def chat() -> int:
    """A chat that no other test uses."""
    _chat[0] += 1
    return _chat[0]
