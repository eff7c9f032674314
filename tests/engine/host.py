# SPDX-License-Identifier: Apache-2.0
"""An engine with all containers of containers.py, which several modules of tests use."""

import atexit
import concurrent.futures
import json
import os
import pathlib
import socket

import containers
import engine

PASSWD = b"root:x:0:0::/:\ntoor:x:0:0::/:\napp:x:1000:1000::/:\n"


def free_ports(low, high, count):
    """Ports of this machine that nothing listens on, from `low` up."""
    found = []
    for port in range(low, high):
        if len(found) == count:
            break
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as listener:
            try:
                listener.bind(("::", port))
            except OSError:
                continue
        found.append(port)
    return found


COMMAND = f"CMD {json.dumps(containers.SLEEP)}"


def image_files():
    """What is in most of the images."""
    program = engine.busybox()
    return {
        "bin": None,
        "bin/busybox": program,
        "bin/sh": "busybox",
        "bin/sleep": "busybox",
        "etc": None,
        "etc/passwd": PASSWD,
        "etc/group": b"root:x:0:\napp:x:1000:\n",
        "tmp": None,
        "usr": None,
        "usr/sbin": None,
        "usr/sbin/dropbear": program,
        "usr/sbin/sshd": program,
    }


def make_root_image(of):
    """The image root-app:1, for one engine."""
    of.make_image("root-app:1", image_files(), COMMAND)


def make_images(of):
    """All that the table names, for one engine."""
    files = image_files()
    check = "HEALTHCHECK --interval=1h CMD true"
    make = of.make_image
    make("app:1", files, "USER 1000", COMMAND)
    make("app:latest", files, "USER 1000", COMMAND)
    make("moved:1", files, "USER 1000", COMMAND)
    make("checked:1", files, "USER 1000", COMMAND, check)
    make_root_image(of)
    of.docker("tag", "root-app:1", "root-app:latest")
    make("bare:1", {"busybox": files["bin/busybox"]}, "USER 1000")


class Host:
    """An engine with all containers of the table, and what an audit says of them.

    `report` is the results document, `results` what CIS asks of containers, by name and control.
    """

    def __init__(self, **options):
        self.engine = engine.Engine(
            flags=["--log-level=debug", "--exec-opt=native.cgroupdriver=cgroupfs"], **options
        )
        self.cgroup = f"bulkhead-test-{os.getpid()}-{self.engine.serial}"
        self.started = False

    def start(self):
        """Start once; it is stopped when the tests end."""
        if self.started:
            return
        self.started = True
        atexit.register(self.stop)
        self.engine.start()
        make_images(self.engine)
        self._make_files()
        self._make_containers()
        self._audit()

    def _audit(self):
        before = len(self.engine.log_text())
        self.report = self.engine.audit()
        self.audit_log = self.engine.log_text()[before:]
        self.results = {}
        for result in self.report["results"]:
            is_cis = any(name.startswith("cis-") for name in result["controls"])
            if result["subject"]["kind"] == "container" and is_cis:
                of_one = self.results.setdefault(result["subject"]["name"], {})
                of_one[result["control"]] = result

    def stop(self):
        self.engine.stop()
        for group in pathlib.Path("/sys/fs/cgroup").glob(f"{self.cgroup}*"):
            group.rmdir()
        for group in pathlib.Path("/sys/fs/cgroup").glob(f"*/{self.cgroup}"):
            group.rmdir()

    def _make_files(self):
        directory = self.engine.directory
        profiles = {
            "empty": {},
            "allow-all": {"defaultAction": "SCMP_ACT_ALLOW"},
            "deny-some": {
                "defaultAction": "SCMP_ACT_ALLOW",
                "syscalls": [{"names": ["keyctl"], "action": "SCMP_ACT_ERRNO"}],
            },
        }
        for name, profile in profiles.items():
            (directory / f"{name}.json").write_text(json.dumps(profile), encoding="utf-8")
        for name in ("files/docker.sock-backup", "files/etc", "shared"):
            (directory / name).mkdir(parents=True)
        (directory / "link-to-etc").symlink_to("/etc")
        (directory / "link-to-socket").symlink_to(self.engine.socket)
        engine.run("mknod", directory / "disk", "b", "7", "250")
        engine.run("mknod", directory / "serial", "c", "4", "64")
        engine.run("mount", "--bind", directory / "shared", directory / "shared")
        engine.run("mount", "--make-shared", directory / "shared")
        docker = self.engine.docker
        docker("network", "create", "apps")
        bind = ("-o", "type=none", "-o", "o=bind", "-o", "device=/etc")
        docker("volume", "create", *bind, "etc-in-disguise")

    def _make_containers(self):
        self.values = {
            "directory": self.engine.directory,
            "socket": self.engine.socket,
            "cgroup": self.cgroup,
        }
        for i, port in enumerate(free_ports(18000, 28000, 5), 1):
            self.values[f"port_{i}"] = port
        for i, port in enumerate(free_ports(601, 1023, 2), 1):
            self.values[f"low_port_{i}"] = port
        self._make(containers.Container("hardened", "that is hardened"))
        waiting, there = list(containers.DEVIATIONS), {"hardened"}
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            while waiting:
                ready = [one for one in waiting if there.issuperset(one.after)]
                list(pool.map(self._make, ready))
                there.update(one.name for one in ready)
                waiting = [one for one in waiting if one.name not in there]
        self.engine.docker("tag", "root-app:1", "moved:1")

    def _fill(self, word):
        for name, value in self.values.items():
            word = word.replace("{" + name + "}", str(value))
        return word

    def _make(self, container):
        words = map(self._fill, containers.command(container))
        self.engine.docker(*words)
        for command in container.then:
            self.engine.docker(*(word.replace("{name}", container.name) for word in command))


host = Host()
