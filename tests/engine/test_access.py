# SPDX-License-Identifier: Apache-2.0
"""Who audits, and how: as an ordinary user, without an engine, from a snapshot, in every format."""

import collections
import json
import os
import re
import tempfile
import unittest
import xml.etree.ElementTree

import engine
from host import host

NOBODY = 65534
GROUP = 65500  # of the socket
FORMATS = ("text", "json", "junit")

# Controls that may pass for an ordinary user on what was declared, though root sees them fail: the
# control, and why. None so far.
DECLARED_ONLY = {}


def setUpModule():
    host.start()


def without_scan(report):
    return {key: value for key, value in report.items() if key != "scan"}


def statuses(report):
    return collections.Counter(result["status"] for result in report["results"])


class AnOrdinaryUser(unittest.TestCase):
    """An ordinary user in the group of the socket …"""

    @classmethod
    def setUpClass(cls):
        os.chown(host.engine.socket, 0, GROUP)
        os.chmod(host.engine.socket, 0o660)
        cls.done = host.engine.bulkhead(
            *("--format", "json", "--fail-on", "none"), user=NOBODY, groups=[GROUP]
        )
        cls.report = json.loads(cls.done.stdout)

    def test_gets_an_incomplete_audit_and_exit_status_3(self):
        self.assertEqual(self.done.returncode, 3, self.done.stderr)
        self.assertGreater(statuses(self.report)["unknown"], 0)
        self.assertFalse(self.report["scan"]["complete"])

    def test_gets_1_where_there_are_findings(self):
        done = host.engine.bulkhead(user=NOBODY, groups=[GROUP])
        self.assertEqual(done.returncode, 1, done.stderr)

    def test_is_told_what_would_help(self):
        hints = [problem.get("hint") for problem in self.report["scan"]["problems"]]
        self.assertTrue(any(hints), self.report["scan"]["problems"])

    def test_is_told_why_of_everything_unknown(self):
        for result in self.report["results"]:
            if result["status"] == "unknown":
                self.assertTrue(result["message"], result)

    def test_gets_results_of_the_same_controls_and_subjects(self):
        # Which files there are, only root can tell.
        def names(report):
            return sorted(
                (r["control"], r["subject"]["name"])
                for r in report["results"]
                if r["section"] != "daemon-files"
            )

        self.assertEqual(names(self.report), names(host.report))

    def test_never_sees_a_pass_where_root_sees_a_failure(self):
        seen = {}
        for result in self.report["results"]:
            seen[result["control"], result["subject"]["name"]] = result
        wrong = []
        for result in host.report["results"]:
            mine = seen.get((result["control"], result["subject"]["name"]), {"status": "unknown"})
            if result["status"] != "fail" or mine["status"] in ("fail", "unknown"):
                continue
            if result["control"] not in DECLARED_ONLY:
                wrong.append(
                    f"{result['control']} of {result['subject']['name']}:\n"
                    f"  root: {engine.describe(result)}\n  user: {engine.describe(mine)}"
                )
        if wrong:
            self.fail("\n".join(["", *wrong]))


    def test_is_told_by_the_doctor_what_is_unknown(self):
        done = host.engine.bulkhead(user=NOBODY, groups=[GROUP], command="doctor")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertRegex(done.stdout, "(?m)^limited +processes of containers")
        self.assertIn("CAP_SYS_PTRACE", done.stdout)
        for result in self.report["results"]:
            if result["status"] == "unknown":
                self.assertIn(result["control"], done.stdout)

    def test_sees_with_three_capabilities_what_root_sees(self):
        capabilities = ["sys_ptrace", "dac_read_search", "audit_control"]
        options = {"user": NOBODY, "groups": [GROUP], "capabilities": capabilities}
        done = host.engine.bulkhead(command="doctor", **options)
        as_root = host.engine.bulkhead(command="doctor")
        self.assertEqual(done.returncode, as_root.returncode, done.stdout)
        seen = json.loads(host.engine.bulkhead("--format", "json", **options).stdout)
        # The socket, whose group these tests change, is judged with the host and its files.
        of_containers = [r for r in host.report["results"] if r["section"] == "runtime"]
        self.assertEqual([r for r in seen["results"] if r["section"] == "runtime"], of_containers)


class WithoutAnEngine(unittest.TestCase):
    """An audit that reaches no engine …"""

    def check_nothing_is_judged(self, done, *words):
        self.assertEqual(done.returncode, 3, done.stderr)
        report = json.loads(done.stdout)
        self.assertGreater(statuses(report)["unknown"], 0)
        for result in report["results"]:
            if result["section"] in ("daemon", "runtime"):
                self.assertEqual(result["status"], "unknown", engine.describe(result))
        said = " ".join(
            " ".join(filter(None, problem.values() if isinstance(problem, dict) else [problem]))
            for problem in report["scan"]["problems"]
            if not problem.get("note")
        )
        for word in words:
            self.assertIn(word.lower(), (done.stderr + said).lower())

    def test_for_want_of_rights_says_so(self):
        os.chmod(host.engine.socket, 0o660)
        done = host.engine.bulkhead("--format=json", "--fail-on=none", user=NOBODY)
        self.check_nothing_is_judged(done, "permission denied", "docker.sock")

    def test_for_want_of_a_socket_says_so(self):
        done = engine.bulkhead(
            "--host=unix:///nonexistent/docker.sock", "--format=json", "--fail-on=none"
        )
        self.check_nothing_is_judged(done, "/nonexistent/docker.sock")

    def test_for_want_of_a_listener_says_so(self):
        done = engine.bulkhead("--host", "tcp://127.0.0.1:1", "--format", "json")
        self.check_nothing_is_judged(done, "127.0.0.1:1", "refused")


class ASnapshot(unittest.TestCase):
    """A snapshot …"""

    def test_is_judged_as_the_live_host_is(self):
        with tempfile.TemporaryDirectory(prefix="bulkhead-snapshot-") as directory:
            path = f"{directory}/snapshot.json"
            done = host.engine.bulkhead("-o", path, command="collect")
            self.assertEqual(done.returncode, 0, done.stderr)
            later = engine.audit("--snapshot", path)
        self.maxDiff = 4000
        live, later = without_scan(host.report), without_scan(later)
        self.assertEqual(len(live["results"]), len(later["results"]))
        for one, other in zip(live["results"], later["results"]):
            self.assertEqual(one, other)
        self.assertEqual(live, later)

    def test_goes_to_standard_output_without_a_file(self):
        done = host.engine.bulkhead(command="collect")
        self.assertEqual(json.loads(done.stdout)["format"], "bulkhead-snapshot")

    def test_holds_no_value_of_the_environment(self):
        done = host.engine.bulkhead(command="collect")
        self.assertNotIn("correct-horse", done.stdout)
        self.assertIn("SECRET_OF_TESTS", done.stdout)


class EveryFormat(unittest.TestCase):
    """Every format …"""

    def test_ends_with_the_same_exit_status(self):
        for options in ((), ("--fail-on", "none"), ("--container", "hardened")):
            ends = {
                name: host.engine.bulkhead("--format", name, *options).returncode
                for name in FORMATS
            }
            self.assertEqual(len(set(ends.values())), 1, f"{options}: {ends}")

    def test_survives_a_hostile_label(self):
        for name in FORMATS:
            done = host.engine.bulkhead("--format", name, "--container", "hostile-label")
            self.assertNotIn("\x1b", done.stdout, name)
            self.assertNotIn("\x07", done.stdout, name)

    def test_of_one_audit_agrees_on_the_numbers(self):
        with tempfile.TemporaryDirectory(prefix="bulkhead-formats-") as directory:
            paths = {name: f"{directory}/report.{name}" for name in FORMATS}
            formats = [w for name in FORMATS for w in ("--format", f"{name}={paths[name]}")]
            host.engine.bulkhead(*formats)
            with open(paths["json"], encoding="utf-8") as file:
                counts = json.load(file)["summary"]
            suites = xml.etree.ElementTree.parse(paths["junit"]).getroot()
            cases = list(suites.iter("testcase"))
            self.assertEqual(sum(c.find("failure") is not None for c in cases), counts["fail"])
            self.assertEqual(sum(c.find("error") is not None for c in cases), counts["unknown"])


class TheAudit(unittest.TestCase):
    """The audit …"""

    def setUp(self):
        calls = re.findall(r'msg="Calling (\w+) ([^" ]+)', host.audit_log)
        self.methods = collections.Counter(method for method, _ in calls)
        self.paths = collections.Counter(path for _, path in calls)

    def test_asks_with_nothing_but_GET(self):
        self.assertEqual(set(self.methods) - {"HEAD"}, {"GET"})
        self.assertEqual(set(self.methods), {"GET"})

    def test_inspects_each_container_once(self):
        inspects = {
            path: count
            for path, count in self.paths.items()
            if re.fullmatch(r"(/v[0-9.]+)?/containers/[0-9a-f]{64}/json", path)
        }
        self.assertEqual(len(inspects), len(host.results))
        self.assertEqual(set(inspects.values()), {1})

    def test_asks_for_nothing_twice(self):
        self.assertEqual({path: n for path, n in self.paths.items() if n > 1}, {})

    def test_judges_each_image_that_a_container_uses(self):
        verdicts = {}
        for result in host.report["results"]:
            is_user = result["control"] == "image-non-root-user"
            if is_user and result["subject"]["kind"] == "image":
                verdicts[result["subject"]["name"]] = result["status"]
        self.assertEqual(verdicts["app:1"], "pass")
        # An image of several names goes by one of them.
        names = {"root-app:1", "root-app:latest", "moved:1"} & set(verdicts)
        self.assertEqual([verdicts[name] for name in names], ["fail"])

    def test_has_evidence_for_every_failure(self):
        for result in host.report["results"]:
            if result["status"] == "fail":
                self.assertTrue(result["evidence"], engine.describe(result))
                self.assertTrue(result["remediation"], result["control"])

    def test_leaves_every_container_as_it_was(self):
        names = {
            line.split()[0]: line.split()[1:]
            for line in host.engine.docker(
                "ps", "-a", "--format", "{{.Names}} {{.State}}"
            ).stdout.splitlines()
        }
        self.assertEqual(names["paused"], ["paused"])
        self.assertEqual(names["created"], ["created"])
        self.assertEqual(names["exited"], ["exited"])
        self.assertEqual(names["hardened"], ["running"])
