# SPDX-License-Identifier: Apache-2.0
"""Podman in the place of a Docker Engine."""

import unittest

import engine
import podman
from host import make_root_image

HOST = ("--network=host",)
CONTAINERS = {
    "plain": (),
    "user": ("--user=1000",),
    "limited": ("--memory=64m", "--pids-limit=50", "--cpus=0.5"),
    "hardened": ("--cap-drop=all", "--read-only", "--security-opt=no-new-privileges"),
    "sys-admin": ("--cap-add=SYS_ADMIN",),
    "unconfined": ("--security-opt=seccomp=unconfined",),
    "etc": ("--volume=/etc:/x",),
    "socket": ("--volume={socket}:/run/nothing.sock:ro",),
    "net-host": HOST,
    "pid-host": ("--pid=host",),
    "mapped": ("--uidmap=0:500000:1000", "--gidmap=0:500000:1000"),
    "unlimited": ("--pids-limit=-1",),
}

results = {}
reports = []


def setUpModule():
    lacking = podman.lacking()
    if lacking:
        engine.give_up(f"{lacking} is not installed")
    with podman.Engine() as one:
        make_root_image(one)
        for name, options in CONTAINERS.items():
            options = [option.replace("{socket}", str(one.socket)) for option in options]
            network = () if HOST[0] in options else ("--network=none",)
            one.podman(
                *("run", "--detach", f"--name={name}", *network, *one.LIMITS, *options),
                "root-app:1",
            )
        reports.append(one.audit())
    for result in reports[0]["results"]:
        results[result["control"], result["subject"]["name"]] = result


class Podman(unittest.TestCase):
    """On Podman …"""

    def expect(self, control, name, status, severity=None):
        result = results[control, name]
        self.assertEqual(result["status"], status, engine.describe(result))
        if severity:
            self.assertEqual(result["severity"], severity, engine.describe(result))

    def expect_each(self, control, **differences):
        """`plain` says of all that are not named."""
        for name in CONTAINERS:
            wanted = differences.get(name.replace("-", "_"), differences["plain"])
            self.expect(control, name, *((wanted,) if isinstance(wanted, str) else wanted))

    def test_the_report_says_that_it_is_Podman(self):
        target = reports[0]["scan"]["target"]
        self.assertIn("Podman", target["engine"])
        self.assertTrue(target["engine_version"], target)

    def test_root_and_users_are_told_apart(self):
        self.expect_each(
            "image-non-root-user",
            plain=("fail", "high"),
            user="pass",
            mapped=("fail", "medium"),
        )

    def test_capabilities_are_those_of_the_kernel(self):
        # Its default set is smaller than Docker's.
        self.expect_each("capabilities-restricted", plain="pass", sys_admin=("fail", "critical"))

    def test_namespaces_of_the_host_are_seen(self):
        self.expect_each("no-host-network", plain="pass", net_host="fail")
        self.expect_each("no-host-pid", plain="pass", pid_host="fail")
        self.expect_each("no-host-ipc", plain="pass")

    def test_a_user_namespace_of_a_container_alone_is_seen(self):
        self.expect_each("no-host-userns", plain="not-applicable", mapped="pass")

    def test_limits_are_seen(self):
        self.expect_each("memory-limit", plain="fail", limited="pass")
        self.expect_each("cpu-limit", plain="fail", limited="pass")

    def test_the_limit_of_processes_that_it_sets_itself_counts(self):
        self.expect_each("pids-limit", plain="pass", unlimited="fail")

    def test_mounts_are_seen(self):
        self.expect_each("no-sensitive-host-mounts", plain="pass", etc=("fail", "critical"))
        self.expect_each("no-docker-socket-mount", plain="pass", socket=("fail", "critical"))

    def test_filters_and_flags_are_seen(self):
        self.expect_each("seccomp-enabled", plain="pass", unconfined="fail")
        self.expect_each("no-new-privileges", plain="fail", hardened="pass")
        self.expect_each("readonly-rootfs", plain="fail", hardened="pass")

    def test_ulimits_may_be_those_of_its_configuration(self):
        self.expect_each("ulimit-override", plain="unknown")
        self.assertIn("containers.conf", results["ulimit-override", "plain"]["hint"])

    def test_what_it_does_not_have_is_not_applicable(self):
        for control in ("live-restore", "experimental-off", "authorization-plugin"):
            self.expect(control, "Podman Engine", "not-applicable")

    def test_what_it_does_not_say_is_unknown(self):
        for control in ("default-ulimit", "log-level-info", "remote-logging"):
            self.expect(control, "Podman Engine", "unknown")

    def test_its_socket_is_not_called_that_of_Docker(self):
        self.expect("tls-authentication", "Podman Engine", "pass")
        result = results["tls-authentication", "Podman Engine"]
        self.assertNotIn("/var/run/docker.sock", engine.describe(result))

    def test_each_container_is_judged_by_every_control(self):
        def controls(name):
            return {control for control, subject in results if subject == name}

        self.assertIn("image-non-root-user", controls("plain"))
        for name in CONTAINERS:
            self.assertEqual(controls(name), controls("plain"), name)
