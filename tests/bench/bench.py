#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How fast is an audit, against curl that fetches the same documents over the same socket?

Starts a private Docker Engine with many running containers (200, or the first argument), then runs
in turn, so that a machine that slows down slows down both:

  - bulkhead: a whole audit with everything it reads and judges, and its text report;
  - curl: the same URLs, kept-alive connections, four in parallel, everything thrown away.

Prints the median wall time of each and their ratio, bulkhead's own CPU time for each container, and
its peak memory. Needs root, dockerd and curl.
"""

import concurrent.futures
import os
import pathlib
import re
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "engine"))
import engine as engines  # noqa: E402

RUNS = 9
JOBS = 4
MOST_WALL_RATIO = 1.5
MOST_CPU_MS = 0.5
MOST_MEMORY_KIB = (16 * 1024, 40)  # and so much more for each container


def measure(command):
    """Wall seconds, CPU seconds and peak KiB of one process."""
    launcher = pathlib.Path(__file__).with_name("measure.py")
    done = engines.run(sys.executable, "-I", "-S", launcher, *command)
    return [float(number) for number in done.stdout.split()]


def start_containers(engine, number):
    """Like the containers of a host: limits, fewer capabilities, labels, a mount."""
    busybox = {"bin": None, "bin/busybox": engines.busybox(), "bin/sleep": "busybox"}
    engine.make_image("web:1", busybox, "USER 1000")

    def start(i):
        engine.docker(
            "run", "--detach", f"--name=web-{i}", "--network=none", "--memory=32m", "--cpus=0.5",
            "--cap-drop=ALL", f"--label=com.docker.compose.project=shop{i % 7}",
            "--label=com.docker.compose.service=web", "--env=MODE=production",
            "--volume=/etc/hostname:/etc/where:ro", "web:1", "/bin/sleep", "100000",
        )  # fmt: skip

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(start, range(number)))


def switch_debug(engine, on):
    engine.write_config('{"debug": true}' if on else "{}")
    engine.reload()


def paths_of(engine, audit):
    """What an audit asks for, in its order: as the engine's own log tells it."""
    switch_debug(engine, True)
    before = len(engine.log_text())
    measure(audit)
    paths = re.findall(r'msg="Calling GET ([^"]+)"', engine.log_text()[before:])
    switch_debug(engine, False)
    return paths


def curl_command(engine, paths):
    config = engine.directory / "curl.conf"
    config.write_text(
        "".join(f'url = "http://docker{path}"\noutput = "/dev/null"\n' for path in paths),
        encoding="utf-8",
    )
    return [
        "/usr/bin/curl", "--silent", "--fail", "--unix-socket", str(engine.socket),
        "--parallel", "--parallel-max", str(JOBS), "--config", str(config),
    ]  # fmt: skip


def compare(engine, number):
    """Pairs of measurements, bulkhead's and curl's."""
    print(f"starting {number} containers ...", flush=True)
    start_containers(engine, number)
    endpoint = f"unix://{engine.socket}"
    audit = [os.environ["BULKHEAD"], "audit", "--host", endpoint, "--jobs", str(JOBS)]
    paths = paths_of(engine, audit)
    if sum("/containers/" in path and "?" not in path for path in paths) != number:
        raise RuntimeError(f"not each of {number} containers was inspected once: {paths}")
    curl = curl_command(engine, paths)
    return [(measure(audit), measure(curl)) for _ in range(RUNS)]


def median(runs, column):
    return statistics.median(run[column] for run in runs)


def show(what, value, limit):
    print(f"{what:<34}{value:>12}   at most {limit}")


def main():
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with engines.Engine() as engine:
        pairs = compare(engine, number)
    ours = [pair[0] for pair in pairs]
    theirs = [pair[1] for pair in pairs]
    wall = statistics.median(a[0] / b[0] for a, b in pairs)
    cpu = statistics.median(a[1] / b[1] for a, b in pairs)
    memory = MOST_MEMORY_KIB[0] + MOST_MEMORY_KIB[1] * number
    print(f"{number} running containers, medians of {RUNS} runs in turn with curl")
    print(f"wall time: bulkhead {median(ours, 0) * 1000:.0f} ms, curl {median(theirs, 0) * 1000:.0f} ms")
    show("wall time, bulkhead / curl", f"{wall:.2f}", MOST_WALL_RATIO)
    show("own CPU for each container", f"{median(ours, 1) * 1000 / number:.3f} ms", f"{MOST_CPU_MS} ms")
    show("own CPU, bulkhead / curl", f"{cpu:.2f}", "-")
    show("peak memory", f"{median(ours, 2):.0f} KiB", f"{memory} KiB")


if __name__ == "__main__":
    main()
