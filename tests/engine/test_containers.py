# SPDX-License-Identifier: Apache-2.0
"""Every control of a container, judged on a real engine: see containers.py."""

import concurrent.futures
import json
import os
import pathlib
import socket
import unittest

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


class Host:
    """An engine with all containers of the table, and its audit."""

    def __init__(self):
        self.engine = engine.Engine(
            flags=["--log-level=debug", "--exec-opt=native.cgroupdriver=cgroupfs"]
        )
        self.cgroup = f"bulkhead-test-{os.getpid()}"

    def start(self):
        self.engine.start()
        try:
            self._make_images()
            self._make_files()
            self._make_containers()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        self.engine.stop()
        for group in pathlib.Path("/sys/fs/cgroup").glob(f"{self.cgroup}*"):
            group.rmdir()
        for group in pathlib.Path("/sys/fs/cgroup").glob(f"*/{self.cgroup}"):
            group.rmdir()

    def _make_images(self):
        program = engine.busybox()
        files = {
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
        command = f"CMD {json.dumps(containers.SLEEP)}"
        check = "HEALTHCHECK --interval=1h CMD true"
        make = self.engine.make_image
        make("app:1", files, "USER 1000", command)
        make("app:latest", files, "USER 1000", command)
        make("moved:1", files, "USER 1000", command)
        make("checked:1", files, "USER 1000", command, check)
        make("root-app:1", files, command)
        self.engine.docker("tag", "root-app:1", "root-app:latest")
        make("bare:1", {"busybox": program}, "USER 1000")

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
        self._make_program_move()

    def _make_program_move(self):
        self.engine.docker("tag", "root-app:1", "moved:1")

    def _fill(self, word):
        for name, value in self.values.items():
            word = word.replace("{" + name + "}", str(value))
        return word

    def _make(self, container):
        options = container.options
        if not container.alone:
            options = containers.HARDENED | options
        words = [container.verb, f"--name={container.name}"]
        if container.verb == "run":
            words.append("--detach")
        for name, value in options.items():
            for item in value if isinstance(value, list) else [value]:
                if item is True:
                    words.append(f"--{name}")
                elif item is not None:
                    words.append(f"--{name}={self._fill(item)}")
        words += [container.image, *map(self._fill, container.command)]
        self.engine.docker(*words)
        for command in container.then:
            self.engine.docker(*(word.replace("{name}", container.name) for word in command))


host = Host()


def setUpModule():
    host.start()
    unittest.addModuleCleanup(host.stop)
    host.report = host.engine.audit()
    host.results = {}
    for result in host.report["results"]:
        if result["subject"]["kind"] == "container":
            of_one = host.results.setdefault(result["subject"]["name"], {})
            of_one[result["control"]] = result


class Containers(unittest.TestCase):
    """A container …"""

    maxDiff = None

    def judge(self, deviation):
        wrong = []
        hardened, seen = host.results["hardened"], host.results[deviation.name]
        self.assertEqual(sorted(seen), sorted(hardened), "the controls that judge it")
        self.assertLessEqual(set(deviation.expected), set(seen), "no such control")
        for control, result in seen.items():
            status, severity = self.expect(deviation, control, hardened[control]["status"])
            if status == containers.ANY:
                continue
            if result["status"] != status or severity not in (None, result["severity"]):
                wanted = f"{status} ({severity})" if severity else status
                wrong.append(f"{control}: expected {wanted}, got {engine.describe(result)}")
        if wrong:
            self.fail("\n".join(["", *wrong]))

    @staticmethod
    def expect(deviation, control, hardened):
        status = deviation.expected.get(control, hardened)
        # Where the machine knows no such security module there is nothing to fail.
        if control in ("apparmor-enabled", "selinux-options") and hardened == "not-applicable":
            status = hardened
        return status if isinstance(status, tuple) else (status, None)

    def test_that_is_hardened_passes(self):
        wrong = []
        for control, result in host.results["hardened"].items():
            allowed = {"pass"}
            if control in containers.NOT_APPLICABLE_IF_HARDENED:
                allowed.add("not-applicable")
            if result["status"] not in allowed:
                wrong.append(f"{control}: {engine.describe(result)}")
        if wrong:
            self.fail("\n".join(["", *wrong]))

    def test_each_is_judged_by_every_control_of_containers(self):
        self.assertEqual(
            sorted(host.results), sorted(["hardened", *(c.name for c in containers.DEVIATIONS)])
        )
        self.assertEqual(len(host.results["hardened"]), 32)


def add_tests():
    for deviation in containers.DEVIATIONS:

        def test(self, deviation=deviation):
            self.judge(deviation)

        name = f"test_{deviation.what.replace(' ', '_')}_({deviation.name})"
        test.__doc__ = f"A container {deviation.what}"
        setattr(Containers, name, test)


add_tests()
