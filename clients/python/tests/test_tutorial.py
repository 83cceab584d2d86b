"""The blocks of the tutorial are one program, which does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import start, stop
from test_package import python, run  # noqa: F401  (the fixture with the installed wheel)

DOCUMENTS = Path(__file__).resolve().parents[3] / "docs"


def test_the_program_of_the_tutorial_does_what_it_shows(python, tmp_path):  # noqa: F811
    text = (DOCUMENTS / "tutorials/python.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len(blocks) == 4
    # The server of the other tests knows the chat already.
    process, server = start(tmp_path)
    try:
        output = run(python, "\n".join(blocks), server, tmp_path)
    finally:
        stop(process)
    assert output == "".join(re.findall(r"```text\n(.*?)```", text, re.S))
