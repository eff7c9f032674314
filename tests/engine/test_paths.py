# SPDX-License-Identifier: Apache-2.0
"""Ways from containers to the host, and what looks like one and is none."""

import http.server
import json
import os
import pathlib
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
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
        *(NO_NETWORK, "--volume=/proc:/hostproc:ro", "--cap-drop=ALL", "--user=54321"),
        "--security-opt=no-new-privileges",
    ),
    "user-with-socket": (NO_NETWORK, SOCKET, "--user=1000", "--security-opt=no-new-privileges"),
    "user-who-may-become-root": (NO_NETWORK, SOCKET, "--user=1000"),
    "group-with-socket": (
        *(NO_NETWORK, SOCKET, "--user=1000", "--group-add={group}"),
        "--security-opt=no-new-privileges",
    ),
    "sidecar": (NO_NETWORK, "--pid=container:runner"),
    "user-beside-the-group": (
        *(NO_NETWORK, "--pid=container:group-with-socket", "--user=1000", "--cap-drop=ALL"),
        "--security-opt=no-new-privileges",
    ),
    "other-beside-the-group": (
        *(NO_NETWORK, "--pid=container:group-with-socket", "--user=1001", "--cap-drop=ALL"),
        "--security-opt=no-new-privileges",
    ),
    "stronger": (NO_NETWORK, "--cap-add=SYS_TIME", SOCKET),
    "sidecar-of-stronger": (NO_NETWORK, "--pid=container:stronger"),
    "open-proc": (NO_NETWORK, "--security-opt=systempaths=unconfined"),
    "raw-proxy-socket": (NO_NETWORK, "--volume={directory}/proxy.sock:/var/run/docker.sock"),
    "owner-of-home": (
        *(NO_NETWORK, "--user=54242", "--cap-drop=ALL", "--security-opt=no-new-privileges"),
        "--volume={home}/.config/systemd:/x",
    ),
    "owner-of-keys": (
        *(NO_NETWORK, "--user=54242", "--cap-drop=ALL", "--security-opt=no-new-privileges"),
        "--volume={home}/.ssh:/x:ro",
    ),
    "stranger-to-keys": (
        *(NO_NETWORK, "--user=54243", "--cap-drop=ALL", "--security-opt=no-new-privileges"),
        "--volume={home}/.ssh:/x:ro",
    ),
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
        proxy = socket.socket(socket.AF_UNIX)
        cls.addClassCleanup(proxy.close)
        proxy.bind(str(cls.engine.directory / "proxy.sock"))
        proxy.listen()
        home = make_home()
        cls.addClassCleanup(shutil.rmtree, home)
        words = {
            "home": home,
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

    def test_files_are_for_whom_they_belong_to(self):
        self.assertEqual(self.techniques("owner-of-home"), ["home"])
        self.assertEqual(self.techniques("owner-of-keys"), ["host-secrets"])
        self.expect_none("stranger-to-keys")

    def test_who_may_trace_a_process_has_what_it_has(self):
        scope = pathlib.Path("/proc/sys/kernel/yama/ptrace_scope")
        self.expect_none("other-beside-the-group")
        if scope.exists() and scope.read_text(encoding="ascii").strip() != "0":
            self.expect_none("user-beside-the-group")
            return
        found = self.techniques("user-beside-the-group")
        self.assertEqual(found, ["peer-processes", "runtime-socket"])

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


NO_FILTER = "--security-opt=seccomp={directory}/%s.json"
ROOT, USER, READ = "root on the host", "a user of the host", "the host's secrets"
DISRUPT = "the host disrupted"
SAME_USER = ("--cap-drop=ALL", "--security-opt=no-new-privileges")
# Of a process that the tests start.
HOST_USER = 54242

# By name: options, and the technique, end and band of the path; None: there is none. The harmless
# thing stands below what it looks like.
RULES = {
    "etc": (["--volume=/etc:/x"], ("host-files", ROOT, "critical")),
    "shadow": (["--volume=/etc/shadow:/x:ro"], ("host-secrets", READ, "high")),
    "hostname": (["--volume=/etc/hostname:/x"], None),
    "own-directory": (["--volume={directory}/application:/x"], None),
    "data-root": (["--volume={directory}/data:/x"], ("host-files", ROOT, "critical")),
    "logs": (["--volume={directory}/data/containers:/x:ro"], ("container-files", READ, "medium")),
    "storage": (["--volume=storage:/x"], None),
    "home": (["--volume={home}/.config/systemd:/x"], ("home", USER, "high")),
    "home-of-nothing": (["--volume={home}/work:/x"], None),
    "pid-ptrace": (
        ["--pid=host", "--cap-add=SYS_PTRACE"],
        ("host-processes", ROOT, "critical"),
    ),
    "proc-ptrace": (
        ["--volume=/proc:/x:ro", "--cap-add=SYS_PTRACE"],
        ("host-processes", ROOT, "critical"),
    ),
    "ptrace": (["--cap-add=SYS_PTRACE"], None),
    # Without one capability of theirs it cannot enter the other containers.
    "pid": (["--pid=host", "--cap-drop=AUDIT_WRITE"], ("host-users", USER, "medium")),
    "pid-no-setuid": (["--pid=host", "--cap-drop=SETUID"], None),
    "pid-same-user": (
        ["--pid=host", f"--user={HOST_USER}:{HOST_USER}", *SAME_USER],
        ("host-users", USER, "medium"),
    ),
    "pid-same-user-of-another-group": (
        ["--pid=host", f"--user={HOST_USER}:{HOST_USER + 1}", *SAME_USER],
        None,
    ),
    "user-alone": ([f"--user={HOST_USER}:{HOST_USER}", *SAME_USER], None),
    "entered": (["--cap-add=SYS_PTRACE"], ("foreign-process", ROOT, "high")),
    "entered-no-ptrace": ([], None),
    "reboot": (
        ["--pid=host", "--cap-add=SYS_BOOT", "--cap-drop=SETUID"],
        ("disrupt", DISRUPT, "low"),
    ),
    "reboot-of-itself": (["--cap-add=SYS_BOOT"], None),
    "clock": (["--cap-add=SYS_TIME"], ("disrupt", DISRUPT, "low")),
    "clock-filtered": (["--cap-add=SYS_TIME", NO_FILTER % "no-clock"], None),
    "control-groups": (["--volume=/sys/fs/cgroup:/x"], ("disrupt", DISRUPT, "low")),
    "control-groups-read-only": (["--volume=/sys/fs/cgroup/cpu:/x:ro"], None),
    "binfmt": (["--volume={directory}/binfmt:/x"], ("binfmt", ROOT, "high")),
    "binfmt-read-only": (["--volume={directory}/binfmt:/x:ro"], None),
    "proc-writable": (["--volume=/proc:/x"], ("host-proc", ROOT, "high")),
    "proc-net": (["--volume=/proc/sys/net:/x"], None),
    "open-proc": (["--security-opt=systempaths=unconfined"], ("own-proc", ROOT, "high")),
    "sys-admin": (["--cap-add=SYS_ADMIN"], ("mount", ROOT, "high")),
    "sys-admin-no-mount": (
        ["--cap-add=SYS_ADMIN", NO_FILTER % "no-mount"],
        ("bpf", READ, "medium"),
    ),
    "sys-admin-new-mount": (
        ["--cap-add=SYS_ADMIN", NO_FILTER % "no-old-mount"],
        ("mount", ROOT, "high"),
    ),
    "sys-admin-filtered": (["--cap-add=SYS_ADMIN", NO_FILTER % "no-mount-no-bpf"], None),
    "handles": (["--cap-add=DAC_READ_SEARCH"], ("file-handles", ROOT, "critical")),
    "handles-to-read": (
        ["--cap-add=DAC_READ_SEARCH", "--cap-drop=DAC_OVERRIDE"],
        ("file-handles", READ, "high"),
    ),
    "handles-filtered": (["--cap-add=DAC_READ_SEARCH", NO_FILTER % "no-handles"], None),
    "disk": (["--device={directory}/disk:/dev/zero"], ("disk", ROOT, "high")),
    "disk-that-is-none": (["--device=/dev/zero:/dev/sda"], None),
    "disk-node-only": (["--device={directory}/disk:/dev/sda:m"], None),
    "disk-rule": (["--device-cgroup-rule=b *:* rwm"], ("device-rule", ROOT, "high")),
    "disk-rule-no-mknod": (["--device-cgroup-rule=b *:* rwm", "--cap-drop=MKNOD"], None),
    "rule-of-characters": (["--device-cgroup-rule=c *:* rwm"], None),
    "host-network-admin": (
        ["--network=host", "--cap-add=NET_ADMIN"],
        ("host-traffic", READ, "high"),
    ),
    "host-network": (["--network=host"], ("host-traffic", READ, "medium")),
    "host-network-not-raw": (["--network=host", "--cap-drop=NET_RAW"], None),
    "net-admin": (["--cap-add=NET_ADMIN"], None),
    "shared-code": (
        ["--volume={directory}/shared:/app", "--volume=/etc:/x", "--entrypoint=/app/busybox"],
        ("host-files", ROOT, "critical"),
    ),
    "shared-code-writer": (
        ["--volume={directory}/shared:/x"],
        ("peer-files", ROOT, "medium"),
    ),
    "shared-code-reader": (["--volume={directory}/shared:/x:ro"], None),
}

# Profiles that allow everything but these calls.
FILTERS = {
    "no-mount": ["mount", "move_mount"],
    "no-old-mount": ["mount"],
    "no-mount-no-bpf": ["mount", "move_mount", "bpf"],
    "no-handles": ["open_by_handle_at"],
    "no-clock": ["clock_settime", "clock_settime64", "settimeofday", "clock_adjtime", "adjtimex"],
}


def make_host_files(directory):
    """What the mounts and options of RULES name."""
    for name, calls in FILTERS.items():
        rules = [{"names": calls, "action": "SCMP_ACT_ERRNO"}]
        profile = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules}
        (directory / f"{name}.json").write_text(json.dumps(profile), encoding="utf-8")
    for name in ("application", "shared"):
        (directory / name).mkdir()
    (directory / "shared/busybox").write_bytes(engine.busybox())
    (directory / "shared/busybox").chmod(0o755)
    engine.run("mknod", directory / "disk", "b", "7", "250")
    (directory / "binfmt").mkdir()
    engine.run("mount", "-t", "binfmt_misc", "none", directory / "binfmt")


def make_home():
    pathlib.Path("/home").mkdir(exist_ok=True)
    home = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-test-", dir="/home"))
    for name in (".config/systemd", ".ssh", "work"):
        (home / name).mkdir(parents=True)
        os.chown(home / name, HOST_USER, HOST_USER)
    return home


def start(case, *command):
    """A process of the host, for as long as the tests of the class run."""
    process = subprocess.Popen(command)
    case.addClassCleanup(process.wait)
    case.addClassCleanup(process.kill)
    return process


class Rules(unittest.TestCase):
    """Of the rules by which there are ways out …"""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.engine = engine.Engine()
        cls.addClassCleanup(cls.engine.stop)
        cls.engine.start()
        make_root_image(cls.engine)
        make_host_files(cls.engine.directory)
        home = make_home()
        cls.addClassCleanup(shutil.rmtree, home)
        ids = (f"--reuid={HOST_USER}", f"--regid={HOST_USER}", "--clear-groups")
        cls.process = start(cls, "setpriv", *ids, "sleep", "100000")
        words = {"directory": cls.engine.directory, "home": home}
        for name, (options, _) in RULES.items():
            filled = [option.format(**words) for option in (NO_NETWORK, *options)]
            if any(option.startswith("--network=") for option in options):
                filled.remove(NO_NETWORK)
            cls.engine.docker(
                *("run", "--detach", f"--name={name}", *filled, "root-app:1"),
                *(["sleep", "100000"] if "--entrypoint=/app/busybox" in filled else []),
            )
        for name in ("entered", "entered-no-ptrace"):
            target = cls.engine.docker("inspect", "--format={{.State.Pid}}", name).stdout.strip()
            start(cls, "nsenter", f"--target={target}", "--pid", "--mount", "sleep", "100000")
        report = cls.engine.audit("--control=no-path-to-host-root")
        cls.paths = {path["container"]: path for path in report["attack_paths"]}
        cls.results = {r["subject"]["name"]: r for r in report["results"]}

    def test_each_finds_what_is_there_and_not_what_looks_like_it(self):
        for name, (_, expected) in RULES.items():
            with self.subTest(name):
                path = self.paths.get(name)
                found = path and (path["steps"][0]["technique"], path["end"], path["band"])
                self.assertEqual(found, expected, engine.describe(self.results[name]))
                status = "fail" if expected else "pass"
                self.assertEqual(self.results[name]["status"], status)

    def test_each_path_rests_on_what_the_kernel_shows(self):
        unsure = {n: p["confidence"] for n, p in self.paths.items() if n in RULES}
        self.assertEqual({n for n, c in unsure.items() if c != "effective"}, {"disk", "disk-rule"})

    def test_a_user_enters_what_runs_as_it_and_no_more(self):
        door = f"/proc/{self.process.pid}/root/etc/hostname"
        for name, opens in (("pid-same-user", True), ("pid-same-user-of-another-group", False)):
            with self.subTest(name):
                done = self.engine.docker("exec", name, "busybox", "cat", door, check=False)
                self.assertEqual(done.returncode == 0, opens, done.stderr)

    def test_an_ordinary_user_claims_and_denies_nothing_that_he_did_not_see(self):
        report = self.engine.audit(
            "--control=no-path-to-host-root", user=65534, groups=(self.engine.socket.stat().st_gid,)
        )
        self.assertEqual(len(report["results"]), len(RULES))
        for result in report["results"]:
            with self.subTest(result["subject"]["name"]):
                known = self.results[result["subject"]["name"]]["status"]
                self.assertIn(result["status"], (known, "unknown"), engine.describe(result))

    def test_two_audits_say_the_same(self):
        first, second = (
            self.engine.audit("--control=no-path-to-host-root")["attack_paths"] for _ in range(2)
        )
        self.assertEqual(first, second)


class AllowAll(http.server.BaseHTTPRequestHandler):
    """An authorization plugin that forbids nothing."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        activates = self.path == "/Plugin.Activate"
        answer = json.dumps({"Implements": ["authz"]} if activates else {"Allow": True}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def serve_plugin(case, name):
    """Where dockerd looks for plugins, for as long as the tests of the class run."""
    path = pathlib.Path(f"/run/docker/plugins/{name}.sock")
    path.parent.mkdir(parents=True, exist_ok=True)
    server = socketserver.ThreadingUnixStreamServer(str(path), AllowAll)
    server.daemon_threads = True
    case.addClassCleanup(path.unlink)
    case.addClassCleanup(server.server_close)
    case.addClassCleanup(server.shutdown)
    threading.Thread(target=server.serve_forever, daemon=True).start()


class OpenApi(unittest.TestCase):
    """Of an engine that listens on TCP …"""

    PLUGIN = f"bulkhead-test-{os.getpid()}"
    SOCKET = "--volume={socket}:/s"
    # By the address: options and the path of each container.
    LISTENERS = {
        "0.0.0.0": {
            "bridged": ([], ("engine-api", ROOT, "high")),
            "bridged-user": (["--user=1000", *SAME_USER], ("engine-api", ROOT, "high")),
            "apart": ([NO_NETWORK], None),
        },
        "127.0.0.1": {
            "beside": (
                ["--network=host", "--cap-drop=NET_RAW"],
                ("engine-api-authorized", ROOT, "medium"),
            ),
            "plain": ([NO_NETWORK], None),
            "socket": ([NO_NETWORK, SOCKET], ("runtime-socket-authorized", ROOT, "medium")),
            "socket-of-group": (
                [NO_NETWORK, SOCKET, "--user=1000", "--group-add={group}", *SAME_USER],
                ("runtime-socket-authorized", ROOT, "medium"),
            ),
            "containerd": (
                [NO_NETWORK, "--volume={directory}/exec/containerd/containerd.sock:/s"],
                ("runtime-socket", ROOT, "critical"),
            ),
            # Whoever talks with a container that has a way out may find a flaw in it.
            "server": (["--expose=80", "--volume=/etc:/x"], ("host-files", ROOT, "critical")),
            "talker": ([], ("peer-network", ROOT, "low")),
            "quiet-server": (
                ["--network=quiet", "--expose=80", "--volume=/etc:/x"],
                ("host-files", ROOT, "critical"),
            ),
            "quiet-talker": (["--network=quiet"], None),
        },
    }

    def paths_of(self, address, *flags):
        """{container: the first step, end and band of its path, or None}"""
        table = self.LISTENERS[address]
        flags = [f"--host=tcp://{address}:2375", "--host=unix://{socket}", *flags]
        with engine.Engine(flags=flags, isolated=True) as one:
            make_root_image(one)
            icc = "--opt=com.docker.network.bridge.enable_icc=false"
            one.docker("network", "create", icc, "quiet")
            words = {
                "socket": one.socket,
                "directory": one.directory,
                "group": one.socket.stat().st_gid,
            }
            for name, (options, _) in table.items():
                filled = [option.format(**words) for option in options]
                one.docker("run", "--detach", f"--name={name}", *filled, "root-app:1")
            paths = one.audit("--control=no-path-to-host-root")["attack_paths"]
        found = dict.fromkeys(table)
        for path in paths:
            first = path["steps"][0]["technique"]
            found[path["container"]] = (first, path["end"], path["band"])
        return found

    def expected(self, address):
        return {name: expected for name, (_, expected) in self.LISTENERS[address].items()}

    def test_who_is_on_a_network_reaches_an_open_port(self):
        self.assertEqual(self.paths_of("0.0.0.0"), self.expected("0.0.0.0"))

    def test_a_plugin_is_an_obstacle_where_it_is_asked(self):
        serve_plugin(type(self), self.PLUGIN)
        found = self.paths_of("127.0.0.1", f"--authorization-plugin={self.PLUGIN}")
        self.assertEqual(found, self.expected("127.0.0.1"))
