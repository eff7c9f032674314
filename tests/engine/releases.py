# SPDX-License-Identifier: Apache-2.0
"""Other releases of the Docker Engine than the one installed: programs of other Debian releases.

Their packages are only unpacked, into a directory that is gone when the tests end, and the programs
told to use the libraries that came with them: so they run beside those of the machine, on the same
host, below the same names. A machine without Debian's tools has only the engine that is installed.
"""

import atexit
import concurrent.futures
import pathlib
import shutil
import tempfile
import unittest

import engine

PACKAGES = "docker.io,docker-cli"
PROGRAMS = ("containerd", "containerd-shim-runc-v2", "docker", "docker-proxy", "dockerd", "runc")
UNPACK_SECONDS = 600

# The directories that a Debian tree has as links; nothing of it is configured that would make them.
MERGE = 'cd "$1" && for d in bin sbin lib lib64; do mkdir -p usr/$d && ln -s usr/$d $d; done'

# Debian's release, and whether the tests may go without it: one that moves may fail any day.
MAY_BE_MISSING = {"trixie": False, "sid": True}

_made = {}
_workers = concurrent.futures.ThreadPoolExecutor(1)


def prepare():
    """Begin to make all of them, so that they are there when their tests come."""
    for release in MAY_BE_MISSING:
        if release not in _made:
            _made[release] = _workers.submit(_make, release)


def programs(release):
    """The directory of a release's programs; SkipTest, or an error where it has to be there."""
    prepare()
    try:
        directory = _made[release].result()
    except Exception as error:
        reason = f"no Docker Engine of Debian {release} here: {error}"
        if MAY_BE_MISSING[release]:
            raise unittest.SkipTest(reason) from None
        engine.give_up(reason)
    if engine.major_version(directory / "dockerd") == engine.major_version():
        raise unittest.SkipTest(f"the engine of Debian {release} is the one installed")
    return directory


def _make(release):
    for tool in ("mmdebstrap", "patchelf"):
        if not shutil.which(tool):
            raise FileNotFoundError(f"{tool} is not installed")
    tree = pathlib.Path(tempfile.mkdtemp(prefix=f"bulkhead-{release}-"))
    atexit.register(shutil.rmtree, tree, ignore_errors=True)
    # A remapped root must get through.
    tree.chmod(0o755)
    # The mirror may be a copy of an earlier day; its signature is checked all the same.
    engine.run(
        *("nice", "mmdebstrap", "--quiet", "--mode=root", "--variant=extract", f"--include={PACKAGES}"),
        *(f"--setup-hook={MERGE}", '--aptopt=Acquire::Check-Valid-Until "false"', release, tree),
        timeout=UNPACK_SECONDS,
    )
    libraries = next((tree / "usr/lib").glob("*-linux-*"))
    loader = next((tree / "usr/lib64").glob("ld-linux-*"), None) or next(
        libraries.glob("ld-linux-*")
    )
    directory = tree / "programs"
    directory.mkdir()
    for name in PROGRAMS:
        program = shutil.copy2(shutil.which(name, path=f"{tree}/usr/bin:{tree}/usr/sbin"), directory)
        engine.run(
            *("patchelf", "--set-interpreter", loader.resolve(), "--force-rpath"),
            *("--set-rpath", libraries, program),
        )
    return directory
