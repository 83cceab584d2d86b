"""Rewrites NuGet packages so that the same content gives the same bytes: names, order and times that NuGet draws at random are replaced."""

import hashlib
import os
import re
import sys
import time
import zipfile

CORE = "package/services/metadata/core-properties/"


def repack(path, epoch):
    with zipfile.ZipFile(path) as package:
        files = {name: package.read(name) for name in package.namelist() if not name.endswith("/")}
    for name in [name for name in files if name.startswith(CORE)]:
        # Part of a name that is new each time, in the file's own name and where it is referred to.
        random = name[len(CORE):].removesuffix(".psmdcp")
        content = files.pop(name)
        fixed = hashlib.sha256(content).hexdigest()[:32]
        files[name.replace(random, fixed)] = content
        files["_rels/.rels"] = files["_rels/.rels"].replace(random.encode(), fixed.encode())
    relations = iter(range(1, 1000))
    files["_rels/.rels"] = re.sub(rb'Id="[^"]*"', lambda _: b'Id="R%d"' % next(relations), files["_rels/.rels"])
    moment = time.gmtime(max(epoch, 315532800))[:6]
    draft = path + ".draft"
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, files[name])
    os.replace(draft, path)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: repack.py SOURCE_DATE_EPOCH PACKAGE…")
    for file in sys.argv[2:]:
        repack(file, int(sys.argv[1]))
