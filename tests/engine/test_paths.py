# SPDX-License-Identifier: Apache-2.0
"""Ways from containers to the host, and what looks like one and is none."""

import unittest

import engine
from host import make_root_image

SOCKET = "--volume={socket}:/var/run/docker.sock"
NO_NETWORK = "--network=none"
# Those whose processes `viewer` can enter; which of them a path names, their ids decide.
SOCKET_HOLDERS = ("runner", "group-with-socket")

# The five worked examples of the model, and traps beside them.
CONTAINERS = {
    "bad": (
        *("--cap-add=SYS_ADMIN", "--pid=host", "--network=host", "--uts=host", "--ipc=host"),
        *("--security-opt=seccomp=unconfined", SOCKET, "--volume=/etc:/host/etc"),
    ),
    "viewer": (NO_NETWORK, "--volume=/proc:/hostproc:ro"),
    "runner": (NO_NETWORK, SOCKET),
    "ok": (NO_NETWORK,),
    "hard": (
        *(NO_NETWORK, "--cap-drop=ALL", "--cap-add=NET_BIND_SERVICE", "--user=1000:1000"),
        *("--security-opt=no-new-privileges", "--read-only"),
    ),
    "viewer-without-rights": (
        *(NO_NETWORK, "--volume=/proc:/hostproc:ro", "--cap-drop=ALL", "--user=1000"),
        "--security-opt=no-new-privileges",
    ),
    "user-with-socket": (NO_NETWORK, SOCKET, "--user=1000", "--security-opt=no-new-privileges"),
    "user-who-may-become-root": (NO_NETWORK, SOCKET, "--user=1000"),
    "group-with-socket": (
        *(NO_NETWORK, SOCKET, "--user=1000", "--group-add={group}"),
        "--security-opt=no-new-privileges",
    ),
    "sidecar": (NO_NETWORK, "--pid=container:runner"),
    "stronger": (NO_NETWORK, "--cap-add=SYS_TIME", SOCKET),
    "sidecar-of-stronger": (NO_NETWORK, "--pid=container:stronger"),
    "open-proc": (NO_NETWORK, "--security-opt=systempaths=unconfined"),
    "raw-proxy-socket": (NO_NETWORK, "--volume={directory}/proxy.sock:/var/run/docker.sock"),
    "etc-file": (NO_NETWORK, "--volume=/etc/hostname:/etc/motd:ro"),
}


class Paths(unittest.TestCase):
    """Of the ways out of containers …"""

    @classmethod
    def setUpClass(cls):
        cls.engine = engine.Engine()
        cls.addClassCleanup(cls.engine.stop)
        cls.engine.start()
        make_root_image(cls.engine)
        (cls.engine.directory / "proxy.sock").touch()
        words = {
            "socket": cls.engine.socket,
            "directory": cls.engine.directory,
            "group": cls.engine.socket.stat().st_gid,
        }
        for name, options in CONTAINERS.items():
            filled = [option.format(**words) for option in options]
            cls.engine.docker("run", "--detach", f"--name={name}", *filled, "root-app:1")
        cls.engine.docker("create", "--privileged", "--name=priv", NO_NETWORK, "root-app:1")
        cls.report = cls.engine.audit("--control=no-path-to-host-root")
        cls.paths = {path["container"]: path for path in cls.report["attack_paths"]}
        cls.results = {r["subject"]["name"]: r for r in cls.report["results"]}

    def techniques(self, name):
        return [step["technique"] for step in self.paths[name]["steps"]]

    def changes(self, name):
        return [f"{change['where']}: {change['text']}" for change in self.paths[name]["changes"]]

    def expect_none(self, name):
        result = self.results[name]
        self.assertEqual(result["status"], "pass", engine.describe(result))
        self.assertNotIn(name, self.paths)

    def test_one_that_has_everything_needs_all_of_it_taken(self):
        path = self.paths["bad"]
        self.assertEqual((path["score"], path["band"], path["cost"]), (100, "critical", 0))
        self.assertEqual(self.techniques("bad"), ["runtime-socket"])
        changes = self.changes("bad")
        socket = self.engine.socket
        for change in (f"remove the mount of {socket}", "remove the mount of /etc"):
            self.assertIn(f"bad: {change}", changes)
        self.assertIn("bad: drop the capability SYS_ADMIN", changes)

    def test_two_that_look_harmless_are_joined_by_a_read_only_proc(self):
        path = self.paths["viewer"]
        self.assertEqual(self.techniques("viewer"), ["peer-processes", "runtime-socket"])
        self.assertEqual([step["actor"] for step in path["steps"]][0], "viewer")
        self.assertIn(path["steps"][1]["actor"], SOCKET_HOLDERS)
        self.assertRegex(path["steps"][0]["text"], r"^enters \S+ by /hostproc/\d+/root$")
        self.assertEqual((path["cost"], path["band"]), (1, "critical"))
        self.assertEqual(path["confidence"], "effective")
        self.assertEqual(self.changes("viewer"), ["viewer: remove the mount of /proc"])

    def test_the_door_that_the_report_names_is_open(self):
        step = self.paths["viewer"]["steps"][0]
        door = step["text"].rpartition(" by ")[2]
        # Of a process of another user it opens to who takes that uid.
        user = "--user=1000" if step["target"] == "group-with-socket" else "--user=0"
        done = self.engine.docker(
            *("exec", user, "viewer", "busybox", "stat", "-c", "%F", f"{door}/var/run/docker.sock")
        )
        self.assertEqual(done.stdout.strip(), "socket")

    def test_plain_and_hardened_ones_have_none(self):
        for name in ("ok", "hard", "etc-file", "raw-proxy-socket"):
            self.expect_none(name)

    def test_proc_without_rights_is_none(self):
        self.expect_none("viewer-without-rights")

    def test_a_socket_is_for_who_may_open_it(self):
        self.expect_none("user-with-socket")
        self.assertEqual(self.techniques("group-with-socket"), ["runtime-socket"])

    def test_a_setuid_program_is_a_guess_until_the_layers_were_looked_at(self):
        name = "user-who-may-become-root"
        self.assertEqual(self.techniques(name), ["setuid-program", "runtime-socket"])
        self.assertEqual(self.paths[name]["steps"][0]["confidence"], "guessed")
        deep = self.engine.audit("--control=no-path-to-host-root", "--deep")
        self.assertNotIn(name, [path["container"] for path in deep["attack_paths"]])

    def test_a_shared_pid_namespace_is_a_door(self):
        self.assertEqual(self.techniques("sidecar"), ["peer-processes", "runtime-socket"])
        self.assertEqual(self.paths["sidecar"]["steps"][0]["target"], "runner")

    def test_a_peer_with_more_capabilities_is_none(self):
        self.expect_none("sidecar-of-stronger")

    def test_an_unprotected_proc_is_one(self):
        self.assertEqual(self.techniques("open-proc"), ["own-proc"])
        self.assertEqual(self.paths["open-proc"]["band"], "high")

    def test_what_never_ran_is_told_as_declared(self):
        path = self.paths["priv"]
        self.assertEqual((path["confidence"], path["band"]), ("declared", "high"))
        self.assertEqual(self.techniques("priv"), ["privileged"])

    def test_severity_is_the_band(self):
        for name, path in self.paths.items():
            self.assertEqual(self.results[name]["severity"], path["band"])
            self.assertEqual(self.results[name]["status"], "fail")

    def test_a_container_has_a_page(self):
        page = self.engine.bulkhead("viewer", command="explain").stdout
        for words in ("Isolation", "Ways out", "What to change", "docker run", "services:"):
            self.assertIn(words, page)
        self.assertIn("viewer: remove the mount of /proc", page)

    def test_an_ordinary_user_is_told_what_was_not_seen(self):
        report = self.engine.audit(
            *("--control=no-path-to-host-root", "--container=ok"),
            user=65534,
            groups=(self.engine.socket.stat().st_gid,),
        )
        result = report["results"][0]
        self.assertEqual(result["status"], "unknown", engine.describe(result))
        self.assertIn("CAP_SYS_PTRACE", result["hint"])
