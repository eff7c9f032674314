#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What does it cost to find the ways out of 2,000 containers with 20,000 steps between them?

Makes two snapshots that differ in one thing: in one the containers can reach, see and enter each
other, in the other each is for itself. Audits both in turn and prints the CPU time of each, the
difference, which is the price of the paths, and their ratio. The results must be the same bytes on
every run. Needs no engine; BULKHEAD names the program.
"""

import copy
import json
import os
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "engine"))
import engine as engines  # noqa: E402

RUNS = 7
CONTAINERS = 2000
NETWORKS_EACH = 10
NETWORKS = 200
VIEWERS = 20
SOCKETS = 10
MOST_CPU_MS = 200

BASE = pathlib.Path(__file__).resolve().parent.parent / "checks" / "base" / "hardened.json"
DEFAULT = "00000000a80425fb"


def status(pid):
    caps = "".join(f"{name}:\t{DEFAULT}\n" for name in ("CapPrm", "CapEff", "CapBnd"))
    zero = "".join(f"{name}:\t{'0' * 16}\n" for name in ("CapInh", "CapAmb"))
    return (
        "Name:\tapp\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t0\n"
        f"NSpid:\t{pid}\t1\n{caps}{zero}NoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n"
    )


def bind(inspect, process, source, destination, line):
    inspect["Mounts"] = [
        {"Type": "bind", "Source": source, "Destination": destination, "RW": False}
    ]
    process["mountinfo"] += line


def make_host(joined):
    """A host of containers as Docker makes them by default, joined to each other or not."""
    host = json.loads(BASE.read_text(encoding="utf-8"))
    inspect, process = host["engine"]["containers"][0], host["processes"][0]
    host["engine"]["containers"], host["processes"] = [], []
    for number in range(CONTAINERS):
        one, its = copy.deepcopy(inspect), copy.deepcopy(process)
        one["Id"] = its["container"] = f"{number:064x}"
        one["Name"] = f"/app-{number}"
        one["Config"]["User"] = ""
        one["HostConfig"]["CapDrop"] = []
        its["pid"], its["status"] = str(10000 + number), status(10000 + number)
        its["namespaces"]["pid"] = str(5000000000 + number)
        names = range(number, number + NETWORKS_EACH) if joined else []
        one["NetworkSettings"]["Networks"] = {
            f"net-{name % NETWORKS}": {"NetworkID": f"{name % NETWORKS:064x}"} for name in names
        }
        if number < SOCKETS:
            line = "140 112 254:0 /run/docker.sock /run/docker.sock ro - ext4 /dev/vda rw\n"
            bind(one, its, "/run/docker.sock", "/run/docker.sock", line)
        elif joined and number < SOCKETS + VIEWERS:
            bind(one, its, "/proc", "/hostproc", "140 112 0:21 / /hostproc ro - proc proc rw\n")
        host["engine"]["containers"].append(one)
        host["processes"].append(its)
    return host


def cpu_of(snapshot, output):
    launcher = pathlib.Path(__file__).with_name("measure.py")
    command = [
        *(os.environ["BULKHEAD"], "audit", f"--snapshot={snapshot}", "--allow-incomplete"),
        *("--control=no-path-to-host-root", "--fail-on=none", f"--format=json={output}"),
    ]
    done = engines.run(sys.executable, "-I", "-S", launcher, *command)
    return float(done.stdout.split()[1]) * 1000


def main():
    seconds = {True: [], False: []}
    outputs = set()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        for joined in seconds:
            text = json.dumps(make_host(joined))
            (directory / f"{joined}.json").write_text(text, encoding="utf-8")
        for _ in range(RUNS):
            for joined, times in seconds.items():
                output = directory / "results.json"
                times.append(cpu_of(directory / f"{joined}.json", output))
                if joined:
                    outputs.add(output.read_bytes())
    joined, alone = (statistics.median(seconds[key]) for key in (True, False))
    paths = json.loads(outputs.copy().pop())["attack_paths"]
    price = joined - alone
    print(f"containers      {CONTAINERS}, {CONTAINERS * NETWORKS_EACH} memberships of networks")
    print(f"paths           {len(paths)}")
    print(f"joined          {joined:.0f} ms of CPU for the whole audit")
    print(f"each for itself {alone:.0f} ms")
    print(f"price           {price:.0f} ms (at most {MOST_CPU_MS}), ratio {joined / alone:.2f}")
    print(f"outputs         {len(outputs)} different (1)")
    # Whoever is on a network with a socket's holder, or with one that sees its processes.
    near = SOCKETS + VIEWERS + 2 * (NETWORKS_EACH - 1)
    found = len(paths) == near * CONTAINERS // NETWORKS
    return 0 if price <= MOST_CPU_MS and len(outputs) == 1 and found else 1


sys.exit(main())
