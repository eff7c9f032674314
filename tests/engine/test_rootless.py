# SPDX-License-Identifier: Apache-2.0
"""An engine without root, audited by root and by the user that runs it."""

import unittest

import engine
import rootless
from host import make_root_image

CONTAINERS = {
    "plain": (),
    "user": ("--user=1000",),
    "limited": ("--memory=64m", "--pids-limit=10", "--cpus=0.5"),
    "privileged": ("--privileged",),
    "sys-admin": ("--cap-add=SYS_ADMIN",),
    "etc": ("--volume=/etc:/x",),
    "socket": ("--volume={socket}:/s",),
    "net-host": ("--network=host",),
}
AUDITORS = {"root": None, "its user": rootless.UID}

reports = {}


def setUpModule():
    lacking = rootless.lacking()
    if lacking:
        engine.give_up(f"{lacking} is not installed")
    with rootless.Engine() as one:
        make_root_image(one)
        for name, options in CONTAINERS.items():
            options = [option.replace("{socket}", str(one.socket)) for option in options]
            one.docker("run", "--detach", f"--name={name}", *options, "root-app:1")
        for auditor, uid in AUDITORS.items():
            reports[auditor] = one.audit(user=uid)
        groups = one.directory / "group"
        groups.write_text(rootless.GROUPS.replace("malice", "bob,alice"), encoding="ascii")
        reports["in sudo"] = one.audit("--control=rootless-user-without-power")


def results_of(report):
    return {(r["control"], r["subject"]["name"]): r for r in report["results"]}


class Rootless(unittest.TestCase):
    """Where the engine is rootless, …"""

    def expect(self, control, name, status, severity=None):
        """Whoever audits."""
        for auditor in AUDITORS:
            report = reports[auditor]
            result = results_of(report)[control, name]
            said = f"{auditor} sees {engine.describe(result)}"
            self.assertEqual(result["status"], status, said)
            if severity:
                self.assertEqual(result["severity"], severity, said)

    def test_the_report_says_so(self):
        for report in reports.values():
            self.assertTrue(report["scan"]["target"]["rootless"])

    def test_the_controls_that_ask_for_it_pass(self):
        self.expect("daemon-rootless", "Docker Engine", "pass")
        self.expect("userns-remap", "Docker Engine", "pass")
        for name in CONTAINERS:
            self.expect("no-host-userns", name, "pass")

    def test_its_user_counts_by_his_groups(self):
        name = "rootless-user-without-power"
        self.expect(name, "Docker Engine", "pass")
        result = results_of(reports["in sudo"])[name, "Docker Engine"]
        self.assertEqual((result["status"], result["severity"]), ("fail", "high"))
        self.assertIn("user alice is in the group sudo", result["message"])

    def test_root_weighs_less(self):
        self.expect("image-non-root-user", "plain", "fail", "medium")
        self.expect("image-non-root-user", "root-app:1", "fail", "medium")
        self.expect("image-non-root-user", "user", "pass")

    def test_privilege_weighs_less(self):
        self.expect("not-privileged", "privileged", "fail", "high")
        self.expect("capabilities-restricted", "sys-admin", "fail", "high")
        self.expect("not-privileged", "plain", "pass")

    def test_mounts_weigh_less(self):
        self.expect("no-sensitive-host-mounts", "etc", "fail", "high")
        self.expect("no-docker-socket-mount", "socket", "fail", "high")
        self.expect("no-docker-socket-mount", "plain", "pass")

    def test_the_host_network_is_that_of_the_engine(self):
        self.expect("no-host-network", "net-host", "fail", "medium")
        self.expect("no-host-network", "plain", "pass")

    def test_limits_without_control_groups_are_none(self):
        for auditor in AUDITORS:
            result = results_of(reports[auditor])["memory-limit", "limited"]
            self.assertEqual(result["status"], "fail", engine.describe(result))

    def test_its_user_sees_of_containers_what_root_sees(self):
        def verdicts(report):
            return {
                (r["control"], r["subject"]["name"]): (r["status"], r["severity"])
                for r in report["results"]
                if r["subject"]["kind"] in ("container", "image", "engine")
            }

        mine, roots = verdicts(reports["its user"]), verdicts(reports["root"])
        self.assertEqual(mine.keys(), roots.keys())
        for key, verdict in mine.items():
            with self.subTest(key):
                # Whose processes entered a container, only root can tell.
                if key[0] == "no-outside-processes":
                    self.assertEqual(verdict[0], "unknown")
                else:
                    self.assertEqual(verdict, roots[key])
