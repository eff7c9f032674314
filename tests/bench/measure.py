#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Run a command and print its wall and CPU seconds and its peak KiB.

Linux counts for a process what its parent held when it started it. So this is a program of its own,
and imports little: run it with -I -S.
"""

import os
import sys
import time

null = os.open(os.devnull, os.O_RDWR)
started = time.monotonic()
pid = os.posix_spawn(
    sys.argv[1],
    sys.argv[1:],
    os.environ,
    file_actions=[(os.POSIX_SPAWN_DUP2, null, stream) for stream in range(3)],
)
_, status, usage = os.wait4(pid, 0)
wall = time.monotonic() - started
if os.waitstatus_to_exitcode(status) not in (0, 1, 3):
    sys.exit(f"{sys.argv[1]} ended with {os.waitstatus_to_exitcode(status)}")
print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
