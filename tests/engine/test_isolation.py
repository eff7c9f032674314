# SPDX-License-Identifier: Apache-2.0
"""What isolates containers of a real engine, what capabilities open there, and who is inside."""

import concurrent.futures
import json
import os
import pathlib
import signal
import subprocess
import unittest

import engine
from host import image_files

NOBODY = 65534
GROUP = 65500  # of the socket

SLEEP = ("/bin/busybox", "sleep", "600")
# A program that starts as root and goes on as somebody else, beside one that stays root.
WORKER = (
    *("/bin/busybox", "sh", "-c"),
    "/bin/busybox su app -s /bin/sh -c '/bin/busybox sleep 600' & exec /bin/busybox sleep 600",
)

# Capabilities that a program hands on, and a user namespace in which everything seems to be given.
COMMANDS = {
    "ambient": ("setpriv", "--inh-caps=+net_raw", "--ambient-caps=+net_raw", *SLEEP),
    "inheriting": ("setpriv", "--inh-caps=+net_raw", *SLEEP),
    "own-userns": ("unshare", "--user", "--map-root-user", *SLEEP),
}

# Beside "plain", and "worker" with the command above.
CONTAINERS = {
    "hardened": ("--user=1000", "--cap-drop=ALL", "--read-only", "--security-opt=no-new-privileges"),
    "user": ("--user=1000",),
    "privileged": ("--privileged", "--cap-drop=NET_RAW"),
    "ptrace": ("--cap-add=SYS_PTRACE",),
    "ptrace-host": ("--cap-add=SYS_PTRACE", "--pid=host"),
    "ptrace-peer": ("--cap-add=SYS_PTRACE", "--pid=container:plain"),
    "peer": ("--pid=container:plain",),
    "net-peer": ("--network=container:plain",),
    "admin": ("--cap-add=SYS_ADMIN",),
    "net-admin": ("--cap-add=NET_ADMIN",),
    "net-admin-host": ("--cap-add=NET_ADMIN", "--network=host"),
    "net-host": ("--network=host",),
    "clock": ("--cap-add=SYS_TIME",),
    "auditor": ("--cap-add=AUDIT_CONTROL",),
    "disk-rule": ("--device-cgroup-rule=b *:* rwm",),
    "usb-rule": ("--device-cgroup-rule=c 189:* rwm",),
    "both-lists": ("--cap-drop=NET_RAW", "--cap-add=NET_RAW"),
    "all-but": ("--cap-drop=ALL", "--cap-add=SETUID"),
    "private-cgroup": ("--cgroupns=private",),
    "unconfined": ("--security-opt=seccomp=unconfined", "--security-opt=systempaths=unconfined"),
    "ambient": (),
    "inheriting": (),
    "own-userns": ("--security-opt=seccomp=unconfined",),
    "nnp-off": ("--security-opt=no-new-privileges:true", "--security-opt=no-new-privileges:false"),
    "custom": ("--security-opt=seccomp={directory}/custom.json",),
    "no-profile": ("--security-opt=seccomp={directory}/empty.json",),
    "unmasked": (),
    "remounted": ("--read-only",),
    "entered": (),
    "entered-network": (),
    "escaped": (),
    "smuggled": (),
    "exec-privileged": (),
}

results, verdicts = {}, {}
children = []


def setUpModule():
    one = engine.Engine(
        files={
            "empty.json": "{}",
            "custom.json": json.dumps(
                {
                    "defaultAction": "SCMP_ACT_ALLOW",
                    "syscalls": [{"names": ["keyctl", "bpf"], "action": "SCMP_ACT_ERRNO"}],
                }
            ),
        }
    )
    unittest.addModuleCleanup(end_children)
    one.__enter__()
    unittest.addModuleCleanup(one.stop)
    one.make_image("app:1", image_files(), f"CMD {json.dumps(SLEEP)}")

    def run(name, options, *command):
        words = (word.replace("{directory}", str(one.directory)) for word in options)
        if name in COMMANDS:
            command = ("/bin/busybox", *COMMANDS[name])
        one.docker("run", "--detach", f"--name={name}", *words, "app:1", *command)

    run("plain", ())
    run("worker", (), *WORKER)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(run, CONTAINERS, CONTAINERS.values()))
    change(one)
    verdicts.update(root=judged(one.audit()))
    os.chown(one.socket, 0, GROUP)
    os.chmod(one.socket, 0o660)
    verdicts.update(user=judged(one.audit(user=NOBODY, groups=[GROUP])))
    results.update(engine=one)


def judged(report):
    return {(one["control"], one["subject"]["name"]): one for one in report["results"]}


def pid_of(one, name):
    return one.docker("inspect", "--format={{.State.Pid}}", name).stdout.strip()


def start(*command):
    children.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True))
    return children[-1].pid


def end_children():
    for child in children:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def change(one):
    """What nobody declared: to running containers, from outside."""

    def enter(name, *kinds):
        return ("nsenter", f"--target={pid_of(one, name)}", *kinds)

    inside = ("--mount", "--pid", "/bin/busybox")
    engine.run(*enter("unmasked", *inside), "umount", "/proc/keys")
    engine.run(*enter("remounted", *inside), "mount", "-o", "remount,rw", "/")
    start(*enter("entered", *inside), "sleep", "600")
    start(*enter("entered-network", "--net"), "sleep", "600")
    one.docker("exec", "--detach", "--privileged", "exec-privileged", *SLEEP)
    move(start("sleep", "600"), pid_of(one, "escaped"))
    move(start(*enter("smuggled", "--all"), *SLEEP), pid_of(one, "smuggled"))


def move(process, pid):
    """A process into the control groups of another."""
    groups = pathlib.Path(f"/proc/{pid}/cgroup").read_text(encoding="ascii")
    for line in groups.splitlines():
        _, controllers, path = line.split(":", 2)
        names = [f"/sys/fs/cgroup/{controllers.removeprefix('name=')}", "/sys/fs/cgroup"]
        for procs in (pathlib.Path(f"{name}{path}/cgroup.procs") for name in names):
            if procs.exists():
                procs.write_text(str(process), encoding="ascii")
                break


class Isolation(unittest.TestCase):
    """On a real engine …"""

    def expect(self, control, name, status, severity=None, says="", who="root"):
        result = verdicts[who][control, name]
        self.assertEqual(result["status"], status, engine.describe(result))
        self.assertIn(says, result["message"], engine.describe(result))
        if severity:
            self.assertEqual(result["severity"], severity, engine.describe(result))

    def test_what_is_declared_is_verified_where_nobody_changed_it(self):
        changed = {"unmasked", "remounted", "exec-privileged", "escaped", "smuggled"}
        for name in ["plain", "worker", *CONTAINERS]:
            if name not in changed | {"own-userns"}:
                self.expect("isolation-as-declared", name, "pass", says="verified")

    def test_a_time_namespace_counts_where_the_engine_gives_one(self):
        """No engine here is new enough (29.5) to give it: what this one made is judged as its."""
        one = results["engine"]
        snapshot = json.loads(one.bulkhead(command="collect").stdout)
        if "time" not in snapshot["host"]["namespaces"]:
            self.skipTest("this kernel has no time namespaces")
        snapshot["engine"]["version"]["Version"] = "29.5.0"
        path = one.directory / "snapshot.json"
        path.write_text(json.dumps(snapshot), encoding="utf-8")
        found = judged(engine.audit("--snapshot", path, "--container=plain"))
        result = found["isolation-as-declared", "plain"]
        self.assertEqual(result["status"], "fail")
        self.assertIn("time namespace: declared its own, in effect the host's", result["message"])

    def test_a_mask_that_was_taken_off_is_found(self):
        says = "not covered: /proc/keys"
        self.expect("isolation-as-declared", "unmasked", "fail", "high", says)

    def test_a_root_file_system_that_became_writable_is_found(self):
        says = "root file system: declared read-only, in effect writable"
        self.expect("isolation-as-declared", "remounted", "fail", "medium", says)

    def test_a_privileged_session_is_more_than_was_declared(self):
        self.expect("isolation-as-declared", "exec-privileged", "fail", "high", "has more")

    def test_ptrace_weighs_by_the_pid_namespace(self):
        control = "no-capability-to-host-root"
        self.expect(control, "ptrace-host", "fail", "critical", "in the host's pid namespace")
        self.expect(control, "ptrace-peer", "fail", "high")
        self.expect(control, "ptrace", "fail", "medium")
        self.expect(control, "peer", "pass")

    def test_sys_admin_leads_to_the_host(self):
        self.expect("no-capability-to-host-root", "admin", "fail", "critical", "SYS_ADMIN")

    def test_the_default_mknod_counts_beside_a_rule_for_disks_only(self):
        self.expect("no-capability-to-host-root", "disk-rule", "fail", "critical", "MKNOD")
        self.expect("no-capability-to-host-root", "usb-rule", "pass")
        self.expect("no-capability-to-host-root", "plain", "pass")

    def test_net_admin_weighs_by_the_network(self):
        control = "no-capability-over-host-network"
        self.expect(control, "net-admin-host", "fail", "high", "firewall")
        self.expect(control, "net-admin", "fail", "medium")
        self.expect(control, "net-host", "fail", "medium", "NET_RAW")
        self.expect(control, "plain", "pass")

    def test_clock_and_audit_of_the_host_are_nobodys_but_its_own(self):
        self.expect("no-capability-to-disrupt-host", "clock", "fail", "medium", "clock")
        self.expect("no-capability-over-host-security", "auditor", "fail", "high", "audit")
        self.expect("no-capability-to-disrupt-host", "plain", "pass")
        self.expect("no-capability-over-host-security", "plain", "pass")

    def test_lists_that_take_back_what_they_say_are_found(self):
        self.expect("capability-drops-hold", "both-lists", "fail", "low", "NET_RAW")
        self.expect("capability-drops-hold", "privileged", "fail", says="no effect")
        self.expect("capability-drops-hold", "all-but", "pass")

    def test_the_suggestion_is_what_was_seen(self):
        control = "default-capabilities-dropped"
        self.expect(control, "plain", "fail", "low", "cap_drop: [ALL] would do, as far as was observed")
        says = "cap_drop: [ALL], cap_add: [KILL, SETGID, SETUID] would do, as far as was observed"
        self.expect(control, "worker", "fail", "low", says)
        self.expect(control, "hardened", "pass")

    def test_a_container_runs_with_the_suggestion(self):
        one = results["engine"]
        suggested = ("--cap-drop=ALL", "--cap-add=KILL", "--cap-add=SETGID", "--cap-add=SETUID")
        one.docker("run", "--detach", "--name=suggested", *suggested, "app:1", *WORKER)
        users = one.docker("top", "suggested", "-eo", "pid,uid,args").stdout
        self.assertRegex(users, r"(?m)^ *\d+ +1000 +/bin/busybox sleep", users)

    def test_a_user_keeps_away_from_root_by_no_new_privileges_only(self):
        self.expect("non-root-stays-non-root", "user", "fail", "low", "14 of them")
        self.expect("non-root-stays-non-root", "hardened", "pass")
        self.expect("non-root-stays-non-root", "plain", "not-applicable")

    def test_a_process_without_the_filter_of_its_container_is_found(self):
        self.expect("isolation-as-declared", "smuggled", "fail", "high", "has no filter")
        self.expect("seccomp-enabled", "smuggled", "fail", says="(nsenter)")
        self.expect("seccomp-enabled", "plain", "pass")
        self.expect("seccomp-enabled", "privileged", "fail", "high")

    def test_what_is_inherited_is_found(self):
        control = "no-inherited-capabilities"
        self.expect(control, "ambient", "fail", "medium", "NET_RAW")
        self.expect(control, "inheriting", "fail", "low", "NET_RAW")
        for name in set(CONTAINERS) - {"ambient", "inheriting"}:
            self.expect(control, name, "pass")

    def test_all_capabilities_in_a_user_namespace_of_its_own_are_none(self):
        pid = pid_of(results["engine"], "own-userns")
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        self.assertRegex(status, r"CapBnd:\t0*1ffffffffff\n")
        says = "declared only: privileged (its first process is in a user namespace that it made"
        self.expect("isolation-as-declared", "own-userns", "pass", says=says)
        self.expect("not-privileged", "own-userns", "pass")
        self.expect("not-privileged", "privileged", "fail", "critical")
        for control in ("no-capability-to-host-root", "no-capability-over-host-security"):
            self.expect(control, "own-userns", "pass")
        self.expect("capabilities-restricted", "own-userns", "fail", "low", "NET_RAW")

    def test_the_last_word_on_new_privileges_counts(self):
        self.expect("no-new-privileges", "nnp-off", "fail")
        self.expect("no-new-privileges", "hardened", "pass")

    def test_a_shared_cgroup_namespace_is_found(self):
        self.expect("no-host-cgroup-namespace", "private-cgroup", "pass")

    def test_who_entered_a_container_is_found(self):
        control = "no-outside-processes"
        self.expect(control, "entered", "fail", "high", "in pid, mnt")
        self.expect(control, "entered-network", "fail", "medium", "(sleep) in net")

    def test_sessions_and_peers_are_no_strangers(self):
        for name in ("plain", "peer", "net-peer", "exec-privileged", "ptrace-host", "net-host"):
            self.expect("no-outside-processes", name, "pass")

    def test_a_process_that_left_its_container_is_found(self):
        self.expect("no-escaped-processes", "escaped", "fail", "critical", "host's mnt namespace")

    def test_host_namespaces_that_were_given_are_no_escape(self):
        for name in ("plain", "ptrace-host", "net-host", "privileged", "entered"):
            self.expect("no-escaped-processes", name, "pass")

    def test_shared_namespaces_weigh_by_their_kind(self):
        self.expect("no-joined-namespaces", "peer", "fail", "medium", "peer -> plain")
        self.expect("no-joined-namespaces", "ptrace-peer", "fail", "high")
        self.expect("no-joined-namespaces", "net-peer", "fail", "low", "127.0.0.1")
        self.expect("no-joined-namespaces", "plain", "pass")

    def test_an_ordinary_user_claims_nothing_that_he_does_not_see(self):
        for control in ("isolation-as-declared", "no-outside-processes", "no-escaped-processes"):
            self.expect(control, "plain", "unknown", who="user")

    def test_an_ordinary_user_sees_the_capabilities(self):
        control = "no-capability-to-host-root"
        self.expect(control, "ptrace-host", "fail", "critical", who="user")
        self.expect(control, "plain", "pass", who="user")
        self.expect("isolation-as-declared", "unmasked", "fail", "high", who="user")
