"""The wheel, installed into a new environment and used; the examples of the README, run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """An environment with the wheel. httpx comes from the system, so no registry is needed."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info", "tests", ".*"))
    venv.EnvBuilder(system_site_packages=True, with_pip=True).create(folder / "env")
    python = folder / "env" / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "-q"]
    environment = {**os.environ, "PIP_NO_INDEX": "1"}
    for arguments in (["wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source)], ["install", "--no-deps", "--force-reinstall"]):
        if arguments[0] == "install":
            wheel, = folder.glob("nexus_state-*-py3-none-any.whl")
            arguments.append(str(wheel))
        result = subprocess.run(pip + arguments, capture_output=True, text=True, env=environment)
        assert result.returncode == 0, result.stderr
    return python


def run(python: Path, text: str, server, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment.update(NEXUS_URL=server.url, NEXUS_API_KEY=server.key)
    result = subprocess.run([str(python), "-c", text], capture_output=True, text=True, env=environment, cwd=folder, timeout=120)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_installed_wheel_works_and_is_typed(python, server, tmp_path):
    text = """
import json, os, pathlib, nexus_state
with nexus_state.Client(os.environ["NEXUS_URL"], os.environ["NEXUS_API_KEY"]) as client:
    client.users.save(4242, name="Ada", days=30)
    print(json.dumps([client.users.access(4242).role, nexus_state.__file__, (pathlib.Path(nexus_state.__file__).parent / "py.typed").exists()]))
"""
    role, file, typed = json.loads(run(python, text, server, tmp_path))
    assert role == "user" and typed and str(python.parents[1]) in file


def test_the_examples_of_the_readme_run(python, server, tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text(), re.S)
    assert len(blocks) >= 3
    for block in blocks:
        run(python, block, server, tmp_path)


if shutil.which("mypy"):

    def test_types_hold():
        result = subprocess.run(["mypy", "--cache-dir", os.devnull], cwd=PACKAGE, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout


def test_the_source_needs_no_newer_python_than_it_says():
    import ast

    for file in (PACKAGE / "src").rglob("*.py"):
        ast.parse(file.read_text(), feature_version=(3, 9))
    assert sys.version_info >= (3, 9)
