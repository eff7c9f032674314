# SPDX-License-Identifier: Apache-2.0
"""Policies and baselines over the life of containers: created, accepted, deployed anew, joined by another."""

import json
import pathlib
import tempfile
import unittest

import engine
import host

SECTIONS = ("--section=runtime", "--section=images", "--allow-incomplete", "--fail-on=info")
LABEL = "bulkhead.waive.readonly-rootfs"
POLICY = """exceptions:
  - controls: [no-host-pid]
    container: "agent*"
    reason: reads the host's processes by design
    owner: platform
    expires: {expires}
"""

seen = {}


def audit(of, *options):
    """The exit status, the document, and its failures by control and subject."""
    done = of.bulkhead(*SECTIONS, "--format=json", *options)
    document = json.loads(done.stdout)
    failed = {
        (result["control"], result["subject"]["kind"], result["subject"]["name"]): result
        for result in document["results"]
        if result["status"] in ("fail", "waived")
    }
    return done.returncode, document, failed


def compare(directory, old, new):
    """The exit status and the document of a comparison of two of those that were seen."""
    files = []
    for name in (old, new):
        files.append(directory / f"{name}.json")
        files[-1].write_text(json.dumps(seen[name][1]))
    done = engine.bulkhead("--diff", "--format=json", "--fail-on=info", *files, command="report")
    return done.returncode, json.loads(done.stdout)


def start(of, release):
    """What a deployment creates; replicas of a service get new names, too."""
    image = f"app:{release}"
    of.make_image(image, host.image_files(), host.COMMAND)
    of.docker("run", "--detach", "--name=agent", "--pid=host", image)
    labels = ("com.docker.compose.project=shop", "com.docker.compose.service=web", f"{LABEL}=a cache")
    words = [f"--label={label}" for label in labels]
    of.docker("run", "--detach", f"--name=shop-web-{release}", *words, image)


def live(of, directory):
    policy, baseline = directory / "policy.yaml", directory / "first.json"
    options = ("--policy", policy)
    policy.write_text(POLICY.format(expires="2999-12-31"))
    start(of, 1)
    seen["first"] = audit(of)
    baseline.write_text(json.dumps(seen["first"][1]))
    seen["accepted"] = audit(of, *options)
    (directory / "accepted.json").write_text(json.dumps(seen["accepted"][1]))

    of.docker("rm", "--force", "agent", "shop-web-1")
    of.docker("rmi", "app:1")
    start(of, 2)
    seen["redeployed"] = audit(of, *options, "--baseline", baseline)
    of.docker("run", "--detach", "--name=rogue", "--privileged", "app:2")
    seen["joined"] = audit(of, *options, "--baseline", baseline)
    of.docker("rm", "--force", "rogue")

    policy.write_text(POLICY.format(expires="2020-01-01"))
    seen["expired"] = audit(of, *options, "--baseline", directory / "accepted.json")
    policy.write_text(f"allow_label_waivers: [{LABEL.rpartition('.')[2]}]\n")
    seen["labelled"] = audit(of, *options)
    for new in ("redeployed", "joined"):
        seen[f"accepted to {new}"] = compare(directory, "accepted", new)
    seen["joined to redeployed"] = compare(directory, "joined", "redeployed")


def setUpModule():
    with engine.Engine() as of, tempfile.TemporaryDirectory() as directory:
        live(of, pathlib.Path(directory))


class Policies(unittest.TestCase):
    """A policy on a real engine …"""

    AGENT = ("no-host-pid", "container", "agent")

    def by_novelty(self, name):
        return {
            word: {key for key, result in seen[name][2].items() if result.get("baseline") == word}
            for word in ("new", "known")
        }

    def test_waives_what_it_names_and_nothing_else(self):
        before, after = seen["first"][2], seen["accepted"][2]
        self.assertEqual(list(before), list(after))
        changed = [key for key in after if after[key]["status"] != before[key]["status"]]
        self.assertEqual(changed, [self.AGENT])
        waiver = after[self.AGENT]["waiver"]
        self.assertEqual(waiver["owner"], "platform")
        self.assertTrue(waiver["source"].endswith("policy.yaml:2:5"), waiver)

    def test_takes_containers_created_anew_for_the_same(self):
        first, again = seen["first"][1], seen["redeployed"][1]
        ids = [
            {result["subject"].get("id") for result in document["results"]} for document in (first, again)
        ]
        self.assertFalse((ids[0] & ids[1]) - {None}, "the containers are others")
        self.assertEqual(self.by_novelty("redeployed")["new"], set())
        self.assertEqual(seen["redeployed"][0], 0, again["summary"]["exit_reason"])
        self.assertEqual(again["summary"]["waived"], 1)
        self.assertGreater(again["summary"]["baseline"]["known"], 10)

    def test_sees_exactly_what_another_container_brings(self):
        status, document, failed = seen["joined"]
        new = self.by_novelty("joined")["new"]
        self.assertEqual(new, {key for key in failed if key[2] == "rogue"})
        self.assertIn(("not-privileged", "container", "rogue"), new)
        self.assertEqual(status, 1)
        self.assertIn(f"{len(new)} new failures", document["summary"]["exit_reason"])

    def test_tells_the_same_by_a_comparison(self):
        status, document = seen["accepted to redeployed"]
        self.assertEqual((status, document["changes"]), (0, []))
        self.assertGreater(document["summary"]["still_failing"], 10)
        status, document = seen["accepted to joined"]
        new = {
            (item["control"], item["subject"]["kind"], item["subject"]["name"])
            for item in document["changes"]
            if item["change"] == "new"
        }
        self.assertEqual((status, new), (1, self.by_novelty("joined")["new"]))
        status, document = seen["joined to redeployed"]
        fixed = {item["subject"]["name"] for item in document["changes"] if item["change"] == "fixed"}
        self.assertEqual((status, fixed), (0, {"rogue"}))

    def test_that_has_expired_lets_its_failure_back(self):
        status, document, failed = seen["expired"]
        self.assertEqual(self.by_novelty("expired")["new"], {self.AGENT})
        self.assertEqual((status, failed[self.AGENT]["status"]), (1, "fail"))
        [note] = [note for note in document["policy"]["notes"] if LABEL not in note["reason"]]
        self.assertIn("expired on 2020-01-01: it waives nothing; 1 failure matches it", note["reason"])

    def test_decides_whether_labels_waive(self):
        key = ("readonly-rootfs", "container", "shop-web-2")
        [note] = [n for n in seen["redeployed"][1]["policy"]["notes"] if LABEL in n["reason"]]
        self.assertIn("no policy allows that", note["reason"])
        self.assertEqual(seen["redeployed"][2][key]["status"], "fail")
        labelled = seen["labelled"][2][key]
        self.assertEqual(labelled["status"], "waived")
        self.assertEqual(labelled["waiver"], {"reason": "a cache", "source": f"label {LABEL}"})
