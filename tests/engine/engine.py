# SPDX-License-Identifier: Apache-2.0
"""Private Docker Engines for tests: each in a directory of its own, gone without a trace."""

import atexit
import io
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import unittest

CAP_SYS_RESOURCE = 24
START_SECONDS = 60
STOP_SECONDS = 15

_serial = itertools.count(1)
_running = []


def run(*command, check=True, timeout=300, **options):
    """Run a command; what it said is in the exception where it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=not isinstance(options.get("input"), bytes),
        timeout=timeout,
        check=False,
        **options,
    )
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.returncode}: {done.stderr}")
    return done


def lacks_capability(number):
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    bounding = next(line for line in status.splitlines() if line.startswith("CapBnd:"))
    return not int(bounding.split()[1], 16) >> number & 1


def major_version(program="dockerd"):
    """Of the engine that is installed here, or of another."""
    words = run(program, "--version").stdout.split()
    return int(words[words.index("version") + 1].split(".")[0])


def give_up(reason):
    """Skip tests that cannot run here; but not in CI, where everything can be had."""
    if os.environ.get("CI") == "true":
        raise RuntimeError(reason)
    raise unittest.SkipTest(reason)


class Engine:
    """A dockerd with everything that belongs to it below one directory.

    `config` is the text of its daemon.json; {directory} and {socket} stand for its own in it and in
    the flags. With `isolated` it gets a network namespace of its own, so that it may have its
    bridge, its firewall rules and its listeners as it likes; otherwise it is in the host's network
    and leaves the firewall alone. `subids` stands in for the machine's /etc/subuid and /etc/subgid;
    `files` are others that it needs, by name. `programs` is the directory of a dockerd and of what
    comes with it, where it is not the one that is installed.
    """

    def __init__(
        self, flags=(), config="{}", isolated=False, subids=None, files=None, programs=None
    ):
        self.serial = next(_serial)
        self.flags = list(flags)
        self.config = config
        self.isolated = isolated
        self.subids = subids
        self.files = files or {}
        self.path = os.environ["PATH"]
        if programs:
            self.path = f"{programs}:{self.path}"
        self.bridge = None
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    # --- life

    def start(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-engine-"))
        # A remapped root and an ordinary auditor must get through.
        self.directory.chmod(0o711)
        (self.directory / "run").mkdir(mode=0o755)
        self.socket = self.directory / "run" / "docker.sock"
        self.log = self.directory / "dockerd.log"
        self.config_file = self.directory / "daemon.json"
        for name, text in self.files.items():
            (self.directory / name).write_text(text, encoding="utf-8")
        self.write_config(self.config)
        # Plainly older than dockerd, for times are compared in whole seconds.
        os.utime(self.config_file, (time.time() - 60,) * 2)
        _running.append(self)
        try:
            self._launch()
            self._await()
        except BaseException:
            self.stop()
            raise

    def _launch(self):
        command = [
            "dockerd",
            f"--config-file={self.config_file}",
            f"--data-root={self.directory}/data",
            f"--exec-root={self.directory}/exec",
            f"--pidfile={self.directory}/pid",
            # A containerd of the machine may serve this engine, too, but not with its containers.
            f"--containerd-namespace=bulkhead-{os.getpid()}-{self.serial}",
            f"--containerd-plugins-namespace=bulkhead-plugins-{os.getpid()}-{self.serial}",
        ]
        if '"hosts"' not in self.config:
            command.append(f"--host=unix://{self.socket}")
        if lacks_capability(CAP_SYS_RESOURCE):
            shim = pathlib.Path(__file__).with_name("shim")
            command += [f"--add-runtime=shim={shim}", "--default-runtime=shim"]
        if self.isolated:
            command = [*self._isolation(), *command]
        else:
            command += [f"--bridge={self._make_bridge()}", "--iptables=false", "--ip-forward=false"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [*command, *map(self._fill, self.flags)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=os.environ | {"PATH": self.path},
                # A ^C is for the tests, which then stop the engine.
                start_new_session=True,
            )

    def _isolation(self):
        script = "ip link set lo up && "
        if self.subids is None:
            return ["unshare", "--net", "sh", "-c", script + 'exec "$@"', "sh"]
        path = self.directory / "subids"
        path.write_text(self.subids, encoding="ascii")
        for replaced in ("/etc/subuid", "/etc/subgid"):
            script += f"mount --bind {path} {replaced} && "
        return ["unshare", "--net", "--mount", "sh", "-c", script + 'exec "$@"', "sh"]

    def _fill(self, text):
        return text.replace("{directory}", str(self.directory)).replace(
            "{socket}", str(self.socket)
        )

    def _make_bridge(self):
        self.bridge = f"bh{os.getpid() % 10**7}x{self.serial}"
        run("ip", "link", "add", self.bridge, "type", "bridge")
        third = (os.getpid() + self.serial) % 250 + 1
        run("ip", "address", "add", f"172.29.{third}.1/24", "dev", self.bridge)
        run("ip", "link", "set", self.bridge, "up")
        return self.bridge

    def _await(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"dockerd ended:\n{self.log_text()[-3000:]}")
            if self.socket.exists() and self.docker("version", check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(f"dockerd does not answer:\n{self.log_text()[-3000:]}")

    def stop(self):
        """Remove the containers, then end dockerd, then clear what is left."""
        if self not in _running:
            return
        _running.remove(self)
        bridges = [self.bridge] if self.bridge else []
        try:
            if self.process and self.process.poll() is None:
                bridges += self._remove_containers()
        finally:
            self._end()
            self._kill_the_rest()
            self._unmount()
            for bridge in bridges:
                run("ip", "link", "delete", bridge, check=False)
            shutil.rmtree(self.directory, ignore_errors=True)

    def _remove_containers(self):
        """Returns the bridges of the engine's networks, which would outlive it."""
        networks = self.docker(
            *("network", "ls", "--quiet", "--filter=type=custom", "--filter=driver=bridge"),
            check=False,
        ).stdout.split()
        ids = self.docker("ps", "-aq", check=False).stdout.split()
        if ids:
            self.docker("rm", "--force", "--volumes", *ids, check=False, timeout=900)
        # Those of an isolated engine are gone with its network namespace.
        return [] if self.isolated else [f"br-{network[:12]}" for network in networks]

    def _end(self):
        if not self.process:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _kill_the_rest(self):
        """End the containerd and its shims that a killed dockerd left, with their children."""
        mine = str(self.directory).encode() + b"/"
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
                if not any(mine in word for word in words[1:]) or b"containerd" not in words[0]:
                    continue
                children = (process / "task" / process.name / "children").read_text().split()
                for pid in [*children, process.name]:
                    os.kill(int(pid), signal.SIGKILL)
            except OSError:
                continue

    def _unmount(self):
        mounts = pathlib.Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
        for line in reversed(mounts):
            target = line.split()[1]
            if target.startswith(f"{self.directory}/"):
                run("umount", "--lazy", target, check=False)

    # --- use

    def write_config(self, text):
        self.config_file.write_text(self._fill(text), encoding="utf-8")

    def edit_config(self, text):
        """Change daemon.json, as if that was a minute after dockerd started."""
        self.write_config(text)
        os.utime(self.config_file, (time.time() + 60,) * 2)

    def reload(self):
        seen = self.log_text().count("Reloaded configuration")
        self.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + STOP_SECONDS
        while self.log_text().count("Reloaded configuration") == seen:
            if time.monotonic() > end:
                raise RuntimeError(f"dockerd does not reload:\n{self.log_text()[-3000:]}")
            time.sleep(0.05)

    def docker(self, *arguments, **options):
        environment = {"DOCKER_HOST": f"unix://{self.socket}", "HOME": str(self.directory)}
        environment["PATH"] = self.path
        return run("docker", *arguments, env=environment, **options)

    def build(self, tag, directory, *arguments, **options):
        """By the builder that needs no plugin of the command line."""
        environment = {"DOCKER_HOST": f"unix://{self.socket}", "HOME": str(self.directory)}
        environment.update(PATH=os.environ["PATH"], DOCKER_BUILDKIT="0")
        return run(
            "docker", "build", f"--tag={tag}", *arguments, directory, env=environment, **options
        )

    def log_text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def make_image(self, tag, files, *changes):
        """Import an image of files: see archive()."""
        words = [word for change in changes for word in ("--change", change)]
        self.docker("import", *words, "-", tag, input=archive(files))

    def bulkhead(self, *arguments, **options):
        return bulkhead("--host", f"unix://{self.socket}", *arguments, **options)

    def audit(self, *arguments, **options):
        return audit("--host", f"unix://{self.socket}", *arguments, **options)


def archive(files):
    """A tar archive of {path: bytes, or a link's target, or None for a directory}."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.mode = 0o755
            if content is None:
                entry.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
            else:
                entry.size = len(content)
            data = io.BytesIO(content) if isinstance(content, bytes) else None
            tar.addfile(entry, data)
    return whole.getvalue()


def bulkhead(*arguments, user=None, groups=(), capabilities=(), command="audit", **options):
    """Run the program, as `user` (a uid) with `capabilities` where one is given."""
    drop = []
    if user is not None:
        drop = ["setpriv", f"--reuid={user}", f"--regid={user}"]
        kept = ",".join(["-all", *(f"+{name}" for name in capabilities)])
        drop += [f"--inh-caps={kept}", f"--ambient-caps={kept}"]
        drop += [f"--groups={','.join(map(str, groups))}"] if groups else ["--clear-groups"]
    environment = {"PATH": os.environ["PATH"]}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return run(*drop, program(), command, *arguments, check=False, env=environment, **options)


def audit(*arguments, **options):
    """The results document of one audit."""
    done = bulkhead("--format", "json", *arguments, **options)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"bulkhead: status {done.returncode}: {done.stderr}") from None


_copy = []


def program():
    """A copy that an ordinary user can reach, wherever the build directory is."""
    if not _copy:
        directory = tempfile.mkdtemp(prefix="bulkhead-program-")
        os.chmod(directory, 0o755)
        atexit.register(shutil.rmtree, directory, ignore_errors=True)
        _copy.append(shutil.copy2(os.environ["BULKHEAD"], directory))
        os.chmod(_copy[0], 0o755)
    return _copy[0]


def busybox():
    """A busybox that needs no libraries."""
    for path in ("/usr/bin/busybox", "/bin/busybox", "/sbin/busybox", "/bin/busybox.static"):
        if os.path.exists(path):
            content = pathlib.Path(path).read_bytes()
            if b"/lib64/ld-linux" not in content[:4096] and b"/lib/ld-" not in content[:4096]:
                return content
    raise RuntimeError("no static busybox here: install busybox-static")


def describe(result):
    """A result, so that somebody who reads a failure understands it."""
    lines = [f"{result['status']} ({result['severity']}): {result.get('message')}"]
    for item in result.get("evidence", []):
        lines.append(f"    {item['source']} {item['path']} = {json.dumps(item.get('value'))}")
    return "\n".join(lines)


def _stop_all():
    for engine in list(_running):
        engine.stop()


def _on_signal(number, _):
    raise SystemExit(128 + number)


atexit.register(_stop_all)
signal.signal(signal.SIGTERM, _on_signal)
signal.signal(signal.SIGHUP, _on_signal)
