# SPDX-License-Identifier: Apache-2.0
"""What `bulkhead seccomp` says of profiles, against the filters that a real engine makes of them."""

import ctypes
import json
import os
import pathlib
import shutil
import tempfile
import unittest

import engine

MARK = 99  # an errno that no kernel answers
ENOSYS = 38
MOST = 462  # numbers are tried up to here

state = {}


def setUpModule():
    if not shutil.which("cc"):
        raise unittest.SkipTest("no C compiler here")
    directory = tempfile.mkdtemp(prefix="bulkhead-seccomp-")
    unittest.addModuleCleanup(shutil.rmtree, directory)
    program = os.path.join(directory, "probe")
    source = pathlib.Path(__file__).with_name("probe.c")
    built = engine.run("cc", "-O1", "-static", "-o", program, source, check=False)
    if built.returncode:
        raise unittest.SkipTest(f"no static program can be made here: {built.stderr[-200:]}")
    one = engine.Engine()
    one.__enter__()
    unittest.addModuleCleanup(one.stop)
    one.make_image("probe", {"probe": pathlib.Path(program).read_bytes()}, 'ENTRYPOINT ["/probe"]')
    one.make_image("sleeper", {"busybox": engine.busybox()}, 'CMD ["/busybox", "sleep", "600"]')
    state.update(engine=one, directory=directory, library=ctypes.CDLL("libseccomp.so.2"))
    state["version"] = one.docker("version", "-f", "{{.Server.Version}}").stdout.strip()


def name_of(number):
    """The name of a system call of this machine; None where libseccomp knows none."""
    resolve = state["library"].seccomp_syscall_resolve_num_arch
    resolve.restype = ctypes.c_char_p
    native = state["library"].seccomp_arch_native
    native.restype = ctypes.c_uint32
    name = resolve(ctypes.c_uint32(native()), number)
    return name.decode() if name else None


def said(*arguments):
    """The document of `bulkhead seccomp`."""
    done = engine.bulkhead(*arguments, "--format", "json", command="seccomp")
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def write(name, profile):
    path = os.path.join(state["directory"], name)
    pathlib.Path(path).write_text(json.dumps(profile), encoding="utf-8")
    return path


def tried(path, *calls):
    """What came of each call in a container with this profile: {"41,38": "99"}."""
    done = state["engine"].docker(
        *("run", "--rm", "--network=none", "--security-opt=no-new-privileges"),
        *(f"--security-opt=seccomp={path}", "probe", *calls),
        timeout=600,
    )
    return dict(line.split() for line in done.stdout.splitlines())


def rule(names, action="SCMP_ACT_ALLOW", **more):
    return {"names": names, "action": action, **more}


class Profiles(unittest.TestCase):
    """A seccomp profile …"""

    maxDiff = None

    def bundle(self, *options):
        """The filter that the engine hands to the runtime for a container."""
        one = state["engine"]
        identity = one.docker("run", "-d", "--network=none", *options, "sleeper").stdout.strip()
        found = list(one.directory.glob(f"exec/**/{identity}/config.json"))
        self.assertEqual(len(found), 1, found)
        return json.loads(found[0].read_text(encoding="utf-8"))["linux"]["seccomp"]

    def same_as_bundle(self, *options):
        seccomp = self.bundle(*options)
        permitted, conditional = set(), set()
        for item in seccomp["syscalls"]:
            if item["action"] == "SCMP_ACT_ALLOW":
                (conditional if item.get("args") else permitted).update(item["names"])
        document = said("--engine", state["version"], *options)
        self.assertEqual(sorted(permitted), document["permitted"])
        self.assertEqual(sorted(conditional - permitted), document["conditional"])
        self.assertEqual(
            sorted(name.removeprefix("SCMP_ARCH_").lower() for name in seccomp["architectures"]),
            sorted(document["architectures"]),
        )
        return document

    def test_that_is_built_in_permits_what_the_bundle_of_a_container_says(self):
        self.same_as_bundle()

    def test_that_is_built_in_makes_way_for_capabilities_as_in_the_bundle(self):
        document = self.same_as_bundle("--cap-add=SYS_ADMIN", "--cap-drop=CHOWN")
        self.assertIn("mount", document["permitted"])
        document = self.same_as_bundle("--cap-drop=ALL", "--cap-add=SYS_PTRACE")
        self.assertNotIn("chroot", document["permitted"])

    def agrees(self, path, is_refused):
        """Every number is let through or stopped by the kernel as the command says."""
        document = said(path, "--engine", state["version"])
        permitted, conditional = set(document["permitted"]), set(document["conditional"])
        refused = set(document["refused"])
        loose = document["default_action"] == "SCMP_ACT_ALLOW"
        answers = tried(path, *map(str, range(MOST)))
        wrong, compared = [], 0
        for number in range(MOST):
            name, answer = name_of(number), answers.get(str(number))
            if not name or name in conditional:
                continue
            self.assertIsNotNone(answer, f"the probe did not get to {name}")
            expected = name in permitted or (loose and name not in refused)
            if expected == is_refused(name, answer):
                wrong.append(f"{name}: {answer}, though it is {'' if expected else 'not '}permitted")
            compared += 1
        self.assertEqual(wrong, [])
        self.assertGreater(compared, 300)
        return document

    def test_that_forbids_some_calls_forbids_those(self):
        names = ["mount", "umount2", "keyctl", "add_key", "ptrace", "mkdir", "chmod", "sync", "bpf"]
        denied = rule([*names, "unmount"], "SCMP_ACT_ERRNO", errnoRet=MARK)
        path = write("deny.json", {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [denied]})
        document = self.agrees(path, lambda name, answer: answer == str(MARK))
        self.assertEqual(document["unknown_names"], ["unmount"])
        dangerous = {item["call"] for item in document["dangerous"]}
        self.assertTrue({"unshare", "clone3", "kexec_load"} <= dangerous, dangerous)
        self.assertFalse({"mount", "keyctl"} & dangerous, dangerous)

    def test_that_permits_some_calls_permits_those(self):
        usual = set(said("--engine", state["version"])["permitted"])
        usual -= {"mkdir", "chmod", "sync", "getcpu", "io_uring_setup", "personality"}
        rules = [
            rule(sorted(usual | {"clone"})),
            rule(["keyctl"], excludes={"caps": ["CAP_SYS_ADMIN"]}),
            rule(["reboot"], includes={"caps": ["CAP_SYS_ADMIN"]}),
            rule(["chmod"], includes={"minKernel": "99.0"}),
            rule(["sync"], includes={"arches": ["s390x"]}),
        ]
        path = write("allow.json", {"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": rules})

        def is_refused(name, answer):
            # Calls that are newer than all the profile names get ENOSYS of the runtime.
            return answer == "SIGSYS" or (answer == str(ENOSYS) and name not in usual)

        document = self.agrees(path, is_refused)
        dangerous = {item["call"] for item in document["dangerous"]}
        self.assertIn("keyctl", dangerous)
        self.assertIn("clone(CLONE_NEWUSER)", dangerous)
        self.assertIn("mkdir", document["withheld"])

    def test_that_looks_at_arguments_stops_those(self):
        def denied(name, op, value, value_two=0):
            args = [{"index": 0, "op": op, "value": value, "valueTwo": value_two}]
            return rule([name], "SCMP_ACT_ERRNO", errnoRet=MARK, args=args)

        rules = [
            denied("socket", "SCMP_CMP_EQ", 38),
            denied("clone", "SCMP_CMP_MASKED_EQ", 0x10000000, 0x10000000),
            rule(["unshare", "clone3", "mkdir"], "SCMP_ACT_ERRNO", errnoRet=MARK),
            denied("mkdir", "SCMP_CMP_EQ", 5),
        ]
        path = write("arguments.json", {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules})
        document = self.agrees(path, lambda name, answer: answer == str(MARK))
        self.assertEqual(document["conditional"], ["clone", "socket"])
        document = said(path, "--engine", "29.4.3")
        dangerous = {item["call"] for item in document["dangerous"]}
        number = {name_of(number): number for number in range(MOST)}
        expected = {
            f"{number['socket']},38": "socket(AF_ALG)",
            f"{number['socket']},40": "socket(AF_VSOCK)",
            f"{number['clone']},{0x10000000}": "clone(CLONE_NEWUSER)",
            f"{number['clone']},{0x02000000}": "clone(CLONE_NEWCGROUP)",
        }
        for call, answer in tried(path, *expected).items():
            self.assertEqual(answer != str(MARK), expected[call] in dangerous, expected[call])


if __name__ == "__main__":
    unittest.main()
