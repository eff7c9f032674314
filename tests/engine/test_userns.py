# SPDX-License-Identifier: Apache-2.0
"""Containers of an engine that maps their root to an ordinary user of the host."""

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


def setUpModule():
    flags = ["--userns-remap=65534:65534"]
    with engine.Engine(flags=flags, isolated=True, subids=SUBIDS) as remapped:
        make_root_image(remapped)
        for name, options in CONTAINERS.items():
            remapped.docker("run", "--detach", f"--name={name}", *options, "root-app:1")
        for result in remapped.audit()["results"]:
            results[result["control"], result["subject"]["name"]] = result


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
