# SPDX-License-Identifier: Apache-2.0
"""Containers and what an audit has to say of each: one that is hardened, and deviations from it.

Options are those of `docker run`, without the dashes; None takes away one that the hardened
container has. `{directory}`, `{socket}` and the like are filled in by the test. An expectation names
each control whose status differs from the hardened container's, with its severity where that is the
point; every other control must say the same as for the hardened one.
"""

import dataclasses

FAIL = "fail"
PASS = "pass"
MANUAL = "manual"
NOT_APPLICABLE = "not-applicable"
ANY = "any"  # depends on the machine

SLEEP = ("/bin/busybox", "sleep", "100000")

HARDENED = {
    "user": "1000:1000",
    "cap-drop": "ALL",
    "security-opt": ["no-new-privileges"],
    "read-only": True,
    "memory": "64m",
    "cpus": "0.5",
    "pids-limit": "64",
    "network": "apps",
    "restart": "on-failure:5",
    "health-cmd": "true",
    "health-interval": "1h",
}

# Controls of a container that hold for the hardened one only where there is something to judge.
NOT_APPLICABLE_IF_HARDENED = {
    "apparmor-enabled",  # where the machine has no AppArmor
    "selinux-options",
    "no-host-userns",  # the engine has no userns-remap
    "no-privileged-ports",  # nothing is published
    "ports-bound-to-interface",
}


@dataclasses.dataclass(frozen=True)
class Container:
    name: str
    what: str  # continues "A container …"
    options: dict = dataclasses.field(default_factory=dict)
    expected: dict = dataclasses.field(default_factory=dict)
    image: str = "app:1"
    command: tuple = SLEEP
    verb: str = "run"
    then: tuple = ()  # docker commands after the start; {name} is the container
    alone: bool = False  # takes nothing over from the hardened one
    after: tuple = ()  # names of containers that have to be there before


def command(container):
    """The words after `docker` that make it."""
    options = container.options if container.alone else HARDENED | container.options
    words = [container.verb, f"--name={container.name}"]
    if container.verb == "run":
        words.append("--detach")
    for name, value in options.items():
        for item in value if isinstance(value, list) else [value]:
            if item is True:
                words.append(f"--{name}")
            elif item is not None:
                words.append(f"--{name}={item}")
    return [*words, container.image, *container.command]


def privilege():
    unfiltered = {"seccomp-enabled": FAIL}
    return [
        Container(
            "privileged",
            "that is privileged",
            {"privileged": True},
            {
                "not-privileged": (FAIL, "critical"),
                "capabilities-restricted": FAIL,
                "seccomp-enabled": (FAIL, "high"),
                "no-host-devices": FAIL,
                "apparmor-enabled": FAIL,
                "selinux-options": FAIL,
            },
        ),
        Container(
            "privileged-root",
            "that is privileged, with root and no_new_privs off",
            {"privileged": True, "user": "0", "security-opt": None, "cap-drop": None},
            {
                "not-privileged": (FAIL, "critical"),
                "capabilities-restricted": (FAIL, "critical"),
                "seccomp-enabled": (FAIL, "high"),
                "no-host-devices": FAIL,
                "apparmor-enabled": FAIL,
                "selinux-options": FAIL,
                "image-non-root-user": FAIL,
                "no-new-privileges": FAIL,
            },
        ),
        Container(
            "sys-admin",
            "with SYS_ADMIN",
            {"cap-add": "SYS_ADMIN"},
            {"capabilities-restricted": (FAIL, "high")},
        ),
        Container(
            "sys-admin-root",
            "with SYS_ADMIN, as root",
            {"cap-add": "CAP_SYS_ADMIN", "user": "0"},
            {"capabilities-restricted": (FAIL, "critical"), "image-non-root-user": FAIL},
        ),
        Container(
            "net-admin",
            "with NET_ADMIN",
            {"cap-add": "NET_ADMIN"},
            {"capabilities-restricted": (FAIL, "medium")},
        ),
        Container(
            "cap-all",
            "with every capability",
            {"cap-add": "ALL", "cap-drop": None},
            {"capabilities-restricted": FAIL},
        ),
        Container(
            "cap-lower",
            "with a capability in lower case",
            {"cap-add": "sys_ptrace"},
            {"capabilities-restricted": FAIL},
        ),
        Container(
            "cap-default",
            "that drops no capability",
            {"cap-drop": None},
            {"capabilities-restricted": (FAIL, "low")},
        ),
        Container("cap-net-raw-dropped", "that drops NET_RAW only", {"cap-drop": "NET_RAW"}),
        Container(
            "cap-given-back",
            "that gives one default capability back",
            {"cap-add": "NET_BIND_SERVICE"},
        ),
        Container(
            "seccomp-unconfined",
            "without a seccomp filter",
            {"security-opt": ["no-new-privileges", "seccomp=unconfined"]},
            unfiltered,
        ),
        Container(
            "seccomp-empty",
            "with an empty seccomp profile",
            {"security-opt": ["no-new-privileges", "seccomp={directory}/empty.json"]},
            unfiltered,
        ),
        Container(
            "seccomp-allows-all",
            "with a seccomp profile that allows everything",
            {"security-opt": ["no-new-privileges", "seccomp={directory}/allow-all.json"]},
            unfiltered,
        ),
        Container(
            "seccomp-own",
            "with a seccomp profile of its own that denies something",
            {"security-opt": ["no-new-privileges", "seccomp={directory}/deny-some.json"]},
        ),
        Container(
            "nnp-unset",
            "without no-new-privileges",
            {"security-opt": None},
            {"no-new-privileges": FAIL},
        ),
        Container(
            "nnp-false-colon",
            "with no-new-privileges:false",
            {"security-opt": ["no-new-privileges:false"]},
            {"no-new-privileges": FAIL},
        ),
        Container(
            "nnp-false-equals",
            "with no-new-privileges=false",
            {"security-opt": ["no-new-privileges=false"]},
            {"no-new-privileges": FAIL},
        ),
        Container(
            "nnp-true",
            "with no-new-privileges:true",
            {"security-opt": ["no-new-privileges:true"]},
        ),
        Container(
            "rootfs-writable",
            "with a writable root file system",
            {"read-only": None},
            {"readonly-rootfs": FAIL},
        ),
    ]


def users():
    root = {"image-non-root-user": FAIL}
    spellings = {
        "user-0": "0",
        "user-0-0": "0:0",
        "user-000": "000",
        "user-root": "root",
        "user-root-root": "root:root",
        "user-0-1000": "0:1000",
        "user-alias": "toor",
    }
    return [
        *(
            Container(name, f"with user {user}", {"user": user}, root)
            for name, user in spellings.items()
        ),
        Container("user-of-image", "with the user of its image", {"user": None}),
        Container(
            "user-of-root-image",
            "with the user of its image, which is root",
            {"user": None},
            root,
            image="root-app:1",
        ),
        Container(
            "user-over-root-image",
            "with user 1000 and an image of root",
            image="root-app:1",
        ),
        Container("user-by-name", "with an ordinary user by name", {"user": "app"}),
    ]


def namespaces():
    return [
        Container("pid-host", "with the host's processes", {"pid": "host"}, {"no-host-pid": FAIL}),
        Container(
            "pid-chain",
            "with the processes of one that has the host's",
            {"pid": "container:pid-host"},
            {"no-host-pid": FAIL},
            after=("pid-host",),
        ),
        Container(
            "pid-of-hardened",
            "with the processes of a hardened one",
            {"pid": "container:hardened"},
        ),
        Container("ipc-host", "with the host's IPC", {"ipc": "host"}, {"no-host-ipc": FAIL}),
        Container(
            "ipc-chain",
            "with the IPC of one that has the host's",
            {"ipc": "container:ipc-host"},
            {"no-host-ipc": FAIL},
            after=("ipc-host",),
        ),
        Container("ipc-shareable", "that lets others share its IPC", {"ipc": "shareable"}),
        Container(
            "ipc-shared",
            "with the IPC of one that has its own",
            {"ipc": "container:ipc-shareable"},
            after=("ipc-shareable",),
        ),
        Container("uts-host", "with the host's name", {"uts": "host"}, {"no-host-uts": FAIL}),
        Container(
            "net-host",
            "in the host's network",
            {"network": "host"},
            {"no-host-network": FAIL},
        ),
        Container(
            "net-chain",
            "in the network of one that has the host's",
            {"network": "container:net-host"},
            {"no-host-network": FAIL},
            after=("net-host",),
        ),
        Container(
            "net-host-listens",
            "that listens on a low port in the host's network",
            {"network": "host", "user": "0", "cap-add": "NET_BIND_SERVICE"},
            {
                "no-host-network": FAIL,
                "image-non-root-user": FAIL,
                "no-privileged-ports": FAIL,
                "only-needed-ports": MANUAL,
                "ports-bound-to-interface": PASS,
            },
            command=("/bin/busybox", "httpd", "-f", "-p", "127.0.0.1:{low_port_2}"),
        ),
        Container("net-none", "without a network", {"network": "none"}),
        Container(
            "userns-host",
            "with --userns host, where the engine maps no users",
            {"userns": "host"},
        ),
        Container(
            "bridge-default",
            "on the default bridge",
            {"network": None},
            {"no-default-bridge": FAIL},
        ),
        Container(
            "bridge-chain",
            "in the network of one on the default bridge",
            {"network": "container:bridge-default"},
            {"no-default-bridge": FAIL},
            after=("bridge-default",),
        ),
    ]


def mounts():
    def sensitive(severity):
        return {"no-sensitive-host-mounts": (FAIL, severity)}

    socket = {"no-docker-socket-mount": (FAIL, "critical")}
    return [
        Container(
            "mount-root",
            "with the host's root directory",
            {"volume": "/:/host"},
            {
                "no-sensitive-host-mounts": (FAIL, "critical"),
                "no-docker-socket-mount": (FAIL, "critical"),
                "no-host-devices": ANY,
            },
        ),
        Container("mount-etc", "with /etc", {"volume": "/etc:/x"}, sensitive("critical")),
        Container(
            "mount-etc-ro",
            "with /etc, read-only",
            {"volume": "/etc:/x:ro"},
            sensitive("high"),
        ),
        Container(
            "mount-shadow",
            "with the file /etc/shadow",
            {"volume": "/etc/shadow:/x:ro"},
            sensitive("high"),
        ),
        Container(
            "mount-localtime",
            "with /etc/localtime, read-only",
            {"volume": "/etc/localtime:/etc/localtime:ro"},
        ),
        Container("mount-usr", "with /usr", {"volume": "/usr:/x:ro"}, sensitive("high")),
        Container(
            "mount-var-run",
            "with /var/run",
            {"volume": "/var/run:/x"},
            {"no-sensitive-host-mounts": (FAIL, "high"), "no-docker-socket-mount": ANY},
        ),
        Container(
            "mount-data-root",
            "with the engine's own data",
            {"volume": "{directory}/data:/x"},
            sensitive("critical"),
        ),
        Container(
            "mount-socket",
            "with the engine's socket",
            {"volume": "{socket}:/var/run/docker.sock"},
            socket,
        ),
        Container(
            "mount-socket-ro",
            "with the engine's socket, renamed and read-only",
            {"volume": "{socket}:/tmp/nothing-to-see:ro"},
            socket,
        ),
        Container(
            "mount-socket-parent",
            "with the directory of the engine's socket",
            {"volume": "{directory}/run:/x:ro"},
            socket,
        ),
        Container(
            "mount-socket-link",
            "with the engine's socket through a symbolic link",
            {"volume": "{directory}/link-to-socket:/x"},
            socket,
        ),
        Container(
            "mount-link",
            "with /etc through a symbolic link",
            {"volume": "{directory}/link-to-etc:/x"},
            sensitive("critical"),
        ),
        Container(
            "mount-long-form",
            "with /etc, in the long form of a mount",
            {"mount": "type=bind,source=/etc,target=/x,readonly"},
            sensitive("high"),
        ),
        Container(
            "mount-volume",
            "with a named volume that is a bind of /etc",
            {"volume": "etc-in-disguise:/x"},
            sensitive("critical"),
        ),
        Container(
            "mount-inherited",
            "with the volumes of one that has /etc",
            {"volumes-from": "mount-etc"},
            sensitive("critical"),
            after=("mount-etc",),
        ),
        Container(
            "mount-looks-like-socket",
            "with a directory that is only named like a socket",
            {"volume": "{directory}/files/docker.sock-backup:/x"},
        ),
        Container(
            "mount-looks-like-etc",
            "with a directory that only ends in /etc",
            {"volume": "{directory}/files/etc:/srv/etc"},
        ),
        Container(
            "mount-over-etc",
            "with a volume over its own /etc",
            {"volume": "plain:/etc/app"},
        ),
        Container("mount-tmpfs", "with a tmpfs", {"tmpfs": "/tmp"}),
        Container(
            "mount-shared",
            "with a mount that propagates to the host",
            {"volume": "{directory}/shared:/x:rshared"},
            {"no-shared-propagation": FAIL},
        ),
        Container(
            "mount-slave",
            "with a mount that only follows the host",
            {"volume": "{directory}/shared:/x:rslave"},
        ),
        Container(
            "docker-host",
            "that is told of an engine over TCP without TLS",
            {"env": "DOCKER_HOST=tcp://192.0.2.1:2375"},
            {"no-docker-socket-mount": (FAIL, "high")},
        ),
    ]


def devices():
    return [
        Container(
            "device-null",
            "with a device that every container has",
            {"device": "/dev/null:/dev/sink", "volume": "/dev/null:/x"},
        ),
        Container(
            "device-serial",
            "with a serial line",
            {"device": "{directory}/serial:/dev/ttyS0"},
            {"no-host-devices": (FAIL, "medium")},
        ),
        Container(
            "device-disk",
            "with a disk",
            {"device": "{directory}/disk:/dev/xvdz"},
            {"no-host-devices": (FAIL, "critical")},
        ),
        Container(
            "device-disk-read",
            "with a disk, to read",
            {"device": "{directory}/disk:/dev/xvdz:r"},
            {"no-host-devices": (FAIL, "high")},
        ),
        Container(
            "device-rule",
            "with a rule of the device control group",
            {"device-cgroup-rule": "c 1:3 rw"},
            {"no-host-devices": FAIL},
        ),
        Container(
            "device-bind",
            "with a disk as a bind mount, which the device control group keeps shut",
            {"volume": "{directory}/disk:/x"},
            {"no-host-devices": (FAIL, "low")},
        ),
        Container(
            "device-all",
            "with the host's /dev",
            {"volume": "/dev:/x"},
            {"no-host-devices": FAIL, "no-sensitive-host-mounts": (FAIL, "critical")},
        ),
    ]


def resources():
    return [
        Container(
            "memory-unset",
            "without a memory limit",
            {"memory": None},
            {"memory-limit": FAIL},
        ),
        Container("cpus-unset", "without a CPU limit", {"cpus": None}, {"cpu-limit": FAIL}),
        Container("cpu-quota", "with a CPU quota", {"cpus": None, "cpu-quota": "50000"}),
        Container("cpuset", "with a set of CPUs", {"cpus": None, "cpuset-cpus": "0"}),
        Container("cpu-shares", "with 512 CPU shares", {"cpus": None, "cpu-shares": "512"}),
        Container(
            "cpu-shares-default",
            "with 1024 CPU shares, the default",
            {"cpus": None, "cpu-shares": "1024"},
            {"cpu-limit": FAIL},
        ),
        Container("pids-unset", "without a PID limit", {"pids-limit": None}, {"pids-limit": FAIL}),
        Container(
            "pids-unlimited",
            "with a PID limit of -1",
            {"pids-limit": "-1"},
            {"pids-limit": FAIL},
        ),
        Container(
            "cgroup-parent",
            "below another control group",
            {"cgroup-parent": "/{cgroup}"},
            {"container-cgroup-default": FAIL},
        ),
        Container(
            "ulimit",
            "with a ulimit of its own",
            {"ulimit": "nofile=512:1024"},
            {"ulimit-override": FAIL},
        ),
        Container("ulimit-core", "that may not dump core", {"ulimit": "core=0"}),
    ]


def ports():
    def published(**differences):
        everywhere = {
            "no-privileged-ports": PASS,
            "ports-bound-to-interface": PASS,
            "only-needed-ports": MANUAL,
        }
        return everywhere | {key.replace("_", "-"): value for key, value in differences.items()}

    return [
        Container(
            "port-high",
            "with a high port on every address",
            {"publish": "0.0.0.0:{port_1}:80"},
            published(ports_bound_to_interface=FAIL),
        ),
        Container(
            "port-unbound",
            "with a port without an address",
            {"publish": "{port_2}:80"},
            published(ports_bound_to_interface=FAIL),
        ),
        Container(
            "port-loopback-low",
            "with a low port on loopback",
            {"publish": "127.0.0.1:{low_port_1}:80"},
            published(no_privileged_ports=FAIL),
        ),
        Container(
            "port-loopback-udp",
            "with a high UDP port on loopback",
            {"publish": "127.0.0.1:{port_3}:80/udp"},
            published(),
        ),
        Container(
            "port-ipv6-loopback",
            "with a port on the loopback address of IPv6",
            {"publish": "[::1]:{port_4}:80"},
            published(),
        ),
        Container(
            "port-ipv6",
            "with a port on every address of IPv6 only",
            {"publish": "[::]:{port_5}:80"},
            published(ports_bound_to_interface=FAIL),
        ),
        Container(
            "port-all",
            "that publishes all ports",
            {"publish-all": True, "expose": "8080"},
            published(ports_bound_to_interface=FAIL, only_needed_ports=FAIL),
        ),
        Container("port-exposed", "that exposes a port and publishes none", {"expose": "8080"}),
    ]


def life():
    unbounded = {"restart-policy-bounded": FAIL}
    return [
        Container("restart-always", "that always restarts", {"restart": "always"}, unbounded),
        Container(
            "restart-unless-stopped",
            "that restarts unless stopped",
            {"restart": "unless-stopped"},
            unbounded,
        ),
        Container(
            "restart-10",
            "that restarts ten times",
            {"restart": "on-failure:10"},
            unbounded,
        ),
        Container(
            "restart-endless",
            "that restarts on failure without limit",
            {"restart": "on-failure"},
            unbounded,
        ),
        Container("restart-no", "that never restarts", {"restart": "no"}),
        Container(
            "health-unset",
            "without a health check",
            {"health-cmd": None, "health-interval": None},
            {"runtime-healthcheck": FAIL},
        ),
        Container(
            "health-none",
            "that switches the health check of its image off",
            {"health-cmd": None, "health-interval": None, "no-healthcheck": True},
            {"runtime-healthcheck": FAIL},
            image="checked:1",
        ),
        Container(
            "health-of-image",
            "with the health check of its image",
            {"health-cmd": None, "health-interval": None},
            image="checked:1",
        ),
        Container(
            "image-latest",
            "from a tag that moves",
            {},
            {"image-up-to-date-at-run": FAIL},
            image="app:latest",
        ),
        Container(
            "image-moved",
            "from a tag that names another image by now",
            {},
            {"image-up-to-date-at-run": FAIL},
            image="moved:1",
        ),
        Container(
            "sshd",
            "in which sshd runs",
            {},
            {"no-sshd-in-container": FAIL},
            command=("/bin/sh", "-c", "exec -a busybox /usr/sbin/sshd sleep 100000"),
        ),
        Container(
            "dropbear",
            "in which dropbear runs beside its program",
            {},
            {"no-sshd-in-container": FAIL},
            command=("/bin/sh", "-c", "(exec -a busybox /usr/sbin/dropbear sleep 9999) & sleep 9999"),
        ),
        Container(
            "bare",
            "from an image without a shell or ps",
            image="bare:1",
            command=("/busybox", "sleep", "100000"),
        ),
        Container(
            "sshd-in-name",
            "whose arguments only mention sshd",
            {},
            command=("/bin/sh", "-c", "sleep 100000; : sshd"),
        ),
    ]


def states():
    stopped = {"no-sshd-in-container": NOT_APPLICABLE}  # no process runs
    return [
        Container("created", "that was never started", {}, stopped, verb="create"),
        Container("exited", "that has ended", {}, stopped, command=("/bin/busybox", "true")),
        Container("paused", "that is paused", then=(("pause", "{name}"),)),
        Container(
            "created-host",
            "that was never started, with the host's namespaces and user 0",
            {"pid": "host", "ipc": "host", "network": "host", "uts": "host", "user": "0"},
            {
                "no-host-pid": FAIL,
                "no-host-ipc": FAIL,
                "no-host-network": FAIL,
                "no-host-uts": FAIL,
                "image-non-root-user": FAIL,
                **stopped,
            },
            verb="create",
        ),
        Container(
            "created-socket",
            "that was never started, with the engine's socket and a low port",
            {"volume": "{socket}:/s", "publish": "1:1"},
            {
                "no-docker-socket-mount": (FAIL, "critical"),
                "no-privileged-ports": FAIL,
                "ports-bound-to-interface": FAIL,
                "only-needed-ports": MANUAL,
                **stopped,
            },
            verb="create",
        ),
        Container(
            "exec-privileged",
            "with a privileged session",
            {},
            {"no-privileged-exec": FAIL, "capabilities-restricted": FAIL},
            then=(("exec", "-d", "--privileged", "{name}", *SLEEP),),
        ),
        Container(
            "exec-root",
            "with a session of root",
            {},
            {"no-root-exec": FAIL},
            then=(("exec", "-d", "-u", "0", "{name}", *SLEEP),),
        ),
        Container(
            "exec-plain",
            "with a session of its own user",
            then=(("exec", "-d", "{name}", *SLEEP),),
        ),
        Container(
            "vanilla",
            "with no options at all",
            alone=True,
            image="root-app",
            expected={
                "image-non-root-user": FAIL,
                "capabilities-restricted": (FAIL, "low"),
                "no-new-privileges": FAIL,
                "readonly-rootfs": FAIL,
                "memory-limit": FAIL,
                "cpu-limit": FAIL,
                "pids-limit": FAIL,
                "no-default-bridge": FAIL,
                "runtime-healthcheck": FAIL,
                "image-up-to-date-at-run": FAIL,
            },
        ),
        Container(
            "secret",
            "with a secret in its environment",
            {"env": "SECRET_OF_TESTS=correct-horse"},
        ),
        Container(
            "hostile-label",
            "with a label full of markup and terminal codes",
            {"label": "evil\x1b[31m=\x1b]0;owned\x07\"]]><script>&\u202e"},
        ),
    ]


DEVIATIONS = [
    deviation
    for chapter in (
        privilege,
        users,
        namespaces,
        mounts,
        devices,
        resources,
        ports,
        life,
        states,
    )
    for deviation in chapter()
]
