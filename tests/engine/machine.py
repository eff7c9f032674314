# SPDX-License-Identifier: Apache-2.0
"""A whole Debian machine, made and run once: systemd, AppArmor, auditd and a Docker Engine as root
has them, which no machine lends to its tests.

It is put together in a directory, with the files below `debian/`, made a disk, and booted in QEMU
without the help of a hypervisor, so that it runs everywhere. In it `bulkhead-test` makes the
containers, audits, and writes what it found as a tar archive over the whole of a second disk.
"""

import contextlib
import json
import os
import pathlib
import platform
import re
import shlex
import shutil
import subprocess
import tarfile
import tempfile
import time

import containers
import engine
import host

RELEASE = "trixie"
PACKAGES = (
    *("apparmor", "auditd", "dbus", "docker.io", "docker-cli", "iptables", "initramfs-tools"),
    *("linux-image-cloud-amd64", "systemd-sysv", "udev"),
)
# Nobody reads these there.
LEFT_OUT = ("doc", "info", "locale", "man")
TOOLS = ("mmdebstrap", "mkfs.ext4", "qemu-system-x86_64")

FILES = pathlib.Path(__file__).with_name("debian")
# Of files that are not 0644 and root's: their mode, and whose they are.
MODES = {
    "etc/docker/daemon.json": (0o666, 0),
    "etc/systemd/system/docker.service.d/flags.conf": (0o664, 0),
    "usr/local/sbin/bulkhead-test": (0o755, 0),
}
# What would only take time.
MASKED = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer"),
    *("e2scrub_reap.service", "fstrim.timer", "getty@tty1.service", "serial-getty@ttyS0.service"),
    *("systemd-networkd-wait-online.service", "systemd-random-seed.service"),
)

MAKE_SECONDS = 1200
RUN_SECONDS = 900
# That the timer ticks is checked in vain where the emulator has to wait for a processor.
BOOT_OPTIONS = "systemd.show_status=0 no_timer_check"
DISK = "3G"
RESULTS_DISK = 64 << 20

ESSENTIAL_HOOK = """
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"
printf 'MODULES=list\\nCOMPRESS=gzip\\n' >"$1/etc/initramfs-tools/conf.d/machine"
printf '%s\\n' virtio_pci virtio_blk ext4 >"$1/usr/share/initramfs-tools/modules.d/machine"
"""


def why_not():
    """Why no machine can be had here; None where it can."""
    if platform.machine() != "x86_64":
        return "the machine is an x86_64"
    lacking = [tool for tool in TOOLS if not shutil.which(tool)]
    return f"not installed: {', '.join(lacking)}" if lacking else None


_unsaid = []  # while other tests print their lines; None: somebody waits for it


def say(words):
    if _unsaid is None:
        print(f"machine: {words}", flush=True)
    else:
        _unsaid.append(words)


def listen():
    """Print what was said so far, and from now on at once."""
    global _unsaid
    said, _unsaid = _unsaid or [], None
    for words in said:
        say(words)


class Machine:
    """What was found in the machine, after make() and run(): `found` is the directory that holds it."""

    def __init__(self, table):
        self.table = table
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-machine-"))
        self.tree = self.directory / "tree"
        self.found = self.directory / "found"
        self.started = time.monotonic()

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def say(self, words):
        say(f"{words} ({time.monotonic() - self.started:.0f} s)")

    def make(self):
        """All but to run it."""
        self.say(f"unpacking Debian {RELEASE}")
        self._install()
        self._add_files()
        self._add_program()
        self._add_units()
        self._add_containers()
        self.say("making its disk")
        self._make_disks()

    def run(self):
        """What is made has to be run alone: a machine that is starved while it boots panics."""
        self.say("booting it")
        self._boot()
        self.found.mkdir()
        self.say("ended")
        with tarfile.open(self.directory / "results") as archive:
            archive.extractall(self.found)
        if not (self.found / "end").exists():
            raise RuntimeError(f"the machine left no results:\n{self._console()}")
        end = self.text("end").strip()
        if end != "done":
            raise RuntimeError(f"{end}:\n{self.text('containers.log')[-3000:]}")

    def text(self, name):
        return (self.found / name).read_text(encoding="utf-8", errors="replace")

    def json(self, name):
        return json.loads(self.text(name))

    def _console(self):
        """The last that was said there."""
        lines = (self.directory / "console").read_bytes().decode(errors="replace").splitlines()
        return "\n".join(lines[-40:])

    # --- the parts

    def _install(self):
        # In namespaces of its own, so that nothing stays mounted below the directory.
        engine.run(
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
            *("nice", "mmdebstrap", "--quiet", "--mode=root", "--variant=essential"),
            f"--include={','.join(PACKAGES)}",
            *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in LEFT_OUT),
            f"--essential-hook={ESSENTIAL_HOOK}",
            # The mirror may be a copy of an earlier day; its signature is checked all the same.
            '--aptopt=Acquire::Check-Valid-Until "false"',
            *(RELEASE, self.tree),
            timeout=MAKE_SECONDS,
        )

    def _add_files(self):
        # Loading the profiles of programs that are not here would take half of the time to boot.
        for profile in (self.tree / "etc/apparmor.d").iterdir():
            if profile.is_file():
                profile.unlink()
        # A rule for a whole directory loads only where that exists.
        (self.tree / "var/lib/docker").mkdir(mode=0o710)
        for source in sorted(FILES.rglob("*")):
            name = source.relative_to(FILES)
            target = self.tree / name
            if source.is_dir():
                target.mkdir(mode=0o755, exist_ok=True)
                continue
            shutil.copyfile(source, target)
            mode, owner = MODES.get(str(name), (0o644, 0))
            os.chown(target, owner, owner)
            os.chmod(target, mode)
        engine.run("chroot", self.tree, "useradd", "--groups=docker", "auditor")
        units = self.tree / "etc/systemd/system"
        for unit in MASKED:
            with contextlib.suppress(FileExistsError):
                (units / unit).symlink_to("/dev/null")
        (units / "multi-user.target.wants/bulkhead-test.service").symlink_to(
            "../bulkhead-test.service"
        )

    def _add_program(self):
        """The program with the libraries of this machine, which may be another release."""
        directory = self.tree / "opt/bulkhead"
        directory.mkdir()
        program = os.environ["BULKHEAD"]
        shutil.copy2(program, directory / "bulkhead")
        loader = None
        for line in engine.run("ldd", program).stdout.splitlines():
            found = re.fullmatch(r"\s+(?:\S+ => )?(/\S+) \(0x[0-9a-f]+\)", line)
            if found:
                copy = shutil.copy2(found[1], directory)
                loader = os.path.basename(copy) if "/ld-" in found[1] else loader
        wrapper = self.tree / "usr/local/bin/bulkhead"
        here = "/opt/bulkhead"
        wrapper.write_text(
            f'#!/bin/sh\nexec {here}/{loader} --library-path {here} {here}/bulkhead "$@"\n',
            encoding="ascii",
        )
        wrapper.chmod(0o755)

    def _add_units(self):
        """The service and the timer, and what they run, where `make install` has them."""
        of, prefix = FILES.parents[2] / "doc/schedule", self.tree / "usr/local"
        units, programs = prefix / "lib/systemd/system", prefix / "libexec/bulkhead"
        places = {"@bindir@": "/usr/local/bin", "@pkglibexecdir@": "/usr/local/libexec/bulkhead"}
        for directory, name in (
            (programs, "scheduled-audit.in"),
            (units, "bulkhead.service.in"),
            (units, "bulkhead.timer"),
        ):
            text = (of / name).read_text(encoding="utf-8")
            for word, place in places.items():
                text = text.replace(word, place)
            directory.mkdir(parents=True, exist_ok=True)
            (directory / name.removesuffix(".in")).write_text(text, encoding="utf-8")
        (programs / "scheduled-audit").chmod(0o755)

    def _add_containers(self):
        """The image, and the commands that make the containers, one on a line."""
        directory = self.tree / "opt/bulkhead"
        (directory / "app.tar").write_bytes(engine.archive(host.image_files()))
        lines = [shlex.join(["docker", *containers.command(one)]) for one in self.table]
        (directory / "containers").write_text("\n".join([*lines, ""]), encoding="ascii")

    def _make_disks(self):
        self.disk = self.directory / "disk"
        # Without a journal: nobody will need what is written there after a crash.
        engine.run(
            *("mkfs.ext4", "-q", "-O", "^has_journal", "-d", self.tree, self.disk, DISK),
            timeout=MAKE_SECONDS,
        )
        for name in ("vmlinuz", "initrd.img"):
            shutil.copy2(next((self.tree / "boot").glob(f"{name}-*")), self.directory / name)
        shutil.rmtree(self.tree)
        with open(self.directory / "results", "wb") as results:
            results.truncate(RESULTS_DISK)

    def _boot(self):
        console = self.directory / "console"
        console.touch()
        drive = "if=virtio,format=raw,cache=unsafe,file"
        command = [
            *("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2"),
            *("-m", "2G", "-nodefaults", "-display", "none", "-no-reboot"),
            *("-serial", f"file:{console}"),
            *("-kernel", self.directory / "vmlinuz", "-initrd", self.directory / "initrd.img"),
            *("-append", f"root=/dev/vda rw console=ttyS0 quiet panic=-1 {BOOT_OPTIONS}"),
            *("-drive", f"{drive}={self.disk}", "-drive", f"{drive}={self.directory}/results"),
        ]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
            try:
                self._watch(process, console)
            finally:
                process.kill()

    def _watch(self, process, console):
        """Pass on what the machine says, until it ends."""
        end, shown = time.monotonic() + RUN_SECONDS, 0
        while process.poll() is None:
            time.sleep(0.5)
            lines = console.read_bytes().decode(errors="replace").splitlines()[:-1]
            for line in lines[shown:]:
                if "machine: " in line:
                    say(line[line.index("machine: ") + 9 :])
            shown = max(shown, len(lines))
            if time.monotonic() > end:
                raise RuntimeError("the machine does not end:\n" + "\n".join(lines[-40:]))
        if process.returncode:
            raise RuntimeError(f"QEMU ended with status {process.returncode}")
