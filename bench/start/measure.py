#!/usr/bin/env python3
"""What a start costs: `nexus serve` to its first response, its memory when idle, and `nexus keys generate`.

  bench/start/measure.py [--rounds 6] [--idle 20] [--keys 12] NAME=PROGRAM[,VARIABLE=VALUE...] [...]

PROGRAM is a published program (lib/Nexus.Cli of an archive) or an .dll that dotnet runs. The variants take turns in one run, each on an embedded
store of its own in a temporary folder, so that load of other programs meets them alike. Figures for docs/decisions/0041-start-and-size.md.
"""
import argparse, os, re, shutil, statistics, subprocess, sys, tempfile, threading, time, urllib.request

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("variants", nargs="+")
parser.add_argument("--rounds", type=int, default=6)
parser.add_argument("--keys", type=int, default=12)
parser.add_argument("--idle", type=float, default=20, help="seconds after the first response until memory is read")
options = parser.parse_args()


def variant(text):
    name, _, rest = text.partition("=")
    program, *settings = rest.split(",")
    command = ["dotnet", program] if program.endswith(".dll") else [program]
    return name, command, dict(setting.split("=", 1) for setting in settings)


def seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        found = dict(re.findall(r"^(\w+): +(\d+) kB", file.read(), re.M))
    return int(found["Rss"]) / 1000, int(found["Pss"]) / 1000, (int(found["Private_Dirty"]) + int(found["Private_Clean"])) / 1000


def serve(command, settings, folder):
    shutil.rmtree(folder, ignore_errors=True)
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8", **settings}
    started = time.monotonic()
    process = subprocess.Popen([*command, "serve", "--data", folder, "--urls", "http://127.0.0.1:0"], env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in process.stdout:
            if match := re.match(r"Serving at (http://\S+?)[,\s]", line + " "):
                break
        else:
            sys.exit(f"{command} did not start")
        urllib.request.urlopen(match[1].rstrip("/") + "/health/live").read()
        wall, cpu = time.monotonic() - started, seconds(process.pid)
        threading.Thread(target=lambda: [None for _ in process.stdout], daemon=True).start()
        time.sleep(options.idle)
        return [wall * 1000, cpu * 1000, *memory(process.pid), (seconds(process.pid) - cpu) * 1000]
    finally:
        process.terminate()
        process.wait()


def generate(command, settings):
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **settings}
    before, started = os.times(), time.monotonic()
    subprocess.run([*command, "keys", "generate"], env=environment, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.monotonic() - started, os.times()
    return [wall * 1000, (after.children_user + after.children_system - before.children_user - before.children_system) * 1000]


variants = [variant(text) for text in options.variants]
figures = {name: ([], []) for name, _, _ in variants}
with tempfile.TemporaryDirectory() as work:
    # The first round fills the caches of the disk and does not count.
    for round in range(options.rounds + 1):
        for name, command, settings in variants:
            found = serve(command, settings, os.path.join(work, name))
            if round > 0:
                figures[name][0].append(found)
    for round in range(options.keys + 1):
        for name, command, settings in variants:
            found = generate(command, settings)
            if round > 0:
                figures[name][1].append(found)

print("median (least) | first response: ms | CPU ms | idle: RSS MB | PSS MB | private MB | CPU ms while idle | keys generate: ms | CPU ms")
for name, (starts, keys) in figures.items():
    columns = [*zip(*starts), *zip(*keys)]
    print(" | ".join([name, *(f"{statistics.median(column):.1f} ({min(column):.1f})" for column in columns)]))
