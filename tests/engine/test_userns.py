# SPDX-License-Identifier: Apache-2.0
"""Containers of an engine that maps their root to an ordinary user of the host."""

import os
import unittest

import engine
from configurations import SUBIDS
from host import make_root_image

CONTAINERS = {
    "mapped": (),
    "mapped-bind": ("--volume=/etc:/x",),
    "unmapped": ("--userns=host",),
}

results = {}
overlapping = []  # what is said once another account has an id of the range, too


def setUpModule():
    flags = ["--userns-remap=65534:65534"]
    with engine.Engine(flags=flags, isolated=True, subids=SUBIDS) as remapped:
        make_root_image(remapped)
        for name, options in CONTAINERS.items():
            remapped.docker("run", "--detach", f"--name={name}", *options, "root-app:1")
        for result in remapped.audit()["results"]:
            results[result["control"], result["subject"]["name"]] = result
        with open(remapped.directory / "subids", "a", encoding="ascii") as subids:
            subids.write("bin:165535:65536\n")
        overlapping.extend(remapped.audit("--control=subordinate-ids-apart")["results"])


class UserNamespaces(unittest.TestCase):
    """Where the engine maps users, …"""

    def expect(self, control, name, status, severity=None):
        result = results[control, name]
        self.assertEqual(result["status"], status, engine.describe(result))
        if severity:
            self.assertEqual(result["severity"], severity, engine.describe(result))

    def test_a_container_is_in_its_user_namespace(self):
        self.expect("no-host-userns", "mapped", "pass")

    def test_a_container_with_userns_host_is_not(self):
        self.expect("no-host-userns", "unmapped", "fail")

    def test_its_users_are_nobody_else(self):
        self.expect("container-users-apart", "mapped", "pass")
        self.expect("container-users-apart", "unmapped", "not-applicable")

    def test_it_leaves_no_setuid_programs(self):
        self.expect("no-setuid-on-host-directories", "mapped-bind", "pass")
        self.expect("no-setuid-on-host-directories", "unmapped", "pass")

    def test_root_weighs_less(self):
        self.expect("image-non-root-user", "mapped", "fail", "medium")

    def test_root_weighs_as_ever_in_a_container_that_opts_out(self):
        self.expect("image-non-root-user", "unmapped", "fail", "high")

    def test_a_mount_of_the_host_weighs_less(self):
        self.expect("no-sensitive-host-mounts", "mapped-bind", "fail", "high")

    def test_its_ids_are_no_other_accounts(self):
        """The same account by its number is not another one, and a group is none."""
        name = next(name for control, name in results if control == "subordinate-ids-apart")
        self.expect("subordinate-ids-apart", name, "pass")
        for result in overlapping:
            self.assertEqual((result["status"], result["severity"]), ("fail", "low"))
            self.assertIn("nobody and bin from 165535 on (/etc/subuid)", result["message"])
        self.assertEqual(len(overlapping), 1)

    def test_control_groups_that_the_engine_leaves_writable_are_the_hosts_for_who_opts_out(self):
        """The engine gives up read-only ones where it maps users, and does so for all."""
        self.expect("control-groups-read-only", "mapped", "pass")
        if os.path.isdir("/sys/fs/cgroup/memory"):
            self.expect("control-groups-read-only", "unmapped", "fail", "high")
