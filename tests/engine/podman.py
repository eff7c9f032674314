# SPDX-License-Identifier: Apache-2.0
"""Podman, which serves the API of a Docker Engine."""

import shutil
import subprocess

import engine


def lacking():
    """What is not here of what it needs."""
    return next((tool for tool in ("podman", "runc") if not shutil.which(tool)), None)


class Engine(engine.Engine):
    """`podman system service` with all that belongs to it below one directory.

    Containers are to have --network=none or host, so that nothing of the machine's network changes.
    """

    # Its own defaults may be more than this machine may give.
    LIMITS = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000")

    def _launch(self):
        self.command = [
            *("podman", f"--root={self.directory}/data", f"--runroot={self.directory}/state"),
            *(f"--tmpdir={self.directory}/tmp", "--cgroup-manager=cgroupfs", "--runtime=runc"),
            *("--events-backend=file", *self.flags),
        ]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [*self.command, "system", "service", "--time=0", f"unix://{self.socket}"],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def podman(self, *arguments, **options):
        return engine.run(*self.command, *arguments, **options)

    def _remove_containers(self):
        self.podman("rm", "--all", "--force", "--time=0", check=False)
        return []
