#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What does it cost to merge the results of 1,000 hosts with 50 containers each?

Audits a few hosts that differ, and saves their results; 1,000 names are linked to these files, so
that 1,000 documents are read, from memory, without filling a disk. Merges two of them, 100 and all,
into text, JSON and JUnit at once, and prints memory and CPU time. Memory is compared with that of
two hosts, CPU time with that of Python's json module, in C as well, which only reads the same
documents. Needs no engine; BULKHEAD names the program.
"""

import copy
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "engine"))
import engine as engines  # noqa: E402

HOSTS = 1000
DISTINCT = 20
CONTAINERS = 50
MOST_MEMORY = 2.0  # times that of two hosts
MOST_TIME = 3.0  # times that of reading the documents in Python

BASE = pathlib.Path(__file__).resolve().parent.parent / "checks" / "base" / "hardened.json"
FORMATS = ("text", "json", "junit")


def make_host(number):
    """Each has other containers that are privileged, or without a limit."""
    host = json.loads(BASE.read_text(encoding="utf-8"))
    inspect, process = host["engine"]["containers"][0], host["processes"][0]
    host["host"]["hostname"] = f"host-{number:04}"
    host["engine"]["containers"], host["processes"] = [], []
    for index in range(CONTAINERS):
        one, its = copy.deepcopy(inspect), copy.deepcopy(process)
        one["Id"] = its["container"] = f"{number * CONTAINERS + index:064x}"
        one["Name"] = f"/app-{index}"
        its["pid"] = str(10000 + index)
        one["HostConfig"]["Privileged"] = index < number
        one["HostConfig"]["Memory"] = 0 if index % (number + 2) == 0 else 1 << 28
        host["engine"]["containers"].append(one)
        host["processes"].append(its)
    return host


def save(directory, number):
    snapshot, results = directory / "snapshot.json", directory / f"saved-{number}.json"
    snapshot.write_text(json.dumps(make_host(number)), encoding="utf-8")
    command = (os.environ["BULKHEAD"], "audit", f"--snapshot={snapshot}", f"--format=json={results}")
    engines.run(*command, check=False)
    return results


def measure(*command):
    """CPU seconds and peak KiB."""
    launcher = pathlib.Path(__file__).with_name("measure.py")
    done = engines.run(sys.executable, "-I", "-S", launcher, *command, timeout=1800)
    _, cpu, memory = map(float, done.stdout.split())
    return cpu, memory


def merge(directory, files):
    formats = [f"--format={name}={directory / name}" for name in FORMATS]
    return measure(os.environ["BULKHEAD"], "report", *formats, *map(str, files))


def read_in_python(files):
    script = "import json, sys\nfor name in sys.argv[1:]: json.load(open(name, encoding='utf-8'))"
    return measure(sys.executable, "-I", "-S", "-c", script, *map(str, files))[0] / len(files)


def main():
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        saved = [save(directory, number) for number in range(DISTINCT)]
        files = [directory / f"host-{number:04}.json" for number in range(HOSTS)]
        for number, file in enumerate(files):
            file.hardlink_to(saved[number % DISTINCT])
        size = sum(file.stat().st_size for file in saved) / len(saved) / 1e6
        python = read_in_python(saved) * 1000
        costs = {n: merge(directory, files[:n]) for n in (2, 100, HOSTS)}
        fleet = json.loads((directory / "json").read_text(encoding="utf-8"))
    merged = costs[HOSTS][0] / HOSTS * 1000
    memory, time = costs[HOSTS][1] / costs[2][1], merged / python
    print(f"hosts      {HOSTS} of {CONTAINERS} containers, {size:.1f} MB of results each")
    for n, (cpu, peak) in costs.items():
        print(f"{n:5} hosts {peak / 1024:6.1f} MiB, {cpu:.2f} s of CPU")
    print(f"memory     {memory:.2f} times that of two hosts (at most {MOST_MEMORY})")
    print(f"time       {merged:.1f} ms of CPU for a host, {time:.2f} times the {python:.1f} ms "
          f"of Python's json.load alone (at most {MOST_TIME})")
    whole = fleet["summary"]["hosts"] == HOSTS == len(fleet["hosts"])
    return 0 if memory <= MOST_MEMORY and time <= MOST_TIME and whole else 1


sys.exit(main())
