# SPDX-License-Identifier: Apache-2.0
"""A Docker Engine that an ordinary user runs, who exists only for it."""

import os
import shutil
import subprocess

import engine

UID = 65300
SUBIDS = "alice:400000:65536\n"
# Of some that lead to root he is a neighbour only.
GROUPS = f"root:x:0:\nsudo:x:27:malice,alicex\nvideo:x:44:alice\nalice:x:{UID}:\n"
SCRIPT = "/usr/share/docker.io/contrib/dockerd-rootless.sh"
TUN = (10, 200)
TOOLS = ("rootlesskit", "slirp4netns", "newuidmap", "setpriv")


def lacking():
    """What a rootless engine needs and is not here."""
    return next((tool for tool in (*TOOLS, SCRIPT) if not shutil.which(tool)), None)


class Engine(engine.Engine):
    """As dockerd-rootless.sh starts it.

    In a mount namespace that knows its user, with his ranges of ids, and lets him use /dev/net/tun.
    """

    def _launch(self):
        for name in ("data", "home"):
            (self.directory / name).mkdir()
        for name in ("data", "home", "run"):
            os.chown(self.directory / name, UID, UID)
        passwd = f"root:x:0:0::/root:/bin/sh\nalice:x:{UID}:{UID}::{self.directory}/home:/bin/sh\n"
        engine.run("mknod", "--mode=666", self.directory / "tun", "c", *TUN)
        replaced = {
            "/etc/passwd": self._write("passwd", passwd),
            "/etc/group": self._write("group", GROUPS),
            "/etc/subuid": self._write("subuid", SUBIDS),
            "/etc/subgid": self._write("subgid", SUBIDS),
            "/dev/net/tun": self.directory / "tun",
        }
        script = "".join(f"mount --bind {ours} {path} && " for path, ours in replaced.items())
        flags = ["--iptables=false", "--bridge=none", *self.flags]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [
                    *("unshare", "--mount", "sh", "-c", script + 'exec "$@"', "sh"),
                    *("setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups"),
                    *("--inh-caps=-all", SCRIPT, f"--data-root={self.directory}/data", *flags),
                ],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={
                    "HOME": f"{self.directory}/home",
                    "PATH": self.path,
                    "XDG_RUNTIME_DIR": f"{self.directory}/run",
                },
                start_new_session=True,
            )

    def _write(self, name, text):
        path = self.directory / name
        path.write_text(text, encoding="ascii")
        return path
