# SPDX-License-Identifier: Apache-2.0
"""Every control of a container, judged on a real engine: see containers.py."""

import unittest

import containers
import engine
from host import host


class Matrix:
    """What holds for the containers of the table on the engine of `host`."""

    host = None
    maxDiff = None

    def judge(self, deviation):
        wrong = []
        hardened = self.host.results["hardened"]
        seen = self.host.results.get(deviation.name, {})
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
        for control, result in self.host.results["hardened"].items():
            allowed = {"pass"}
            if control in containers.NOT_APPLICABLE_IF_HARDENED:
                allowed.add("not-applicable")
            if result["status"] not in allowed:
                wrong.append(f"{control}: {engine.describe(result)}")
        if wrong:
            self.fail("\n".join(["", *wrong]))

    def test_each_is_judged_by_every_control_of_containers(self):
        self.assertEqual(
            sorted(self.host.results),
            sorted(["hardened", *(c.name for c in containers.DEVIATIONS)]),
        )
        self.assertEqual(len(self.host.results["hardened"]), 32)


def add_tests():
    for deviation in containers.DEVIATIONS:

        def test(self, deviation=deviation):
            self.judge(deviation)

        name = f"test_{deviation.what.replace(' ', '_')}_({deviation.name})"
        test.__doc__ = f"A container {deviation.what}"
        setattr(Matrix, name, test)


add_tests()


class Containers(Matrix, unittest.TestCase):
    """A container …"""

    host = host

    @classmethod
    def setUpClass(cls):
        host.start()
