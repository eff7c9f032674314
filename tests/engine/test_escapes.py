# SPDX-License-Identifier: Apache-2.0
"""Ways out of containers, each built on a real engine and found, with the harmless thing beside it."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import unittest

import engine

SLEEP = ("/bin/busybox", "sleep", "100000")

# Options of `docker run`; {directory} is the engine's.
CONTAINERS = {
    "plain": (),
    "user": ("--user=1000:1000",),
    "shims": ("--volume=/run/containerd:/c:ro",),
    "etc": ("--volume=/etc:/x",),
    "etc-ro": ("--volume=/etc:/x:ro",),
    "etc-heir": ("--volumes-from=etc",),
    "application": ("--volume={directory}/application:/x",),
    "link": ("--volume={directory}/link:/x",),
    "runtimes": ("--volume={directory}/runtimes:/x",),
    "runtimes-ro": ("--volume={directory}/runtimes:/x:ro",),
    "disguised": ("--volume=disguised:/x",),
    "volume": ("--volume=storage:/x",),
    "volume-heir": ("--volumes-from=volume",),
    "data-root": ("--volume={directory}/data:/x",),
    "layers-ro": ("--volume={directory}/data/image:/x:ro",),
    "logs-ro": ("--volume={directory}/data/containers:/x:ro",),
    "root": ("--volume=/:/host",),
    "root-ro": ("--volume=/:/host:ro",),
    "proc": ("--volume=/proc:/hostproc",),
    "proc-ro": ("--volume=/proc:/hostproc:ro",),
    "proc-file": ("--volume=/proc/stat:/host/stat",),
    "systempaths": ("--security-opt=systempaths=unconfined",),
    "systempaths-user": ("--security-opt=systempaths=unconfined", "--user=1000:1000"),
    "terminal": ("--tty",),
    "mask-replaced": (),
    "mask-uncovered": (),
    "terminal-replaced": ("--tty",),
    "cgroup": ("--volume=/sys/fs/cgroup:/cg",),
    "dev": ("--volume=/dev:/hostdev",),
    "sys": ("--volume=/sys:/hostsys",),
    "sys-admin": ("--cap-add=SYS_ADMIN",),
    "sys-admin-user": ("--cap-add=SYS_ADMIN", "--user=1000:1000"),
    "sys-module": ("--cap-add=SYS_MODULE",),
    "handles": ("--cap-add=DAC_READ_SEARCH",),
    "handles-user": ("--cap-add=DAC_READ_SEARCH", "--user=1000:1000"),
    "disk-rule": ("--device-cgroup-rule=b *:* rwm",),
    "disk-rule-no-mknod": ("--device-cgroup-rule=b *:* rwm", "--cap-drop=MKNOD"),
    "sda-is-zero": ("--device=/dev/zero:/dev/sda",),
    "printer-is-a-disk": ("--device={directory}/printer:/dev/lp0",),
    "pid": ("--pid=host",),
    "pid-ptrace": ("--pid=host", "--cap-add=SYS_PTRACE"),
    "ptrace": ("--cap-add=SYS_PTRACE",),
    "pid-user": ("--pid=host", "--user=1000:1000", "--cap-drop=ALL"),
    "late": (),
    "writer-a": ("--volume={directory}/shared:/a",),
    "writer-b": ("--volume={directory}/shared:/b",),
    "reader": ("--volume={directory}/shared:/c:ro",),
    "tmpfs": ("--tmpfs=/t",),
    "tmpfs-exec": ("--tmpfs=/t:exec",),
    "privileged-session": (),
    "mounts-itself": ("--cap-add=SYS_ADMIN",),
    "relabelled": ("--volume=/etc/default:/x:ro,Z",),
    "relabelled-own": ("--volume={directory}/application:/x:ro,z",),
    "unlabelled": ("--security-opt=label=disable",),
    "ipc": ("--ipc=host",),
    "uts": ("--uts=host",),
    "replaced": ("--volume={directory}/list:/l",),
    "unfiltered": ("--security-opt=seccomp=unconfined",),
    "unfiltered-user": (
        *("--security-opt=seccomp=unconfined", "--user=1000:1000"),
        "--security-opt=no-new-privileges",
    ),
    "net-host": ("--network=host",),
    "net-host-user": ("--network=host", "--user=1000:1000", "--security-opt=no-new-privileges"),
    "net-of-net-host": ("--network=container:net-host",),
}

# A program of any name that listens on the loopback.
LISTENER = """
import pathlib, signal, socket, sys
pathlib.Path("/proc/self/comm").write_text(sys.argv[1])
listener = socket.create_server(("127.0.0.1", int(sys.argv[2])))
print("ready", flush=True)
signal.pause()
"""

# Programs of runtimes: the mode of their directory, their own mode, and their owner.
RUNTIMES = {
    "roots": (0o755, 0o755, 0),
    "in-a-sticky-directory": (0o1777, 0o755, 0),
    "in-a-shared-directory": (0o777, 0o755, 0),
    "writable": (0o755, 0o757, 0),
    "somebodys": (0o755, 0o755, 1000),
}

# What each control says of which containers; of all the others it has to say `pass`.
FOUND = {
    "no-control-socket": {"shims": "critical", "root": "critical", "root-ro": "critical"},
    "no-writable-host-code": {
        "etc": "critical",
        "etc-heir": "critical",
        "link": "critical",
        "runtimes": "critical",
        "disguised": "critical",
        "data-root": "critical",
        "root": "critical",
        "root-ro": "critical",  # the data root is a mount of its own, and came along writable
    },
    "no-readable-host-secrets": {
        "logs-ro": "medium",
        **{
            name: "high"
            for name in (
                *("etc", "etc-ro", "etc-heir", "link", "disguised", "data-root", "layers-ro"),
                *("root", "root-ro"),
            )
        },
    },
    "volumes-are-storage": {"disguised": "high"},
    "no-undeclared-mounts": {"late": "high", "mounts-itself": "low"},
    "no-writable-host-proc": {"proc": "critical", "root": "critical", "root-ro": "critical"},
    "own-proc-protected": {
        "systempaths": "critical",
        "systempaths-user": "medium",
        "mask-uncovered": "medium",
    },
    "masks-genuine": {"mask-replaced": "critical", "terminal-replaced": "critical"},
    "no-way-to-mount": {"sys-admin": "critical", "mounts-itself": "critical"},
    "no-file-handles": {"handles": "critical"},
    "no-raw-disks": {
        "disk-rule": "critical",
        "disk-rule-no-mknod": "medium",
        "printer-is-a-disk": "critical",
    },
    "host-processes-out-of-reach": {
        "proc": "high",
        "proc-ro": "high",
        "root": "high",
        "root-ro": "high",
        "pid": "high",
        "pid-ptrace": "critical",
        "pid-user": "medium",
    },
    "mounts-in-place": {"replaced": "low"},
    "no-control-api-on-host-network": {},
    "no-shared-writable-files": dict.fromkeys(
        ("writer-a", "writer-b", "volume", "volume-heir"), "medium"
    ),
}

# Those that say more or less by what this machine has.
LOOSE = {
    "no-module-loading": {"sys-module"},
    "control-groups-read-only": {"cgroup", "sys", "root", "root-ro"},
    "no-kernel-state": {"dev", "sys", "root", "root-ro"},
}

state = {}


def start(one):
    for name, options in CONTAINERS.items():
        words = [word.replace("{directory}", str(one.directory)) for word in options]
        if not any(word.startswith("--network=") for word in words):
            words.append("--network=none")
        one.docker("run", "-d", f"--name={name}", *words, "app", *SLEEP)


def inside(one, name, command):
    """From outside of the container, in its mounts, of which the engine learns nothing."""
    pid = one.docker("inspect", "-f", "{{.State.Pid}}", name).stdout.strip()
    engine.run("nsenter", f"--target={pid}", "--mount", "/bin/busybox", *command.split())


def change_mounts(one):
    inside(one, "late", "mount -t proc p /mnt")
    inside(one, "mask-uncovered", "umount /proc/keys")
    for name, path in (("mask-replaced", "/proc/keys"), ("terminal-replaced", "/dev/console")):
        inside(one, name, f"mount -o bind /proc/sys/kernel/core_pattern {path}")
    words = ("/bin/busybox", "mount", "-t", "tmpfs", "t", "/mnt")
    one.docker("exec", "mounts-itself", *words)


def replace_list(one):
    """As an editor does: the container goes on with the old file."""
    (one.directory / "list.new").write_text("new\n", encoding="utf-8")
    (one.directory / "list.new").rename(one.directory / "list")


def make_runtimes(one):
    for name, (directory_mode, mode, uid) in RUNTIMES.items():
        program = one.directory / "runtimes" / name / "runc"
        program.parent.mkdir(parents=True)
        program.write_bytes(engine.busybox())
        os.chown(program, uid, 0)
        program.chmod(mode)
        program.parent.chmod(directory_mode)


def setUpModule():
    words = [f"--add-runtime={name}={{directory}}/runtimes/{name}/runc" for name in RUNTIMES]
    one = engine.Engine(flags=words)
    one.__enter__()
    make_runtimes(one)
    unittest.addModuleCleanup(one.stop)
    one.make_image("app", {"bin/busybox": engine.busybox(), "mnt": None, "x": None})
    for name in ("application", "shared"):
        (one.directory / name).mkdir()
    (one.directory / "list").write_text("old\n", encoding="utf-8")
    (one.directory / "link").symlink_to("/etc")
    engine.run("mknod", one.directory / "printer", "b", "7", "0")
    one.docker(
        *("volume", "create", "--opt=type=none", "--opt=o=bind", "--opt=device=/etc", "disguised")
    )
    start(one)
    change_mounts(one)
    replace_list(one)
    one.docker("exec", "--privileged", "--detach", "privileged-session", *SLEEP)
    state["engine"] = one
    state["root"] = results(one.audit("--benchmark=bulkhead", "--section=runtime"))


def results(document):
    """{control: {container: result}}"""
    found = {}
    for result in document["results"]:
        if result["subject"]["kind"] == "container":
            found.setdefault(result["control"], {})[result["subject"]["name"]] = result
    return found


class Escapes(unittest.TestCase):
    """Of the ways out of containers …"""

    maxDiff = None

    def says(self, control, found):
        wrong = []
        for name, result in state["root"][control].items():
            wanted = ("fail", found[name]) if name in found else ("pass", result["severity"])
            if (result["status"], result["severity"]) != wanted:
                wrong.append(f"{name}: expected {wanted}, got {engine.describe(result)}")
        self.assertEqual(set(state["root"][control]), set(CONTAINERS))
        if wrong:
            self.fail("\n".join(["", *wrong]))

    def test_those_that_depend_on_the_machine_are_found_and_no_others(self):
        for control, names in LOOSE.items():
            failed = {n for n, r in state["root"][control].items() if r["status"] == "fail"}
            self.assertEqual(failed, names, control)

    def test_release_agent_is_found_where_it_can_be_written(self):
        found = {n: r["status"] for n, r in state["root"]["no-release-agent"].items()}
        if set(found.values()) == {"not-applicable"}:
            self.skipTest("control groups of version 2 have none")
        command = 'for file in /cg/*/release_agent; do echo "$(cat $file)" >$file; done'
        done = state["engine"].docker(
            *("exec", "cgroup", "/bin/busybox", "sh", "-c", command), check=False
        )
        refused = "Operation not permitted" in done.stderr
        self.assertEqual(
            {name for name, status in found.items() if status == "fail"},
            {"sys-admin", "mounts-itself"}
            | (set() if refused else {"cgroup", "sys", "root", "root-ro"}),
        )

    def test_a_privileged_session_is_under_the_filter_of_its_container(self):
        one = state["engine"]
        words = ("exec", "--privileged", "privileged-session", "/bin/busybox", "mount")
        done = one.docker(*words, "-t", "proc", "p", "/mnt", check=False)
        self.assertIn("permission denied", done.stderr)
        message = state["root"]["no-way-to-mount"]["privileged-session"]["message"]
        self.assertEqual(message, "it has SYS_ADMIN, and its seccomp filter refuses mount")

    def test_a_tmpfs_that_carries_programs_is_found(self):
        found = {n: r["status"] for n, r in state["root"]["tmpfs-without-programs"].items()}
        self.assertEqual((found.pop("tmpfs"), found.pop("tmpfs-exec")), ("pass", "fail"))
        self.assertEqual(set(found.values()), {"not-applicable"})

    def test_a_container_can_leave_setuid_programs_where_it_is_said(self):
        one = state["engine"]
        found = state["root"]["no-setuid-on-host-directories"]
        failed = {name for name, result in found.items() if result["status"] == "fail"}
        self.assertGreaterEqual(failed, {"etc", "etc-heir", "link", "disguised", "application"})
        self.assertFalse(failed & {"plain", "user", "etc-ro", "volume", "reader"})
        for command in ("cp /bin/busybox /x/tool", "chmod 4755 /x/tool"):
            one.docker("exec", "application", "/bin/busybox", *command.split())
        status = (one.directory / "application/tool").stat()
        self.assertEqual((status.st_uid, status.st_mode & 0o7777), (0, 0o4755))

    def test_a_read_only_mount_of_proc_does_not_keep_from_files_of_others(self):
        """What the control says of read-only is so: a container reads a file in another."""
        one = state["engine"]
        pid = one.docker("inspect", "-f", "{{.State.Pid}}", "user").stdout.strip()
        one.docker("exec", "plain", "/bin/busybox", "true")
        done = one.docker(
            *("exec", "--user=1000:1000", "proc-ro", "/bin/busybox", "ls"),
            f"/hostproc/{pid}/root/bin/busybox",
        )
        self.assertIn("/root/bin/busybox", done.stdout)

    def test_an_ordinary_user_gets_no_pass_for_what_he_cannot_see(self):
        one = state["engine"]
        group = one.socket.stat().st_gid
        seen = results(
            one.audit("--benchmark=bulkhead", "--section=runtime", user=65534, groups=[group])
        )
        for control in ("no-undeclared-mounts", "masks-genuine", "own-proc-protected"):
            for name, result in seen[control].items():
                known = state["root"][control][name]["status"]
                self.assertIn(result["status"], (known, "unknown"), engine.describe(result))


class Programs(unittest.TestCase):
    """Of the programs by which an engine starts containers …"""

    CONTROLS = ("engine-programs-mode", "engine-programs-owner")

    def judged(self, **who):
        """{control: {name of the program, or of the runtime: result}}"""
        words = [f"--control={control}" for control in self.CONTROLS]
        found = {}
        for result in state["engine"].audit(*words, **who)["results"]:
            path = pathlib.Path(result["subject"]["name"])
            name = path.parent.name if "runtimes" in path.parts else path.name
            found.setdefault(result["control"], {})[name] = result
        return found

    def test_those_that_others_can_exchange_are_found_and_no_others(self):
        found = self.judged()
        for control, bad in {
            "engine-programs-mode": {"in-a-shared-directory", "writable"},
            "engine-programs-owner": {"somebodys"},
        }.items():
            for name in RUNTIMES:
                result = found[control][name]
                wanted = "fail" if name in bad else "pass"
                self.assertEqual(result["status"], wanted, engine.describe(result))

    def test_those_that_run_are_named(self):
        found = self.judged()["engine-programs-mode"]
        running = {"dockerd", "containerd", "containerd-shim-runc-v2", "runc"}
        self.assertLessEqual(running, set(found))
        for name in running:
            self.assertEqual(found[name]["status"], "pass", engine.describe(found[name]))

    def test_an_ordinary_user_does_not_know_which_run(self):
        group = state["engine"].socket.stat().st_gid
        for results_of_one in self.judged(user=65534, groups=[group]).values():
            self.assertEqual({r["status"] for r in results_of_one.values()}, {"unknown"})


class HostNetwork(unittest.TestCase):
    """In the host's network …"""

    CONTROL = "no-control-api-on-host-network"
    INSIDE = ("net-host", "net-host-user", "net-of-net-host")
    # Programs of these names, and a socket as shims had them before they were told apart.
    PROGRAMS = {"kubelet": 10255, "dockerd": 4243, "nginx": 8080}
    SHIM = "/containerd-shim/bulkhead-test/shim.sock"

    @classmethod
    def setUpClass(cls):
        one = state["engine"]
        words = ("--benchmark=bulkhead", "--section=runtime")
        for name, port in cls.PROGRAMS.items():
            child = subprocess.Popen(
                [sys.executable, "-c", LISTENER, name, str(port)], stdout=subprocess.PIPE
            )
            cls.addClassCleanup(child.communicate)
            cls.addClassCleanup(child.kill)
            child.stdout.readline()
        cls.report = one.audit(*words)
        cls.without_shim = results(cls.report)
        shim = socket.socket(socket.AF_UNIX)
        cls.addClassCleanup(shim.close)
        shim.bind(f"\0{cls.SHIM}")
        shim.listen()
        cls.report = one.audit(*words)
        cls.with_shim = results(cls.report)

    def says(self, seen, found):
        for name, result in seen[self.CONTROL].items():
            wanted = ("fail", found[name]) if name in found else ("pass", result["severity"])
            said = (result["status"], result["severity"])
            self.assertEqual(said, wanted, f"{name}: {engine.describe(result)}")

    def test_what_listens_on_the_loopback_is_named_by_its_program(self):
        self.says(self.without_shim, dict.fromkeys(self.INSIDE, "high"))
        message = self.without_shim[self.CONTROL]["net-host"]["message"]
        self.assertIn("the kubelet at 127.0.0.1 port 10255", message)
        self.assertIn("Docker at 127.0.0.1 port 4243", message)
        self.assertNotIn("8080", message)

    def test_a_shim_with_an_abstract_socket_obeys_root(self):
        found = {"net-host": "critical", "net-of-net-host": "critical", "net-host-user": "high"}
        self.says(self.with_shim, found)
        self.assertIn(f"@{self.SHIM}", self.with_shim[self.CONTROL]["net-host"]["message"])

    def test_both_are_ways_to_the_host(self):
        ways = {}
        for path in self.report["attack_paths"]:
            ways[path["container"]] = [step["technique"] for step in path["steps"]]
        self.assertEqual(ways["net-host"], ["shim-socket"])
        self.assertEqual(ways["net-host-user"], ["other-engine-api"])
        self.assertNotIn("plain", ways)

    def test_an_ordinary_user_does_not_see_who_listens(self):
        one = state["engine"]
        group = one.socket.stat().st_gid
        seen = results(one.audit(f"--control={self.CONTROL}", user=65534, groups=[group]))
        for name in self.INSIDE:
            result = seen[self.CONTROL][name]
            self.assertEqual(result["status"], "fail", engine.describe(result))
            self.assertNotIn("port", result["message"])


class OnSELinux(unittest.TestCase):
    """What a real engine records, judged as on a host with SELinux, which this one is not …"""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        one = state["engine"]
        snapshot = json.loads(one.bulkhead(command="collect").stdout)
        snapshot["engine"]["info"]["SecurityOptions"].append("name=selinux")
        snapshot["host"]["selinux"] = "enforcing"
        path = one.directory / "selinux.json"
        path.write_text(json.dumps(snapshot), encoding="utf-8")
        controls = ("no-relabelled-system-directories", "selinux-options")
        words = (f"--control={control}" for control in controls)
        cls.found = results(engine.audit("--snapshot", path, *words))

    def test_relabelled_directories_of_the_system_are_found_and_volumes_are_none(self):
        found = self.found["no-relabelled-system-directories"]
        failed = {name for name, result in found.items() if result["status"] == "fail"}
        self.assertEqual(failed, {"relabelled"})
        mounts = json.loads(state["engine"].docker("inspect", "volume").stdout)[0]["Mounts"]
        self.assertEqual(mounts[0]["Mode"], "z")  # by the engine itself

    def test_who_took_the_label_away_is_told(self):
        said = {
            "unlabelled": "HostConfig.SecurityOpt has label=disable",
            "pid": "label=disable, which the engine adds as HostConfig.PidMode is host",
            "ipc": "label=disable, which the engine adds as HostConfig.IpcMode is host",
            "uts": "ProcessLabel is empty",  # there is no SELinux here after all
        }
        found = self.found["selinux-options"]
        self.assertEqual({name: found[name]["message"] for name in said}, said)


class OldKernels(unittest.TestCase):
    """Of kernels with control groups of version 1 …"""

    def ways(self, kernel, **switches):
        snapshot = json.loads(state["engine"].bulkhead(command="collect").stdout)
        snapshot["host"].update(kernel=kernel, cgroup_version="1")
        snapshot["engine"]["info"]["KernelVersion"] = kernel
        snapshot["host"]["user_namespaces"].update(switches)
        path = state["engine"].directory / "snapshot.json"
        path.write_text(json.dumps(snapshot), encoding="utf-8")
        report = engine.audit("--snapshot", path, "--control=no-path-to-host-root")
        found = {}
        for way in report["attack_paths"]:
            found[way["container"]] = [step["technique"] for step in way["steps"]]
            if way["container"] == "unfiltered":
                self.assertEqual(way["confidence"], "guessed")
        return found

    def test_one_that_is_old_is_a_way_for_who_can_make_user_namespaces(self):
        found = self.ways("5.10.0-8-amd64")
        self.assertEqual(found["unfiltered"], ["release-agent-in-user-namespace"])
        for name in ("plain", "unfiltered-user"):
            self.assertNotIn(name, found)

    def test_one_that_is_mended_is_none(self):
        for kernel in ("5.10.97", "5.16.6", "5.17.0", "6.1.0-18-amd64"):
            self.assertNotIn("unfiltered", self.ways(kernel))

    def test_one_that_makes_no_user_namespaces_is_none(self):
        self.assertNotIn(
            "unfiltered", self.ways("5.10.0", **{"kernel/unprivileged_userns_clone": "0"})
        )


class Plugins(unittest.TestCase):
    """Of plug-ins of the engine …"""

    CONFIG = {
        "entrypoint": ["/driver", "--token=hunter2"],
        "interface": {"types": ["docker.volumedriver/1.0"], "socket": "driver.sock"},
        "network": {"type": "host"},
        "linux": {"capabilities": ["CAP_SYS_ADMIN"]},
        "mounts": [
            {"source": "/etc", "destination": "/x", "type": "bind", "options": ["rbind"]},
        ],
        "env": [{"name": "TOKEN", "value": "hunter2"}],
    }

    @classmethod
    def setUpClass(cls):
        directory = state["engine"].directory / "plugin"
        (directory / "rootfs").mkdir(parents=True)
        (directory / "config.json").write_text(json.dumps(cls.CONFIG), encoding="utf-8")
        state["engine"].docker("plugin", "create", "acme/volumes:1", directory)
        cls.snapshot = state["engine"].bulkhead(command="collect").stdout

    def judge(self, snapshot):
        path = state["engine"].directory / "snapshot.json"
        path.write_text(snapshot, encoding="utf-8")
        return engine.audit("--snapshot", path, "--control=plugins-restricted")["results"][0]

    def test_one_that_is_disabled_passes(self):
        result = self.judge(self.snapshot)
        self.assertEqual(result["status"], "pass", engine.describe(result))
        self.assertNotIn("hunter2", self.snapshot)

    def test_the_powers_of_one_that_is_enabled_are_told(self):
        snapshot = json.loads(self.snapshot)
        snapshot["engine"]["plugins"][0]["Enabled"] = True
        result = self.judge(json.dumps(snapshot))
        self.assertEqual((result["status"], result["severity"]), ("fail", "high"))
        self.assertIn(
            "acme/volumes:1 (SYS_ADMIN, the host's network, the mount of /etc)", result["message"]
        )


def add_tests():
    for control, found in FOUND.items():

        def test(self, control=control, found=found):
            self.says(control, found)

        setattr(Escapes, f"test_{control.replace('-', '_')}_finds_what_is_there_and_no_more", test)


add_tests()
