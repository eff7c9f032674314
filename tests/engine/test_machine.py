# SPDX-License-Identifier: Apache-2.0
"""The audit of a whole Debian machine: see machine.py. What it has to say is in the tables below."""

import atexit
import concurrent.futures
import os
import re
import unittest

import containers
import engine
import machine
from containers import FAIL, MANUAL, NOT_APPLICABLE, PASS

found = {}


def with_sys_admin(profile):
    """Nothing but the profile keeps it from mounting."""
    return {
        "user": "0",
        "cap-add": "SYS_ADMIN",
        "security-opt": ["no-new-privileges", "seccomp=unconfined", f"apparmor={profile}"],
    }


TABLE = [
    containers.Container("hardened", "that is hardened"),
    containers.Container(
        "privileged",
        "that is privileged",
        {"privileged": True, "user": "0", "security-opt": None, "cap-drop": None},
        {
            "not-privileged": (FAIL, "critical"),
            "capabilities-restricted": (FAIL, "critical"),
            "seccomp-enabled": (FAIL, "high"),
            "apparmor-enabled": FAIL,
            "no-host-devices": FAIL,
            "image-non-root-user": FAIL,
            "no-new-privileges": FAIL,
        },
    ),
    containers.Container(
        "complaining",
        "with an AppArmor profile that only complains",
        {"security-opt": ["no-new-privileges", "apparmor=bulkhead-complain"]},
        {"apparmor-enabled": FAIL},
    ),
    containers.Container(
        "enforcing",
        "with an AppArmor profile of its own",
        {"security-opt": ["no-new-privileges", "apparmor=bulkhead-enforce"]},
    ),
    containers.Container(
        "weak",
        "with an AppArmor profile that lets it mount",
        with_sys_admin("bulkhead-weak"),
        {
            "capabilities-restricted": (FAIL, "critical"),
            "seccomp-enabled": FAIL,
            "image-non-root-user": FAIL,
        },
    ),
    containers.Container(
        "strict",
        "with an AppArmor profile that refuses mounts in a file that it includes",
        with_sys_admin("bulkhead-strict"),
        {
            "capabilities-restricted": (FAIL, "critical"),
            "seccomp-enabled": FAIL,
            "image-non-root-user": FAIL,
        },
    ),
    containers.Container(
        "unloaded",
        "whose AppArmor profile was taken away",
        {"security-opt": ["no-new-privileges", "apparmor=bulkhead-unloaded"]},
        {"apparmor-enabled": FAIL},
    ),
    containers.Container(
        "unconfined",
        "that AppArmor does not confine",
        {"security-opt": ["no-new-privileges", "apparmor=unconfined"]},
        {"apparmor-enabled": FAIL},
    ),
    containers.Container(
        "socket",
        "with the socket of the engine",
        {"volume": "/run/docker.sock:/run/docker.sock"},
        {
            "no-docker-socket-mount": (FAIL, "critical"),
            "no-sensitive-host-mounts": (FAIL, "high"),
        },
    ),
    containers.Container(
        "unlimited",
        "without limits",
        {"memory": None, "cpus": None, "pids-limit": None},
        # systemd gives each scope a limit of tasks.
        {"memory-limit": FAIL, "cpu-limit": FAIL, "pids-limit": PASS},
    ),
    containers.Container(
        "sys-admin",
        "with SYS_ADMIN, as root, without a seccomp filter",
        {
            "user": "0",
            "cap-add": "SYS_ADMIN",
            "security-opt": ["no-new-privileges", "seccomp=unconfined"],
        },
        {
            "capabilities-restricted": (FAIL, "critical"),
            "seccomp-enabled": FAIL,
            "image-non-root-user": FAIL,
        },
    ),
]

# Of host, kernel, engine and files: what an audit says of them, and the severity where that is the
# point.
EXPECTED = {
    "authorization-plugin": FAIL,
    "base-device-size-default": NOT_APPLICABLE,
    "daemon-config-loaded": PASS,
    "daemon-no-new-privileges": FAIL,
    "daemon-rootless": FAIL,
    "daemon-seccomp-profile": PASS,
    "default-cgroup-parent": PASS,
    "default-ulimit": FAIL,
    "engine-uses-mac": PASS,
    "experimental-off": PASS,
    "icc-disabled": PASS,  # a flag of the drop-in
    "iptables-managed": PASS,
    "live-restore": PASS,
    "log-level-info": PASS,
    "no-aufs": PASS,
    "no-devicemapper": PASS,
    "no-insecure-registries": PASS,
    "plugins-restricted": PASS,
    "remote-logging": FAIL,
    "rootless-user-without-power": NOT_APPLICABLE,
    "swarm-mode-off": PASS,
    "tls-authentication": PASS,
    "userland-proxy-disabled": PASS,
    "userns-remap": FAIL,
    # host: rules.d audits some, one rule says never, the rest has none
    "container-storage-separate-partition": FAIL,
    "audit-docker-daemon": PASS,
    "audit-run-containerd": FAIL,
    "audit-var-lib-docker": PASS,
    "audit-etc-docker": FAIL,
    "audit-docker-service": FAIL,
    "audit-containerd-sock": FAIL,
    "audit-docker-socket": FAIL,
    "audit-etc-default-docker": FAIL,
    "audit-daemon-json": FAIL,
    "audit-containerd-config": FAIL,
    "audit-etc-sysconfig-docker": NOT_APPLICABLE,
    "audit-containerd-binary": FAIL,
    "audit-containerd-shim": FAIL,
    "audit-containerd-shim-runc-v1": FAIL,
    "audit-containerd-shim-runc-v2": PASS,
    "audit-runc-binary": FAIL,
    "subordinate-ids-apart": NOT_APPLICABLE,
    # swarm
    "overlay-encrypted": NOT_APPLICABLE,
    "swarm-autolock": NOT_APPLICABLE,
    "swarm-bound-interface": NOT_APPLICABLE,
    "swarm-ca-rotated": NOT_APPLICABLE,
    "swarm-manager-count": NOT_APPLICABLE,
    "swarm-node-cert-expiry": NOT_APPLICABLE,
    "swarm-planes-separated": NOT_APPLICABLE,
    "swarm-secrets-used": NOT_APPLICABLE,
}

# What only such a machine shows of our own controls of containers, by control and container.
OWN = {
    "isolation-as-declared": {
        "hardened": PASS,
        "privileged": PASS,
        "enforcing": PASS,
        "unconfined": PASS,
        "complaining": (FAIL, "high"),
        "strict": PASS,
        "unloaded": (FAIL, "high"),
    },
    "apparmor-profile-strict": {
        "hardened": PASS,
        "strict": PASS,
        "weak": (FAIL, "medium"),
        "enforcing": (FAIL, "medium"),
        "complaining": FAIL,
        "unconfined": NOT_APPLICABLE,
        "privileged": NOT_APPLICABLE,
    },
    "apparmor-profile-loaded": {
        "unloaded": (FAIL, "high"),
        "hardened": PASS,
        "enforcing": PASS,
        "complaining": PASS,
        "unconfined": NOT_APPLICABLE,
    },
    # AppArmor stops mount(), and nothing of that holds for one that is privileged.
    "no-capability-to-host-root": {
        "hardened": PASS,
        "sys-admin": (FAIL, "high"),
        "privileged": (FAIL, "critical"),
    },
    "no-way-to-mount": {
        "hardened": PASS,
        "sys-admin": (FAIL, "high"),
        "privileged": (FAIL, "critical"),
    },
    "no-raw-disks": {"hardened": PASS, "sys-admin": PASS, "privileged": (FAIL, "critical")},
    "no-file-handles": {"hardened": PASS, "privileged": (FAIL, "critical")},
    "no-module-loading": {"hardened": PASS, "privileged": (FAIL, "critical")},
    "own-proc-protected": {
        "hardened": PASS,
        "sys-admin": PASS,
        "privileged": (FAIL, "critical"),
    },
    # With version 2 in a namespace of its own it reaches its own control group only.
    "control-groups-read-only": {"hardened": PASS, "privileged": (FAIL, "low")},
    "no-release-agent": {"hardened": NOT_APPLICABLE, "privileged": NOT_APPLICABLE},
    "no-path-to-host-root": {
        "hardened": PASS,
        "enforcing": PASS,
        "sys-admin": (FAIL, "medium"),
        "privileged": (FAIL, "critical"),
    },
    "no-capability-over-host-security": {"hardened": PASS, "privileged": (FAIL, "high")},
    "no-host-cgroup-namespace": {"hardened": PASS},
    "no-outside-processes": {"hardened": PASS, "privileged": PASS},
    "no-escaped-processes": {"hardened": PASS, "privileged": PASS},
}

# The same of files, by path; debian/ has their modes.
FILES = {
    "/etc/docker/daemon.json": {"daemon-json-mode": FAIL, "daemon-json-owner": PASS},
    "/etc/systemd/system/docker.service.d/flags.conf": {"docker-service-mode": FAIL},
}

N_FILE_CONTROLS = 26  # 24 of section 3, and those of programs

# What the kernel shows of a container's first process and its control group: by file, a pattern.
NO_CAPABILITIES = r"CapBnd:\t0{16}\n"
FILTERED = r"Seccomp:\t2\n"
KERNEL = {
    "hardened": {
        "label": r"docker-default \(enforce\)",
        "status": NO_CAPABILITIES,
        "memory.max": "67108864",
        "cpu.max": "50000 100000",
        "pids.max": "64",
    },
    "privileged": {
        "label": "unconfined",
        # All of this kernel, and no filter.
        "status": r"CapBnd:\t000001ffffffffff\n(.*\n)*Seccomp:\t0\n",
    },
    "complaining": {"label": r"bulkhead-complain \(complain\)", "status": FILTERED},
    "enforcing": {"label": r"bulkhead-enforce \(enforce\)", "status": FILTERED},
    "unconfined": {"label": "unconfined", "status": FILTERED},
    "unloaded": {"label": "unconfined", "status": FILTERED},
    "weak": {"label": r"bulkhead-weak \(enforce\)", "mount": "^0\n"},
    "strict": {"label": r"bulkhead-strict \(enforce\)", "mount": "(?i)permission denied"},
    "unlimited": {"memory.max": "max", "cpu.max": "max 100000", "pids.max": r"^\d+$"},
    "sys-admin": {"status": r"CapBnd:\t0000000000200000\n(.*\n)*Seccomp:\t0\n"},
}

# As auditctl prints them: as a watch whatever has a path and permissions, and `never` as well.
AUDIT_RULES = [
    "-w /etc/docker/daemon.json -p wa",
    "-w /etc/docker -p wa -k docker",
    "-w /usr/sbin/dockerd -p wxa -k docker",
    "-w /var/lib/docker -p wa -k docker",
    "-w /usr/lib/systemd/system/docker.service -p wa -k docker",
    "-w /usr/lib/systemd/system/docker.socket -p wa -k docker",
    "-w /usr/bin/containerd-shim-runc-v2 -p wxa -k docker",
    "-w /usr/sbin/runc -p r -k docker",
]


def prepare():
    """Make the machine while other tests run."""
    if machine.why_not():
        return
    one = machine.Machine(TABLE)
    atexit.register(one.remove)
    found["machine"] = one
    found["made"] = concurrent.futures.ThreadPoolExecutor(1).submit(one.make)


def setUpModule():
    missing = machine.why_not()
    if missing and os.environ.get("CI") == "true":
        raise RuntimeError(missing)
    if missing:
        raise unittest.SkipTest(f"no whole machine here: {missing}")
    machine.listen()
    found["made"].result()
    one = found["machine"]
    one.run()
    found["root"] = by_subject(one.json("results.json"))
    found["own"] = {
        (result["control"], result["subject"]["name"]): result
        for result in one.json("results.json")["results"]
    }
    found["user"] = by_subject(one.json("user/results.json"))
    found["unit"] = {name: one.json(f"unit/{name}.json") for name in ("first", "same", "joined")}


def by_subject(report):
    """The results of a report by the name of their subject, or its kind, and their control."""
    results = {}
    for result in report["results"]:
        subject = result["subject"]
        named = subject["kind"] in ("container", "file", "image")
        name = subject["name"] if named else subject["kind"]
        if subject["kind"] == "container" and result["controls"].keys() <= {"bulkhead"}:
            continue  # our own have tests of their own
        results.setdefault(name, {})[result["control"]] = result
    return results


def difference(expected, result):
    """Nothing, or what was expected and what is."""
    status, severity = expected if isinstance(expected, tuple) else (expected, None)
    if result["status"] == status and severity in (None, result["severity"]):
        return []
    return [f"{result['control']}: expected {expected}, got {engine.describe(result)}"]


class AWholeMachine(unittest.TestCase):
    """On a whole machine …"""

    maxDiff = None

    def none(self, wrong):
        if wrong:
            self.fail("\n".join(["", *wrong]))

    def judge(self, container):
        seen, wrong = found["root"][container.name], []
        hardened = found["root"]["hardened"]
        self.assertEqual(sorted(seen), sorted(hardened), "the controls that judge it")
        self.assertLessEqual(set(container.expected), set(seen), "no such control")
        for control, result in seen.items():
            expected = container.expected.get(control, hardened[control]["status"])
            wrong += difference(expected, result)
        self.none(wrong)

    def test_a_hardened_container_passes(self):
        wrong = []
        for control, result in found["root"]["hardened"].items():
            allowed = {PASS}
            if control in containers.NOT_APPLICABLE_IF_HARDENED - {"apparmor-enabled"}:
                allowed.add(NOT_APPLICABLE)
            if result["status"] not in allowed:
                wrong.append(f"{control}: {engine.describe(result)}")
        self.none(wrong)

    def test_isolation_and_capabilities_are_judged_by_what_the_machine_has(self):
        wrong = []
        for control, expectations in OWN.items():
            for name, expected in expectations.items():
                wrong += difference(expected, found["own"][control, name])
        self.none(wrong)

    def test_the_kernel_does_what_the_tests_want_of_it(self):
        wrong = []
        for name, files in KERNEL.items():
            for file, pattern in files.items():
                text = found["machine"].text(f"kernel/{name}/{file}")
                if not re.search(pattern, text):
                    wrong.append(f"{file} of {name}: no {pattern} in:\n{text}")
        self.none(wrong)

    def test_the_kernel_has_the_audit_rules(self):
        loaded = found["machine"].text("kernel/audit-rules").splitlines()
        self.assertEqual(loaded, AUDIT_RULES)

    def test_host_engine_and_files_are_judged_right(self):
        wrong, seen = [], {}
        for kind in ("host", "engine"):
            seen |= found["root"].get(kind, {})
        for control, expected in EXPECTED.items():
            wrong += difference(expected, seen.pop(control))
        wrong += [
            f"{control}: not in the table: {engine.describe(result)}"
            for control, result in seen.items()
            if result["section"] in ("host", "daemon", "swarm") and result["status"] != MANUAL
        ]
        self.none(wrong)

    def test_files_are_judged_by_owner_and_mode(self):
        """All of them: what is not in the table passes, or there is no such file."""
        wrong, judged = [], set()
        for path, controls in FILES.items():
            for control, expected in controls.items():
                wrong += difference(expected, found["root"][path][control])
        for name, results in found["root"].items():
            for control, result in results.items():
                if result["section"] != "daemon-files":
                    continue
                judged.add(control)
                if control not in FILES.get(name, {}) and result["status"] not in (
                    PASS,
                    NOT_APPLICABLE,
                ):
                    wrong.append(f"{control} of {name}: {engine.describe(result)}")
        self.assertEqual(len(judged), N_FILE_CONTROLS)
        self.none(wrong)

    def test_an_ordinary_user_never_sees_a_pass_where_root_sees_a_failure(self):
        wrong = []
        for name, results in found["root"].items():
            for control, result in results.items():
                mine = found["user"].get(name, {}).get(control, {"status": "unknown"})
                if result["status"] == FAIL and mine["status"] not in (FAIL, "unknown"):
                    wrong.append(
                        f"{control} of {name}:\n"
                        f"  root: {engine.describe(result)}\n  user: {engine.describe(mine)}"
                    )
        self.none(wrong)

    def test_both_audits_end_with_findings(self):
        self.assertEqual(found["machine"].text("audit.status").strip(), "1")
        self.assertEqual(found["machine"].text("user/audit.status").strip(), "1")

    def test_root_sees_everything(self):
        report = found["machine"].json("results.json")
        losses = [one for one in report["scan"]["problems"] if not one.get("note")]
        self.assertEqual(losses, [])


# What the kernel shows to CAP_SYS_ADMIN alone, gathered for a control that a person judges.
HIDDEN = "net/core/bpf_jit_harden"


def without_hidden(results):
    for result in results:
        result["message"] = result["message"].replace(f", {HIDDEN} is 0", "")
        result["evidence"] = [one for one in result["evidence"] if one["path"] != f"/proc/sys/{HIDDEN}"]
    return results


class ByTheUnit(unittest.TestCase):
    """By bulkhead.service, which hides most of the host from itself …"""

    maxDiff = None

    def text(self, name):
        return found["machine"].text(f"unit/{name}")

    def test_verdicts_are_those_of_root(self):
        ours = found["machine"].json("results.json")
        unit = found["unit"]["first"]
        self.assertEqual(ours["scan"]["target"]["hostname"], unit["scan"]["target"]["hostname"])
        self.assertEqual(without_hidden(ours["results"]), without_hidden(unit["results"]))
        self.assertEqual(ours["attack_paths"], unit["attack_paths"])
        more = [one for one in unit["scan"]["problems"] if one not in ours["scan"]["problems"]]
        self.assertEqual([(one["source"], one["note"]) for one in more], [("/proc/sys", True)])
        self.assertRegex(more[0]["reason"], f"^{HIDDEN}: ")

    def test_news_are_logged_once(self):
        statuses = [self.text(f"{name}.status").strip() for name in ("first", "same", "joined")]
        self.assertEqual(statuses, ["1", "0", "1"], self.text("first.log"))
        logged = {
            name: [line for line in self.text(f"{name}.journal").splitlines() if line.startswith("fail ")]
            for name in ("first", "same", "joined")
        }
        self.assertGreater(len(logged["first"]), 50)
        self.assertEqual(logged["same"], [])
        self.assertTrue(any(" not-privileged [container rogue]" in line for line in logged["joined"]))
        new = [
            result["subject"]["name"]
            for result in found["unit"]["joined"]["results"]
            if result.get("baseline") == "new"
        ]
        self.assertEqual(set(new), {"rogue"})
        self.assertEqual(len(new), len(logged["joined"]))

    def test_results_are_kept_by_their_time(self):
        kept = re.findall(r"\d{4}-\d\d-\d\dT\d{6}Z\.json$", self.text("kept"), re.MULTILINE)
        self.assertEqual(len(kept), 4, self.text("kept"))  # last.json names one
        self.assertRegex(self.text("kept"), rf"last\.json -> {kept[2]}")

    def test_the_timer_waits_for_the_next_day(self):
        self.assertIn("ActiveState=active\n", self.text("timer"))
        self.assertRegex(self.text("timer"), r"NextElapseUSecRealtime=\S")

    def test_systemd_calls_it_ok(self):
        self.assertEqual(self.text("security.status").strip(), "0", self.text("security"))
        self.assertRegex(self.text("security"), r"Overall exposure level for bulkhead.service: [12]\.\d OK")


def add_tests():
    for container in TABLE[1:]:

        def test(self, container=container):
            self.judge(container)

        test.__doc__ = f"A container {container.what}"
        setattr(AWholeMachine, f"test_a_container_{container.what.replace(' ', '_')}", test)


add_tests()
