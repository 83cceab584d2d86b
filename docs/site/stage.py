"""Copies the documents of the project for Sphinx, in the same folders, so that the links between them hold.

Links to other files lead to the repository. The page index.md has the sections of docs/README.md as its navigation.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

REPOSITORY = "https://github.com/nexus-state/nexus"
SKIPPED = {".git", "bin", "obj", "out", "data", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts", "src", "tests", "bench", "samples"}
PICTURES = {".png", ".svg"}
LINK = re.compile(r"\]\((?P<target>[^()\s]+)\)")
FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2 *$", re.MULTILINE | re.DOTALL)


def main(root: Path, target: Path) -> None:
    files = sorted(find(root))
    staged = set(files)
    for file in files:
        copy = target / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".md":
            copy.write_text(with_links(root, file, staged), encoding="utf-8")
        else:
            shutil.copyfile(root / file, copy)
    (target / "index.md").write_text(index(root, files), encoding="utf-8")


def find(root: Path):
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.startswith(".")]
        place = Path(folder).relative_to(root)
        for name in names:
            file = place / name
            if file.suffix == ".md" or (file.suffix in PICTURES and place.parts[:1] == ("docs",)):
                yield file


def with_links(root: Path, file: Path, staged: set[Path]) -> str:
    """The text with links that Sphinx can follow; code stays as it is."""
    text = (root / file).read_text(encoding="utf-8")
    parts, last = [], 0
    for code in FENCE.finditer(text):
        parts += [LINK.sub(lambda match: relink(root, file, staged, match), text[last : code.start()]), code.group()]
        last = code.end()
    parts.append(LINK.sub(lambda match: relink(root, file, staged, match), text[last:]))
    return "".join(parts)


def relink(root: Path, file: Path, staged: set[Path], match: re.Match[str]) -> str:
    path, _, anchor = match["target"].partition("#")
    if not path or "://" in path or path.startswith("mailto:"):
        return match.group()
    target = Path(os.path.normpath(file.parent / path))
    if target in staged:
        return match.group()
    kind = "tree" if (root / target).is_dir() else "blob"
    return f"]({REPOSITORY}/{kind}/main/{target}{'#' + anchor if anchor else ''})"


def index(root: Path, files: list[Path]) -> str:
    """docs/README.md as the first page, with a list of pages for each of its sections and for everything that it does not name."""
    text = (root / "docs/README.md").read_text(encoding="utf-8")
    body = LINK.sub(lambda match: match.group() if "://" in match["target"] else f"](docs/{match['target']})", text)
    body = body.replace("# Documents", "# Nexus", 1)
    named: set[str] = {"README", "docs/README"}
    lists = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        pages = [page_of(link["target"]) for link in LINK.finditer(section) if not link["target"].startswith("es/")]
        lists.append(toctree(section.split("\n", 1)[0], [page for page in dict.fromkeys(pages) if page not in named]))
        named.update(pages)
    others = [str(file.with_suffix("")) for file in files if file.suffix == ".md"]
    for caption, prefix in (("En español", "docs/es/"), ("Decisions", "docs/decisions/"), ("Checks of the audit", "docs/audit/"), ("Project", "")):
        pages = [page for page in others if page.startswith(prefix) and page not in named]
        lists.append(toctree(caption, pages))
        named.update(pages)
    lists.append(toctree("Start", ["README", "docs/README"]))
    return body + "\n" + "\n".join(lists)


def page_of(link: str) -> str:
    return os.path.normpath(Path("docs") / link.split("#")[0]).removesuffix(".md")


def toctree(caption: str, pages: list[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", ":maxdepth: 1", f":caption: {caption}", "", *pages, "```", ""])


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
