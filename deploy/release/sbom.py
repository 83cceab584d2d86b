"""Prints the components of the program as CycloneDX 1.5: https://cyclonedx.org/docs/1.5/json.

Versions and hashes come from the lock file of the program, licences from the packages that were restored. The same sources give the same bytes.
"""

import base64
import datetime
import json
import os
import pathlib
import sys
import uuid
import xml.etree.ElementTree as ET


def licence_of(packages, name, version):
    """The licence that the package declares, or none."""
    try:
        text = (packages / name.lower() / version / f"{name.lower()}.nuspec").read_text(encoding="utf-8-sig")
        metadata = next(node for node in ET.fromstring(text) if node.tag.endswith("metadata"))
    except (OSError, ET.ParseError, StopIteration):
        return None
    for node in metadata:
        if node.tag.endswith("}license") or node.tag == "license":
            return {"expression": node.text.strip()} if node.get("type") == "expression" else {"license": {"name": node.text.strip()}}
    # Older packages name only the address of their licence.
    address = next((node.text.strip() for node in metadata if node.tag.endswith("licenseUrl") and node.text), None)
    return {"license": {"name": "at the address", "url": address}} if address else None


def reference(name, version):
    return f"pkg:nuget/{name}@{version}"


def frameworks(configuration):
    """The parts of .NET that the program brings along."""
    included = json.loads(pathlib.Path(configuration).read_text(encoding="utf-8"))["runtimeOptions"]["includedFrameworks"]
    return [
        {"type": "framework", "bom-ref": reference(part["name"], part["version"]), "name": part["name"], "version": part["version"],
         "licenses": [{"expression": "MIT"}]}
        for part in sorted(included, key=lambda part: part["name"])
    ]


def main(sources, version, epoch, configuration):
    sources = pathlib.Path(sources)
    packages = pathlib.Path(os.environ.get("NUGET_PACKAGES") or pathlib.Path.home() / ".nuget" / "packages")
    lock = json.loads((sources / "src" / "Nexus.Cli" / "packages.lock.json").read_text(encoding="utf-8"))
    entries = {}
    for framework in lock["dependencies"].values():
        for name, entry in framework.items():
            # Projects are parts of the program; the build's own packages are not in it.
            if entry["type"] != "Project" and "contentHash" in entry and not is_build_only(name):
                entries[name] = entry
    components = frameworks(configuration)
    dependencies = [{"ref": part["bom-ref"], "dependsOn": []} for part in components]
    for name in sorted(entries, key=str.lower):
        entry = entries[name]
        component = {
            "type": "library",
            "bom-ref": reference(name, entry["resolved"]),
            "name": name,
            "version": entry["resolved"],
            "purl": reference(name, entry["resolved"]),
            "hashes": [{"alg": "SHA-512", "content": base64.b64decode(entry["contentHash"]).hex()}],
        }
        licence = licence_of(packages, name, entry["resolved"])
        if licence:
            component["licenses"] = [licence]
        components.append(component)
        dependencies.append({
            "ref": component["bom-ref"],
            "dependsOn": sorted(reference(other, entries[other]["resolved"]) for other in entry.get("dependencies", {}) if other in entries),
        })
    root = f"pkg:generic/nexus@{version}"
    dependencies.insert(0, {"ref": root, "dependsOn": sorted(component["bom-ref"] for component in components)})
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([version, components], sort_keys=True))),
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "bom-ref": root, "name": "nexus", "version": version, "licenses": [{"expression": "MIT"}]},
        },
        "components": components,
        "dependencies": dependencies,
    }
    json.dump(document, sys.stdout, indent=2, ensure_ascii=True)
    sys.stdout.write("\n")


def is_build_only(name):
    return name.lower() in BUILD_ONLY


BUILD_ONLY = {
    "meziantou.analyzer",
    "microsoft.codeanalysis.bannedapianalyzers",
    "microsoft.codeanalysis.publicapianalyzers",
    "microsoft.visualstudio.threading.analyzers",
    "microsoft.sourcelink.github",
}

if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: sbom.py SOURCES VERSION SOURCE_DATE_EPOCH RUNTIMECONFIG")
    main(*sys.argv[1:])
