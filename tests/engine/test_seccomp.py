# SPDX-License-Identifier: Apache-2.0
"""What `bulkhead seccomp` says of profiles, against the filters that a real engine makes of them."""

import ctypes
import json
import os
import pathlib
import platform
import shutil
import tempfile
import unittest

import engine
from containers import FAIL, NOT_APPLICABLE, PASS

MARK = 99  # an errno that no kernel answers
ENOSYS = 38
MOST = 462  # numbers are tried up to here

ALLOW, DENY = "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"
NEW_USER = 0x10000000  # CLONE_NEWUSER
CONTROLS = (
    *("seccomp-enabled", "seccomp-allow-list", "seccomp-known-calls"),
    *("seccomp-no-dangerous-calls", "seccomp-capabilities", "seccomp-no-io-uring"),
    *("seccomp-no-af-alg", "seccomp-no-af-vsock", "seccomp-no-user-namespaces"),
    *("seccomp-architectures", "security-options-once"),
)

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
    make_profiles()


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


def rule(names, action=ALLOW, **more):
    return {"names": names, "action": action, **more}


def condition(op, value, value_two=0):
    return [{"index": 0, "op": f"SCMP_CMP_{op}", "value": value, "valueTwo": value_two}]


def make_profiles():
    """Those of the table below, by name: the first permits little, the others that and more."""
    usual = set(said("--engine", state["version"])["permitted"])
    usual -= {name for name in usual if name.startswith("io_uring")}
    usual -= {"socket", "socketcall"}
    strict = [
        rule(sorted(usual)),
        rule(["clone"], args=condition("MASKED_EQ", 0x7E020000)),
        rule(["socket"], args=condition("LT", 38)),
    ]
    arches = ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"]
    arches.sort(key=lambda arch: platform.machine().upper() not in arch)
    native = {"architectures": arches[:1]}

    def strict_and(*rules, **more):
        return {"defaultAction": DENY, "syscalls": [*strict, *rules], **native, **more}

    def all_but(names):
        return {"defaultAction": ALLOW, "syscalls": [rule(names, DENY)], **native}

    write("allow-all.json", {"defaultAction": ALLOW})
    path = os.path.join(state["directory"], "allow-all.json")
    dangerous = said(path, "--engine", state["version"])["dangerous"]
    names = {item["call"].partition("(")[0] for item in dangerous}
    profiles = {
        "empty": {},
        "strict": strict_and(),
        "deny-one": all_but(["keyctl"]),
        "deny-dangerous": all_but(sorted(names)),
        "deny-misspelled": all_but(["mountt", "unmount"]),
        "misspelled": strict_and(rule(["unmount"])),
        "elsewhere": strict_and(rule(["arm_fadvise64_64", "s390_pci_mmio_read"])),
        "keyctl": strict_and(rule(["keyctl"])),
        "userns": strict_and(rule(["unshare"])),
        "io-uring": strict_and(rule(["io_uring_setup"])),
        "af-alg": strict_and(rule(["socket"], args=condition("EQ", 38))),
        "af-vsock": strict_and(rule(["socket"], args=condition("EQ", 40))),
        "architectures": strict_and(architectures=arches),
    }
    for name, profile in profiles.items():
        write(f"{name}.json", profile)


OPEN = {  # of a profile that permits what it does not name
    "seccomp-allow-list": (FAIL, "high"),
    "seccomp-no-dangerous-calls": FAIL,
    "seccomp-no-io-uring": FAIL,
    "seccomp-no-af-alg": FAIL,
    "seccomp-no-af-vsock": FAIL,
    "seccomp-no-user-namespaces": FAIL,
}
NONE = {name: NOT_APPLICABLE for name in CONTROLS if name.startswith("seccomp-")}
NONE["seccomp-enabled"] = (FAIL, "high")
NONE["security-options-once"] = PASS
# That of Engine 20.10.
BUILTIN = {"seccomp-no-io-uring": FAIL, "seccomp-no-af-alg": FAIL, "seccomp-no-af-vsock": FAIL}

# Containers by name: options of `docker run`, in which {NAME} is a profile of that name, and what
# is found; of all other controls it has to be a pass.
CONTAINERS = {
    "builtin": ((), BUILTIN),
    "builtin-admin": (
        ("--cap-add=SYS_ADMIN",),
        {
            **BUILTIN,
            "seccomp-capabilities": (FAIL, "medium"),
            "seccomp-no-user-namespaces": FAIL,
        },
    ),
    "builtin-net-admin": (("--cap-add=NET_ADMIN",), BUILTIN),
    "unconfined": (("--security-opt=seccomp=unconfined",), NONE),
    "empty": (("--security-opt=seccomp={empty}",), NONE),
    "strict": (("--security-opt=seccomp={strict}",), {}),
    "allow-all": (("--security-opt=seccomp={allow-all}",), {**OPEN, "seccomp-enabled": FAIL}),
    "deny-one": (("--security-opt=seccomp={deny-one}",), OPEN),
    "deny-dangerous": (
        ("--security-opt=seccomp={deny-dangerous}",),
        {**BUILTIN, "seccomp-allow-list": (FAIL, "medium")},
    ),
    "deny-misspelled": (
        ("--security-opt=seccomp={deny-misspelled}",),
        {**OPEN, "seccomp-known-calls": (FAIL, "high")},
    ),
    "misspelled": (
        ("--security-opt=seccomp={misspelled}",),
        {"seccomp-known-calls": (FAIL, "low")},
    ),
    "elsewhere": (("--security-opt=seccomp={elsewhere}",), {}),
    "keyctl": (
        ("--security-opt=seccomp={keyctl}",),
        {"seccomp-no-dangerous-calls": FAIL},
    ),
    "userns": (
        ("--security-opt=seccomp={userns}",),
        {"seccomp-no-dangerous-calls": (FAIL, "high"), "seccomp-no-user-namespaces": (FAIL, "high")},
    ),
    "io-uring": (("--security-opt=seccomp={io-uring}",), {"seccomp-no-io-uring": (FAIL, "medium")}),
    "af-alg": (("--security-opt=seccomp={af-alg}",), {"seccomp-no-af-alg": (FAIL, "medium")}),
    "af-vsock": (("--security-opt=seccomp={af-vsock}",), {"seccomp-no-af-vsock": (FAIL, "medium")}),
    "architectures": (
        ("--security-opt=seccomp={architectures}",),
        {"seccomp-architectures": (FAIL, "low")},
    ),
    "loosened": (
        ("--security-opt=seccomp={strict}", "--security-opt=seccomp=unconfined"),
        {**NONE, "security-options-once": (FAIL, "medium")},
    ),
    "tightened": (
        ("--security-opt=seccomp=unconfined", "--security-opt=seccomp={strict}"),
        {"security-options-once": (FAIL, "info")},
    ),
    "taken-back": (
        (
            "--security-opt=seccomp={strict}",
            *("--security-opt=no-new-privileges:true", "--security-opt=no-new-privileges:false"),
        ),
        {"security-options-once": (FAIL, "medium")},
    ),
}


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


class Containers(unittest.TestCase):
    """A container with a seccomp profile …"""

    maxDiff = None

    def options(self, name):
        words, _ = CONTAINERS[name]
        for word in words:
            before, brace, rest = word.partition("{")
            profile = os.path.join(state["directory"], f"{rest.removesuffix('}')}.json")
            yield before + profile if brace else word

    def test_is_judged_by_what_that_permits(self):
        one, wrong = state["engine"], []
        for name in CONTAINERS:
            words = ("run", "--detach", f"--name={name}", "--network=none", *self.options(name))
            one.docker(*words, "sleeper")
        found = one.audit(*(f"--control={control}" for control in CONTROLS))
        seen = {
            (result["subject"]["name"], result["control"]): result for result in found["results"]
        }
        for name, (_, expected) in CONTAINERS.items():
            for control in CONTROLS:
                result, wanted = seen[name, control], expected.get(control, PASS)
                status, severity = wanted if isinstance(wanted, tuple) else (wanted, None)
                if result["status"] != status or severity not in (None, result["severity"]):
                    says = engine.describe(result)
                    wrong.append(f"{control} of {name}: expected {wanted}, got {says}")
        if wrong:
            self.fail("\n".join(["", *wrong]))

    def test_of_nothing_makes_user_namespaces_and_with_dockers_own_none(self):
        """What a filter is for: without one, any container is root in a namespace of its own."""
        one = state["engine"]
        words = ("/busybox", "unshare", "--user", "--map-root-user", "/busybox", "id", "-u")
        run = ("run", "--rm", "--network=none", "--user=1000")
        done = one.docker(*run, "--security-opt=seccomp=unconfined", "sleeper", *words)
        self.assertEqual(done.stdout.strip(), "0")
        done = one.docker(*run, "sleeper", *words, check=False)
        self.assertIn("Operation not permitted", done.stderr)


if __name__ == "__main__":
    unittest.main()
