# SPDX-License-Identifier: Apache-2.0
"""Several engines on one host, and one that is elsewhere."""

import json
import unittest

import elsewhere
import engine
from host import make_root_image

# The same names, so that only what they really are can tell them apart.
STRICT = {"web": ("--pids-limit=50", "--network=none"), "db": ("--user=1000",)}
LAX = {"web": ("--pid=host",), "db": ("--privileged",)}


def start(of, containers):
    make_root_image(of)
    for name, options in containers.items():
        of.docker("run", "--detach", f"--name={name}", *options, "root-app:1")


def results_of(report):
    return {(r["control"], r["subject"]["name"]): r for r in report["results"]}


class TwoEngines(unittest.TestCase):
    """Of two engines on one host …"""

    @classmethod
    def setUpClass(cls):
        cls.strict = engine.Engine(flags=["--live-restore", "--log-level=info"])
        cls.lax = engine.Engine(flags=["--log-level=debug"])
        for one, containers in ((cls.strict, STRICT), (cls.lax, LAX)):
            cls.addClassCleanup(one.stop)
            one.start()
            start(one, containers)

    def expect(self, of, control, name, status):
        result = results_of(of.audit())[control, name]
        self.assertEqual(result["status"], status, engine.describe(result))

    def test_each_is_seen_with_its_own_settings(self):
        for control in ("live-restore", "log-level-info"):
            self.expect(self.strict, control, "Docker Engine", "pass")
            self.expect(self.lax, control, "Docker Engine", "fail")

    def test_each_is_seen_with_its_own_containers(self):
        for control, name in (
            ("no-host-pid", "web"),
            ("not-privileged", "db"),
            ("image-non-root-user", "db"),
        ):
            self.expect(self.strict, control, name, "pass")
            self.expect(self.lax, control, name, "fail")

    def test_each_is_seen_with_its_own_processes(self):
        snapshots = []
        for one in (self.strict, self.lax):
            snapshot = json.loads(one.bulkhead(command="collect").stdout)
            ids = one.docker("ps", "--quiet", "--no-trunc").stdout.split()
            self.assertEqual({p["container"] for p in snapshot["processes"]}, set(ids))
            self.assertEqual(snapshot["daemon"]["pid"], str(one.process.pid))
            snapshots.append(snapshot)
        pids = [{p["pid"] for p in snapshot["processes"]} for snapshot in snapshots]
        self.assertEqual(pids[0] & pids[1], set())


class Elsewhere(unittest.TestCase):
    """Of an engine that is not on this host …"""

    @classmethod
    def setUpClass(cls):
        cls.engine = elsewhere.Engine()
        cls.addClassCleanup(cls.engine.stop)
        cls.engine.start()
        start(cls.engine, LAX | {"plain": ("--network=none", "--user=1000")})
        cls.report = cls.engine.audit()
        cls.results = results_of(cls.report)

    def expect(self, control, name, status):
        result = self.results[control, name]
        self.assertEqual(result["status"], status, engine.describe(result))

    def test_the_audit_says_why_it_is_taken_for_one(self):
        problems = {p["source"]: p for p in self.report["scan"]["problems"]}
        self.assertIn(self.engine.endpoint, problems["engine"]["reason"])
        self.assertTrue(problems["engine"]["hint"])

    def test_the_host_is_not_judged(self):
        for result in self.report["results"]:
            if result["subject"]["kind"] in ("host", "file"):
                self.assertIn(
                    result["status"], ("not-applicable", "manual"), engine.describe(result)
                )

    def test_containers_are_judged_by_what_was_declared(self):
        self.expect("no-host-pid", "web", "fail")
        self.expect("not-privileged", "db", "fail")
        self.expect("no-host-pid", "plain", "pass")
        self.expect("image-non-root-user", "plain", "pass")
        self.expect("image-non-root-user", "web", "fail")

    def test_no_evidence_is_of_the_kernel_here(self):
        for result in self.report["results"]:
            for item in result["evidence"]:
                self.assertNotEqual(item["source"], "kernel", engine.describe(result))

    def test_what_its_process_alone_says_is_unknown(self):
        self.expect("log-level-info", "Docker Engine", "unknown")
        self.expect("default-ulimit", "Docker Engine", "unknown")

    def test_the_open_endpoint_is_the_worst(self):
        self.expect("tls-authentication", "Docker Engine", "fail")
