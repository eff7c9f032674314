# SPDX-License-Identifier: Apache-2.0
"""The audit of a host from inside of a container, by the command of README.md, against a native one."""

import json
import pathlib
import re
import shlex
import unittest

import engine
from host import host

SOURCE = pathlib.Path(__file__).resolve().parents[2]
IMAGE = "bulkhead"
# Whoever runs next to the auditor, or not, and what that is called, differs from audit to audit.
OWN = "auditor-under-test"
# They count the auditor, too, and what only CAP_SYS_ADMIN may read.
OTHERWISE = ("container-sprawl", "image-sprawl", "host-hardened")


def setUpModule():
    host.start()
    host.engine.make_image(f"{IMAGE}:latest", program_files(), 'ENTRYPOINT ["/bulkhead"]')


def program_files():
    """The program and all libraries that it needs, where they are looked for."""
    program = pathlib.Path(engine.program())
    files = {"bulkhead": program.read_bytes(), "tmp": None}
    for path in re.findall(r"(/\S+) \(0x", engine.run("ldd", program).stdout):
        files[path.lstrip("/")] = pathlib.Path(path).read_bytes()
    return files


def readme_command():
    """The words of the `docker run` command in README.md, after `docker`."""
    text = (SOURCE / "README.md").read_text(encoding="utf-8")
    command = re.search(r"^docker (run .*?--root /host)$", text, re.DOTALL | re.MULTILINE)
    return shlex.split(command.group(1).replace("\\\n", " "))


def contained(*arguments, command=None):
    """What an audit in a container says."""
    words = list(command or readme_command())
    words.insert(words.index("run") + 1, f"--name={OWN}")
    done = host.engine.docker(
        *words, "--host", f"unix://{host.engine.socket}", *arguments, check=False
    )
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"{words}: {done.returncode}: {done.stderr}") from None


def verdicts(report):
    """By control and subject, of all but the auditor, whose mounts others may count."""
    found = {}
    for result in report["results"]:
        subject = result["subject"]
        for item in result.get("evidence", []):
            if item["path"].endswith("mounts looked at"):
                item["value"] = "some"
        own = subject["name"] in (OWN, f"{IMAGE}:latest")
        if not own and result["control"] not in OTHERWISE:
            found[result["control"], subject["kind"], subject["name"]] = result
    return found


class FromInsideOfAContainer(unittest.TestCase):
    """An audit from inside of a container …"""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.native = host.engine.audit()
        cls.report = contained("--format", "json")

    def test_says_of_everything_what_a_native_one_says(self):
        native, inside = verdicts(self.native), verdicts(self.report)
        self.assertEqual(sorted(native), sorted(inside))
        for key, result in native.items():
            with self.subTest(key):
                self.assertEqual(result, inside[key])

    def test_has_no_more_problems_than_a_native_one(self):
        def reasons(report):
            problems = report["scan"]["problems"]
            return sorted((p["source"], p["reason"]) for p in problems if not p.get("note"))

        self.assertEqual(reasons(self.report), reasons(self.native))
        native = self.native["scan"]["target"]
        # The auditor's own container is one more.
        target = {**native, "containers": native["containers"] + 1}
        self.assertEqual(self.report["scan"]["target"], target)

    def test_judges_the_container_that_it_runs_in_and_marks_it(self):
        own = [r for r in self.report["results"] if r["subject"]["name"] == OWN]
        self.assertTrue(own)
        for result in self.report["results"]:
            is_own = result["subject"]["name"] == OWN
            self.assertEqual(result["subject"].get("auditor", False), is_own, result["subject"])
        of_host = [r for r in own if r["control"] == "no-host-pid"]
        self.assertEqual([r["status"] for r in of_host], ["fail"])
        self.assertIn("the auditor ran in this container", of_host[0]["message"])

    def test_finds_its_container_in_namespaces_of_its_own(self):
        words = [re.sub("--cgroupns=host", "--cgroupns=private", word) for word in readme_command()]
        words = [word for word in words if not re.match("--(pid|network)", word)]
        report = contained("--format", "json", command=words)
        marked = {r["subject"]["name"] for r in report["results"] if "auditor" in r["subject"]}
        self.assertEqual(marked, {OWN})

    def test_with_less_never_passes_what_a_native_one_fails(self):
        native = verdicts(self.native)
        for less in ("--cgroupns", "--cap-add", "--(pid|network|cgroupns|cap-add)"):
            words = [word for word in readme_command() if not re.match(less, word)]
            self.assertLess(len(words), len(readme_command()))
            for key, result in verdicts(contained("--format", "json", command=words)).items():
                # The host's name is another in a network of its own; files that the engine uses are
                # not all known where less of it is seen.
                if key[1] == "host" or key not in native:
                    continue
                known = {native[key]["status"], "unknown"}
                with self.subTest(key, without=less):
                    self.assertIn(result["status"], known, result["message"])

    def test_makes_a_snapshot_with_the_paths_of_the_host(self):
        snapshot = contained(command=[*readme_command()[:-2], "collect", "--root", "/host"])
        self.assertEqual(snapshot["host"]["root"], "/host")
        del snapshot["host"]["root"]
        own = [c for c in snapshot["engine"]["containers"] if c["Name"] == f"/{OWN}"]
        self.assertEqual(snapshot["host"]["container"], own[0]["Id"])
        for member in ("paths", "sockets", "cgroup_mounts"):
            self.assertNotIn("/host/", json.dumps(snapshot["host"][member]))
        self.assertNotIn("/host/", json.dumps(snapshot["daemon"]))
