# SPDX-License-Identifier: Apache-2.0
"""Controls of the host, judged on prepared trees under --root, each with its wrong twin.

No engine runs in them: what a host without one says of its files.
"""

import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile
import unittest

ACCOUNTS = {
    "passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n",
    "group": "root:x:0:\nstaff:x:50:\ndocker:x:998:\nwheel:x:997:\nalice:x:1000:\n",
}
UNITS = "usr/lib/systemd/system"
DROP_IN = "etc/systemd/system/docker.service.d/proxy.conf"
REGISTRY = "etc/docker/certs.d/registry.example:5000"
SOCKET_UNIT = "[Socket]\nListenStream=/run/docker.sock\nSocketMode=0660\nSocketGroup=docker\n"

ACL_USER_OBJ, ACL_USER, ACL_GROUP_OBJ, ACL_MASK, ACL_OTHER = 1, 2, 4, 16, 32
NO_ID = 0xFFFFFFFF


class Tree:
    """The files of a host that are as they should be, below a directory."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-tree-"))
        self.root.chmod(0o755)
        for name, text in ACCOUNTS.items():
            self.file(f"etc/{name}", text=text)
        self.file(f"{UNITS}/docker.service", text="[Service]\nExecStart=/usr/bin/dockerd\n")
        self.file(f"{UNITS}/docker.socket", text=SOCKET_UNIT)
        self.file(DROP_IN, text="[Service]\nEnvironment=HTTP_PROXY=http://192.0.2.1\n")
        for program in ("dockerd", "containerd", "runc"):
            self.file(f"usr/bin/{program}", mode=0o755)
        self.file("etc/docker/daemon.json", text="{}\n")
        self.file("etc/default/docker")
        self.file("etc/sysconfig/docker")
        self.file(f"{REGISTRY}/ca.crt", mode=0o444)
        self.file(f"{REGISTRY}/client.cert", mode=0o444)
        self.file(f"{REGISTRY}/client.key", mode=0o400)
        self.socket("run/docker.sock", group=998)
        self.socket("run/containerd/containerd.sock")
        self.link("var/run", "/run")
        self.link("lib", "usr/lib")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def path(self, name):
        return self.root / name

    def _parents(self, name):
        for parent in reversed(pathlib.PurePath(name).parents):
            if not self.path(parent).is_dir():
                self.path(parent).mkdir(mode=0o755)
                self.path(parent).chmod(0o755)

    def file(self, name, text="", mode=0o644):
        self._parents(name)
        self.path(name).write_text(text, encoding="utf-8")
        self.mode(name, mode)

    def directory(self, name, mode=0o755):
        self._parents(f"{name}/x")
        self.mode(name, mode)

    def link(self, name, target):
        self._parents(name)
        self.path(name).symlink_to(target)

    def socket(self, name, group=0):
        self._parents(name)
        with socket.socket(socket.AF_UNIX) as one, _inside(self.path(name).parent):
            one.bind(self.path(name).name)
        self.mode(name, 0o660)
        self.own(name, 0, group)

    def mode(self, name, mode):
        self.path(name).chmod(mode)

    def own(self, name, user, group=0):
        os.chown(self.path(name), user, group)

    def acl(self, name, user, rights):
        """As `setfacl -m u:USER:RIGHTS` would."""
        mode = self.path(name).stat().st_mode
        entries = (
            (ACL_USER_OBJ, mode >> 6 & 7, NO_ID),
            (ACL_USER, rights, user),
            (ACL_GROUP_OBJ, mode >> 3 & 7, NO_ID),
            (ACL_MASK, mode >> 3 & 7 | rights, NO_ID),
            (ACL_OTHER, mode & 7, NO_ID),
        )
        value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *one) for one in entries)
        os.setxattr(self.path(name), "system.posix_acl_access", value)

    def audit(self):
        """{(control, subject): result}"""
        command = (os.environ["BULKHEAD"], "audit", "--root", self.root, "--format=json")
        options = ("--section=daemon-files", "--allow-incomplete", "--fail-on=none")
        done = subprocess.run(
            [*command, *options],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
            env={"PATH": os.environ["PATH"]},
        )
        results = json.loads(done.stdout)["results"]
        return {(one["control"], one["subject"]["name"]): one for one in results}


class _inside:
    """A socket's path has room for 108 bytes only."""

    def __init__(self, directory):
        self.directory = directory

    def __enter__(self):
        self.before = os.getcwd()
        os.chdir(self.directory)

    def __exit__(self, *_):
        os.chdir(self.before)


# What is wrong, and what is then said of which file, where the right tree passes: the control, the
# file, its message.
TWINS = {
    "a unit of a user": (
        lambda tree: tree.own(f"{UNITS}/docker.service", 1000),
        ("docker-service-owner", f"/{UNITS}/docker.service", "is 0644 alice:root, not root:root"),
    ),
    "a unit that everybody may write, and a decimal comparison lets through": (
        lambda tree: tree.mode(f"{UNITS}/docker.service", 0o602),
        ("docker-service-mode", f"/{UNITS}/docker.service", "is 0602 root:root, at most 0644"),
    ),
    "a drop-in that everybody may write": (
        lambda tree: tree.mode(DROP_IN, 0o666),
        ("docker-service-mode", f"/{DROP_IN}", "is 0666 root:root, at most 0644"),
    ),
    "a drop-in of a user": (
        lambda tree: tree.own(DROP_IN, 1000),
        ("docker-service-owner", f"/{DROP_IN}", "is 0644 alice:root"),
    ),
    "a directory of units that a group may write": (
        lambda tree: (tree.mode(UNITS, 0o775), tree.own(UNITS, 0, 50)),
        ("docker-service-mode", f"/{UNITS}/docker.service", "group staff may write to /usr/lib/"),
        ("docker-socket-unit-mode", f"/{UNITS}/docker.socket", "group staff may write to /usr/"),
    ),
    "a unit of the socket that a group may write": (
        lambda tree: tree.mode(f"{UNITS}/docker.socket", 0o664),
        ("docker-socket-unit-mode", f"/{UNITS}/docker.socket", "is 0664 root:root"),
    ),
    "a unit of the socket of a user": (
        lambda tree: tree.own(f"{UNITS}/docker.socket", 1000, 1000),
        ("docker-socket-unit-owner", f"/{UNITS}/docker.socket", "is 0644 alice:alice"),
    ),
    "/etc/default of a user": (
        lambda tree: tree.own("etc/default", 1000),
        ("etc-default-docker-owner", "/etc/default/docker", "/etc/default belongs to alice"),
    ),
    "/etc/default/docker that everybody may write": (
        lambda tree: tree.mode("etc/default/docker", 0o646),
        ("etc-default-docker-mode", "/etc/default/docker", "is 0646 root:root, at most 0644"),
    ),
    "/etc/sysconfig/docker of a user": (
        lambda tree: tree.own("etc/sysconfig/docker", 1000),
        ("etc-sysconfig-docker-owner", "/etc/sysconfig/docker", "is 0644 alice:root"),
    ),
    "/etc/sysconfig/docker that everybody may write": (
        lambda tree: tree.mode("etc/sysconfig/docker", 0o577),
        ("etc-sysconfig-docker-mode", "/etc/sysconfig/docker", "is 0577 root:root"),
    ),
    "daemon.json of a user": (
        lambda tree: tree.own("etc/docker/daemon.json", 1000),
        ("daemon-json-owner", "/etc/docker/daemon.json", "is 0644 alice:root, not root:root"),
    ),
    "daemon.json that everybody may write": (
        lambda tree: tree.mode("etc/docker/daemon.json", 0o666),
        ("daemon-json-mode", "/etc/docker/daemon.json", "is 0666 root:root, at most 0644"),
    ),
    "daemon.json that an ACL gives to a user": (
        lambda tree: tree.acl("etc/docker/daemon.json", 1000, 6),
        ("daemon-json-mode", "/etc/docker/daemon.json", "its ACL lets user 1000 write to it"),
    ),
    "a certificate of a registry that everybody may write": (
        lambda tree: tree.mode(f"{REGISTRY}/ca.crt", 0o666),
        ("registry-certs-mode", f"/{REGISTRY}/ca.crt", "is 0666 root:root, at most 0444"),
    ),
    "a client's key that others may read": (
        lambda tree: tree.mode(f"{REGISTRY}/client.key", 0o444),
        ("registry-certs-mode", f"/{REGISTRY}/client.key", "is 0444 root:root, at most 0400"),
    ),
    "a client's key of a user": (
        lambda tree: tree.own(f"{REGISTRY}/client.key", 1000),
        ("registry-certs-owner", f"/{REGISTRY}/client.key", "is 0400 alice:root"),
    ),
    "a socket that everybody may write": (
        lambda tree: tree.mode("run/docker.sock", 0o606),
        ("api-socket-mode", "/var/run/docker.sock", "is 0606 root:docker, at most 0660"),
    ),
    "a socket that an ACL gives to a user": (
        lambda tree: tree.acl("run/docker.sock", 1000, 6),
        ("api-socket-mode", "/var/run/docker.sock", "its ACL lets user 1000 write to it"),
    ),
    "a socket of another group": (
        lambda tree: tree.own("run/docker.sock", 0, 50),
        ("api-socket-owner", "/var/run/docker.sock", "is 0660 root:staff, not root:root or "),
    ),
    "containerd's socket of the docker group": (
        lambda tree: tree.own("run/containerd/containerd.sock", 0, 998),
        ("containerd-socket-owner", "/run/containerd/containerd.sock", "is 0660 root:docker, not"),
    ),
    "containerd's socket that everybody may write": (
        lambda tree: tree.mode("run/containerd/containerd.sock", 0o666),
        ("containerd-socket-mode", "/run/containerd/containerd.sock", "is 0666 root:root"),
    ),
    "a runtime that its group may write": (
        lambda tree: tree.mode("usr/bin/runc", 0o775),
        ("engine-programs-mode", "/usr/bin/runc", "is 0775 root:root"),
    ),
    "an engine of a user": (
        lambda tree: tree.own("usr/bin/dockerd", 1000),
        ("engine-programs-owner", "/usr/bin/dockerd", "alice"),
    ),
    "/etc/docker that is a link into a directory of a user": (
        lambda tree: (
            tree.directory("home/alice"),
            tree.own("home/alice", 1000),
            tree.path("etc/docker").rename(tree.path("home/alice/docker")),
            tree.link("etc/docker", "/home/alice/docker"),
        ),
        ("etc-docker-owner", "/etc/docker", "/home/alice belongs to alice"),
        ("daemon-json-owner", "/etc/docker/daemon.json", "/home/alice belongs to alice"),
        *(
            ("registry-certs-owner", f"/{name}", "/home/alice belongs to alice")
            for name in (
                "etc/docker/certs.d",
                REGISTRY,
                f"{REGISTRY}/ca.crt",
                f"{REGISTRY}/client.cert",
                f"{REGISTRY}/client.key",
            )
        ),
    ),
}

# What is different and still right.
ALIKE = {
    "stricter modes": lambda tree: (
        tree.mode("etc/docker/daemon.json", 0o600),
        tree.mode(f"{UNITS}/docker.service", 0o640),
        tree.mode("run/docker.sock", 0o600),
    ),
    "a socket of root alone": lambda tree: tree.own("run/docker.sock", 0, 0),
    "a socket of the group that a drop-in names": lambda tree: (
        tree.file("etc/systemd/system/docker.socket.d/group.conf", "[Socket]\nSocketGroup=wheel\n"),
        tree.own("run/docker.sock", 0, 997),
    ),
    "an ACL of root": lambda tree: tree.acl("etc/docker/daemon.json", 0, 6),
    "a sticky directory": lambda tree: tree.mode("run", 0o1777),
    "a unit that is a link": lambda tree: (
        tree.path(f"{UNITS}/docker.service").rename(tree.path("usr/lib/docker.service")),
        tree.link(f"{UNITS}/docker.service", "../../docker.service"),
    ),
}


@unittest.skipIf(os.geteuid() != 0, "only root may give files away")
class Trees(unittest.TestCase):
    """Files of a host …"""

    def failed(self, results):
        return {key: one for key, one in results.items() if one["status"] == "fail"}

    def test_that_are_right_pass(self):
        with Tree() as tree:
            results = tree.audit()
        self.assertEqual(self.failed(results), {})
        passed = {control for control, name in results if results[control, name]["status"] == "pass"}
        tls = {control for control, _ in results if control.startswith("tls-")}
        self.assertEqual(passed | tls, {control for control, _ in results})
        self.assertEqual(len(passed), 20)

    def test_that_are_wrong_fail_and_nothing_else_does(self):
        for name, (spoil, *expected) in TWINS.items():
            with self.subTest(name), Tree() as tree:
                spoil(tree)
                failed = self.failed(tree.audit())
                self.assertEqual(set(failed), {(control, path) for control, path, _ in expected})
                for control, path, message in expected:
                    self.assertIn(message, failed[control, path]["message"])

    def test_that_are_different_but_right_pass(self):
        for name, change in ALIKE.items():
            with self.subTest(name), Tree() as tree:
                change(tree)
                self.assertEqual(self.failed(tree.audit()), {})

    def test_that_are_not_there_are_not_applicable(self):
        with Tree() as tree:
            for name in ("etc/docker", "etc/default", "etc/sysconfig", "usr", "run", "etc/systemd"):
                shutil.rmtree(tree.path(name))
            results = tree.audit()
        self.assertEqual({one["status"] for one in results.values()}, {"not-applicable"})
        message = results["daemon-json-mode", "/etc/docker/daemon.json"]["message"]
        self.assertEqual(message, "/etc/docker/daemon.json does not exist")

    def test_that_are_masked_units_are_not_applicable(self):
        with Tree() as tree:
            tree.link("etc/systemd/system/docker.service", "/dev/null")
            tree.file("dev/null")
            results = tree.audit()
        name = "/etc/systemd/system/docker.service"
        self.assertEqual(results["docker-service-mode", name]["status"], "not-applicable")
        self.assertIn("is masked", results["docker-service-mode", name]["message"])
