# SPDX-License-Identifier: Apache-2.0
"""Configurations of the engine and what an audit has to say of each.

An expectation names each control whose status differs from that of an engine without any settings
(DEFAULTS), with its severity where that is the point; every other control must say the same.
"""

import dataclasses
import json
import pathlib

FAIL = "fail"
PASS = "pass"
UNKNOWN = "unknown"
NOT_APPLICABLE = "not-applicable"

# Ranges for --userns-remap=65534:65534, which is nobody under any name.
SUBIDS = "65534:100000:65536\nnobody:100000:65536\nnogroup:100000:65536\n"

# Whether this machine's kernel has a module of which engines make use.
HAS_MAC = any(
    pathlib.Path(path).exists() for path in ("/sys/module/apparmor", "/sys/fs/selinux/enforce")
)

DEFAULTS = {
    "authorization-plugin": FAIL,
    "base-device-size-default": NOT_APPLICABLE,
    "daemon-config-loaded": PASS,
    "daemon-no-new-privileges": FAIL,
    "daemon-rootless": FAIL,
    "daemon-seccomp-profile": PASS,
    "default-cgroup-parent": PASS,
    "default-ulimit": FAIL,
    "engine-uses-mac": PASS if HAS_MAC else FAIL,
    "experimental-off": PASS,
    "icc-disabled": FAIL,
    "iptables-managed": PASS,
    "live-restore": FAIL,
    "log-level-info": PASS,
    "no-aufs": PASS,
    "no-devicemapper": PASS,
    "no-insecure-registries": PASS,
    "remote-logging": FAIL,
    "swarm-mode-off": PASS,
    "tls-authentication": PASS,
    "userland-proxy-disabled": FAIL,
    "userns-remap": FAIL,
}


@dataclasses.dataclass(frozen=True)
class Configuration:
    what: str  # continues "An engine …"
    flags: tuple = ()
    config: str = "{}"
    expected: dict = dataclasses.field(default_factory=dict)
    then: tuple = ()  # docker commands after the start
    edited: str = None  # daemon.json afterwards
    reload: bool = False  # and told of it
    subids: str = None
    least: int = 0  # the first major version of the engine that knows it


HARDENED = {
    "icc": False,
    "live-restore": True,
    "no-new-privileges": True,
    "userland-proxy": False,
    "default-ulimits": {
        "nofile": {"Name": "nofile", "Soft": 1024, "Hard": 4096},
        "nproc": {"Name": "nproc", "Soft": 1024, "Hard": 4096},
    },
    "log-driver": "syslog",
    "log-opts": {"syslog-address": "udp://192.0.2.1:514"},
}

HARDENED_SAYS = {
    "icc-disabled": PASS,
    "live-restore": PASS,
    "daemon-no-new-privileges": PASS,
    "userland-proxy-disabled": PASS,
    "default-ulimit": PASS,
    "remote-logging": PASS,
}

# Members before and after those that matter, one on a line.
PRETTY_HOSTS = """{
  "debug": false,
  "hosts": [
    "unix://{socket}",
    "tcp://127.0.0.1:2375"
  ],
  "labels": []
}
"""

CERTIFICATES = {
    "tlscacert": "{certificates}/ca.pem",
    "tlscert": "{certificates}/cert.pem",
    "tlskey": "{certificates}/key.pem",
}


def settings():
    return [
        Configuration("without any settings"),
        Configuration(
            "with flags against icc and for live-restore",
            flags=("--icc=false", "--live-restore"),
            expected={"icc-disabled": PASS, "live-restore": PASS},
        ),
        Configuration(
            "with flags in Go's other spellings of booleans",
            flags=("--icc=F", "--live-restore=1", "--userland-proxy=0"),
            expected={
                "icc-disabled": PASS,
                "live-restore": PASS,
                "userland-proxy-disabled": PASS,
            },
        ),
        Configuration(
            "with flags that say false where true is wanted",
            flags=("--live-restore=false", "--no-new-privileges=false"),
        ),
        Configuration(
            "with a hardened daemon.json on one line",
            config=json.dumps(HARDENED, separators=(",", ":")),
            expected=HARDENED_SAYS,
        ),
        Configuration(
            "with a hardened daemon.json, pretty-printed",
            config=json.dumps(HARDENED, indent=4),
            expected=HARDENED_SAYS,
        ),
        Configuration(
            "that is hardened by flags",
            flags=(
                "--icc=false",
                "--live-restore",
                "--no-new-privileges",
                "--userland-proxy=false",
                "--default-ulimit=nofile=1024:4096",
                "--default-ulimit",
                "nproc=1024:4096",
                "--log-driver",
                "syslog",
                "--log-opt",
                "syslog-address=udp://192.0.2.1:514",
            ),
            expected=HARDENED_SAYS,
        ),
        Configuration(
            "whose log level is debug",
            flags=("--log-level", "debug"),
            expected={"log-level-info": FAIL},
        ),
        Configuration("with -D", flags=("-D",), expected={"log-level-info": FAIL}),
        Configuration(
            "with debug in daemon.json",
            config='{"debug": true}',
            expected={"log-level-info": FAIL},
        ),
        Configuration(
            "whose log level is warn in daemon.json",
            config='{"log-level": "warn"}',
            expected={"log-level-info": FAIL},
        ),
        Configuration(
            "that leaves the firewall alone",
            flags=("--iptables=0",),
            expected={"iptables-managed": FAIL},
        ),
        Configuration(
            "without a default bridge",
            flags=("--bridge=none",),
            expected={"icc-disabled": NOT_APPLICABLE},
        ),
        Configuration(
            "that trusts a network of registries",
            config='{"insecure-registries": ["10.0.0.0/8"]}',
            expected={"no-insecure-registries": FAIL},
        ),
        Configuration(
            "that trusts a registry by name",
            flags=("--insecure-registry=registry.example:5000",),
            expected={"no-insecure-registries": FAIL},
        ),
        Configuration(
            "that trusts a registry on this host",
            config='{"insecure-registries": ["127.0.0.1:5000"]}',
        ),
        Configuration(
            "with an empty list of registries over two lines",
            config='{"insecure-registries": [\n]}',
        ),
        Configuration(
            "that maps users",
            flags=("--userns-remap=65534:65534",),
            subids=SUBIDS,
            expected={"userns-remap": PASS},
        ),
        Configuration(
            "with a control group parent",
            config='{"cgroup-parent": "/elsewhere"}',
            expected={"default-cgroup-parent": FAIL},
        ),
        Configuration(
            "with empty default limits",
            config='{"default-ulimits": {\n}}',
        ),
        Configuration(
            "without a seccomp profile",
            config='{"seccomp-profile": "unconfined"}',
            expected={"daemon-seccomp-profile": FAIL},
            least=23,
        ),
        Configuration(
            "with a seccomp profile of its own",
            config='{"seccomp-profile": "{directory}/profile.json"}',
            expected={"daemon-seccomp-profile": (FAIL, "high")},
        ),
        Configuration(
            "with experimental features",
            config='{"experimental": true}',
            expected={"experimental-off": FAIL},
        ),
        Configuration(
            "in a swarm",
            then=(("swarm", "init", "--advertise-addr=127.0.0.1"),),
            expected={"live-restore": NOT_APPLICABLE, "swarm-mode-off": FAIL},
        ),
    ]


def logging():
    passes = {"remote-logging": PASS}
    return [
        Configuration("that logs to local files", config='{"log-driver": "local"}'),
        Configuration("that logs nothing", flags=("--log-driver=none",)),
        Configuration(
            "that logs to the syslog of this host",
            config='{"log-driver": "syslog"}',
        ),
        Configuration(
            "that logs to a syslog on loopback",
            config='{"log-driver":"syslog","log-opts":{"syslog-address":"udp://127.0.0.1:514"}}',
        ),
        Configuration(
            "that logs to another host",
            config='{"log-driver": "gelf", "log-opts": {"gelf-address": "udp://192.0.2.1:12201"}}',
            expected=passes,
        ),
        Configuration(
            "that logs over TCP, with a daemon.json on one line and no listener",
            config='{"labels":["hosts=1"],"log-driver":"syslog",'
            '"log-opts":{"syslog-address":"tcp://192.0.2.1:514"}}',
            expected=passes,
        ),
    ]


def listeners():
    opened = {"tls-authentication": (FAIL, "high")}
    return [
        Configuration(
            "that listens on loopback without TLS",
            flags=("-H", "tcp://127.0.0.1:2375"),
            expected=opened,
        ),
        Configuration(
            "that listens on every address without TLS",
            flags=("--host=tcp://0.0.0.0:2375",),
            expected={"tls-authentication": (FAIL, "critical")},
        ),
        Configuration(
            "that listens on two addresses without TLS",
            flags=("-H=tcp://127.0.0.1:2375", "-H", "tcp://127.0.0.1:2377"),
            expected=opened,
        ),
        Configuration(
            "whose daemon.json names a listener on a line of its own",
            config=PRETTY_HOSTS,
            expected=opened,
        ),
        Configuration(
            "with mutual TLS",
            flags=("-H", "tcp://127.0.0.1:2376"),
            config=json.dumps({"tlsverify": True, **CERTIFICATES}),
        ),
        Configuration(
            "with mutual TLS by flags",
            flags=(
                "-H",
                "tcp://127.0.0.1:2376",
                "--tlsverify",
                *(f"--{name}={path}" for name, path in CERTIFICATES.items()),
            ),
        ),
        Configuration(
            "with TLS that verifies no client",
            flags=("-H", "tcp://127.0.0.1:2376"),
            config=json.dumps({"tls": True, "tlsverify": False, **CERTIFICATES}),
            expected=opened,
        ),
        Configuration(
            "with TLS by a flag that switches verification off",
            flags=(
                "-H",
                "tcp://127.0.0.1:2376",
                "--tls",
                "--tlsverify=false",
                *(f"--{name}={path}" for name, path in CERTIFICATES.items()),
            ),
            expected=opened,
        ),
    ]


def edits():
    # Whatever the engine does not tell itself may have stood in the file that it read.
    unseen = dict.fromkeys(
        (
            "daemon-no-new-privileges",
            "default-cgroup-parent",
            "default-ulimit",
            "iptables-managed",
            "log-level-info",
            "userland-proxy-disabled",
        ),
        UNKNOWN,
    )
    return [
        Configuration(
            "whose daemon.json was edited and not loaded",
            edited='{"live-restore": true}',
            expected={**unseen, "daemon-config-loaded": FAIL},
        ),
        Configuration(
            "whose daemon.json was edited and loaded",
            edited='{"live-restore": true}',
            reload=True,
            expected={**unseen, "live-restore": PASS},
        ),
        Configuration(
            "whose daemon.json was edited, in what only a restart loads",
            edited='{"icc": false}',
            reload=True,
            expected={**unseen, "daemon-config-loaded": FAIL},
        ),
        Configuration(
            "whose daemon.json was edited, in what nothing else tells",
            edited='{"no-new-privileges": true}',
            expected={**unseen, "daemon-config-loaded": UNKNOWN},
        ),
        Configuration(
            "whose daemon.json is broken by now",
            edited='{"live-restore": true',
            expected={**unseen, "daemon-config-loaded": FAIL},
        ),
    ]


CONFIGURATIONS = [*settings(), *logging(), *listeners(), *edits()]
