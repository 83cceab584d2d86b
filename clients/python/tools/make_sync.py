"""Makes the synchronous client from the asynchronous one: python3 tools/make_sync.py writes it, --check tells whether it is current."""

from __future__ import annotations

import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "nexus_state"
NOTE = "# Made by tools/make_sync.py from the asynchronous module of the same name: change that one.\n"

WORDS = [
    (r"\basync_client\b", "sync_client"),
    (r"\basync def\b", "def"),
    (r"\basync for\b", "for"),
    (r"\basync with\b", "with"),
    (r"\bawait ", ""),
    (r"\bimport asyncio\b", "import time"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bhttpx\.Async(Client|BaseTransport)\b", r"httpx.\1"),
    (r"\bAsync([A-Z]\w*)\b", r"\1"),
    (r"\ba(close|read|iter_lines)\b", r"\1"),
    (r"__a(enter|exit)__", r"__\1__"),
    (r"\bThe asynchronous\b", "The synchronous"),
    (r"nexus_state\._async\b", "nexus_state._sync"),
]


def made(text: str) -> str:
    for word, replacement in WORDS:
        text = re.sub(word, replacement, text)
    return NOTE + text


def main() -> int:
    check = "--check" in sys.argv
    stale = []
    for source in sorted((PACKAGE / "_async").glob("*.py")):
        target = PACKAGE / "_sync" / source.name
        text = made(source.read_text())
        if check:
            if not target.exists() or target.read_text() != text:
                stale.append(target.name)
        else:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text)
    if stale:
        print(f"not current, run tools/make_sync.py: {', '.join(stale)}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
