#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Record the host of tests/hosts/messy and doc/examples anew: `record_messy.py BULKHEAD SNAPSHOT`.

A made-up host with a real Docker Engine and real containers, as such hosts grow: a shop by Compose,
a proxy and two tools with the engine's socket, a privileged builder, a monitor with the host's root,
a backup, something of a stranger's. It has processes, a network, accounts and settings of its own, and
nothing of it stays. Needs root, dockerd, docker, gcc and a static busybox; no network.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

CAP_SYS_RESOURCE = 24  # capability.h

# The programs of the containers: they have the right names, users and sockets, and wait.
PRETEND = r"""
#define _GNU_SOURCE
#include <netinet/in.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void listen_on(int port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	bind(fd, (struct sockaddr *)&any, sizeof(any));
	listen(fd, 8);
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];

	(void)argc;
	if (!strcmp(name, "node_exporter"))
		listen_on(9100);
	if (!strcmp(name, "traefik"))
		listen_on(80);
	if (!strcmp(name, "postgres") || !strcmp(name, "redis-server")) {
		setgid(999);
		setuid(999);
	}
	if (!strcmp(name, "postgres"))
		for (int i = 0; i < 3 && fork(); i++)
			;
	if (!strcmp(name, "legacy") && !fork())
		execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", NULL);
	if (!strcmp(name, "odd"))
		prctl(PR_SET_NAME, "\033[2Jsshd\n]]>");
	if (!strcmp(name, "restic") || !strcmp(name, "job"))
		return 0;
	for (;;)
		pause();
}
"""

# name of the image: its program, and lines of its Dockerfile
IMAGES = {
    "shop/web:2.14": ("/usr/local/bin/node", 'CMD ["/usr/local/bin/node", "server.js"]'),
    "shop/worker:2.14": (
        "/usr/local/bin/node",
        'USER node\nHEALTHCHECK CMD ["/bin/true"]\nCMD ["/usr/local/bin/node", "worker.js"]',
    ),
    "postgres:16": (
        "/usr/local/bin/postgres",
        'ENV PGDATA=/var/lib/postgresql/data\nVOLUME /var/lib/postgresql/data\nEXPOSE 5432\nCMD ["postgres"]',
    ),
    "redis:7": ("/usr/local/bin/redis-server", 'EXPOSE 6379\nCMD ["redis-server"]'),
    "traefik:v3.1": ("/usr/local/bin/traefik", 'EXPOSE 80\nENTRYPOINT ["/usr/local/bin/traefik"]'),
    "gitlab/gitlab-runner:v17.5.1": (
        "/usr/local/bin/gitlab-runner",
        'CMD ["/usr/local/bin/gitlab-runner", "run", "--user=gitlab-runner", '
        '"--working-directory=/home/gitlab-runner"]',
    ),
    "docker:27-dind": (
        "/usr/local/bin/dockerd",
        'VOLUME /var/lib/docker\nEXPOSE 2375\nCMD ["/usr/local/bin/dockerd"]',
    ),
    "prom/node-exporter:v1.8.2": (
        "/bin/node_exporter",
        'USER nobody\nEXPOSE 9100\nENTRYPOINT ["/bin/node_exporter"]',
    ),
    "portainer/portainer-ce:2.21.4": (
        "/portainer",
        'VOLUME /data\nEXPOSE 9443\nENTRYPOINT ["/portainer"]',
    ),
    "restic/restic:0.17.3": ("/usr/local/bin/restic", 'ENTRYPOINT ["/usr/local/bin/restic"]'),
    "intranet/wiki:latest": ("/usr/local/bin/legacy", 'EXPOSE 8090\nCMD ["/usr/local/bin/legacy"]'),
    "intranet/reports:1": ("/usr/local/bin/job", 'CMD ["/usr/local/bin/job"]'),
    "untrusted/pull-request:71": ("/usr/local/bin/odd", 'CMD ["/usr/local/bin/odd"]'),
}

PASSWD = """root:x:0:0:root:/root:/bin/bash
node:x:1000:1000::/home/node:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
"""


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def mount(*arguments):
    run("mount", *arguments)


def docker(*arguments):
    return run("docker", *arguments)


def unmount_others():
    """What is mounted on this machine beyond what every host has."""
    lines = pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    for point in [line.split()[4] for line in lines][::-1]:
        if not re.match("/($|proc|sys|dev)", point):
            run("umount", "--lazy", point)


def own_directories(scratch):
    """What a host of its own has, over what this machine has."""
    unmount_others()
    mount("--make-rshared", "/")  # as systemd does; a peer group of its own
    run("ip", "link", "set", "lo", "up")
    run("hostname", "dock-01")
    for path in ("/run", "/opt", "/home", "/srv", "/root"):
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", path)
    for name, path in (("data", "/var/lib/docker"), ("containerd", "/var/lib/containerd")):
        (scratch / name).mkdir()
        os.makedirs(path, exist_ok=True)
        mount("--bind", str(scratch / name), path)
    for name in ("etc", "work"):
        (scratch / name).mkdir()
    mount("-t", "overlay", "-o", f"lowerdir=/etc,upperdir={scratch}/etc,workdir={scratch}/work", "overlay", "/etc")


def settle(path, text, mode=0o644, gid=0):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    os.chown(path, 0, gid)


def own_runtime(scratch):
    """Where this machine lacks a capability, runc cannot give it to a privileged container."""
    has = int(re.search(r"CapBnd:\s*(\S+)", pathlib.Path("/proc/self/status").read_text())[1], 16)
    if has >> CAP_SYS_RESOURCE & 1:
        return
    runc = shutil.which("runc")
    shim = pathlib.Path(__file__).resolve().parent.parent / "engine/shim"
    (scratch / "bin").mkdir()
    shutil.copy(runc, scratch / "bin/runc")
    settle(scratch / "runc", f'#!/bin/sh\nPATH={scratch}/bin:$PATH exec {shim} "$@"\n', 0o755)
    mount("--bind", str(scratch / "runc"), runc)


def own_settings():
    settle("/etc/hostname", "dock-01\n")
    settle("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ndeploy:x:1001:1001::/home/deploy:/bin/bash\n")
    settle("/etc/group", "root:x:0:\ndocker:x:998:deploy\ndeploy:x:1001:\n")
    settle(
        "/etc/systemd/system/docker.service.d/proxy.conf",
        "[Service]\nEnvironment=HTTPS_PROXY=http://proxy.intranet:3128\n",
        0o664,
        1001,
    )
    shutil.rmtree("/etc/docker", ignore_errors=True)
    os.makedirs("/etc/docker", mode=0o755)
    os.makedirs("/opt/gitlab-runner")
    os.makedirs("/opt/backup")


def build(scratch):
    program = scratch / "pretend"
    run("gcc", "-static", "-O1", "-x", "c", "-o", str(program), "-", input=PRETEND)
    for image, (path, lines) in IMAGES.items():
        context = scratch / "image"
        shutil.rmtree(context, ignore_errors=True)
        files = {path: program, "/bin/busybox": shutil.which("busybox")}
        if "wiki" in image:
            files["/usr/sbin/sshd"] = program
        for place, source in files.items():
            target = context / "files" / place[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        for applet in ("true", "sleep"):
            (context / "files/bin" / applet).symlink_to("busybox")
        settle(context / "files/etc/passwd", PASSWD)
        settle(context / "Dockerfile", f"FROM scratch\nCOPY files /\n{lines}\n")
        docker("build", "--quiet", "--tag", image, str(context))


def service(name, number=1):
    labels = {
        "project": "shop",
        "project.config_files": "/srv/shop/compose.yaml",
        "project.working_dir": "/srv/shop",
        "service": name,
        "container-number": number,
        "oneoff": "False",
    }
    return [
        f"--name=shop-{name}-{number}",
        "--network=shop_default",
        "--restart=unless-stopped",
        *(f"--label=com.docker.compose.{key}={value}" for key, value in labels.items()),
    ]


def start(*arguments):
    docker("run", "--detach", *arguments)


def start_containers():
    socket = "--volume=/var/run/docker.sock:/var/run/docker.sock"
    docker("network", "create", "--label=com.docker.compose.project=shop", "shop_default")
    start(*service("proxy"), f"{socket}:ro", "--publish=80:80", "--publish=443:443", "traefik:v3.1", "--providers.docker")
    for number in (1, 2, 3):
        start(
            *service("web", number), "--memory=512m", "--env=NODE_ENV=production",
            "--env=SESSION_KEY=0123456789abcdef0123456789ab", "--label=org.opencontainers.image.title=shop-web",
            "shop/web:2.14",
        )  # fmt: skip
    start(
        *service("worker"), "--user=1000:1000", "--cap-drop=ALL", "--read-only", "--memory=256m", "--cpus=0.5",
        "--security-opt=no-new-privileges", "--pids-limit=128", "shop/worker:2.14",
    )  # fmt: skip
    start(
        *service("db"), "--volume=shop_db:/var/lib/postgresql/data", "--publish=5432:5432",
        "--env=POSTGRES_PASSWORD=correct-horse-", "postgres:16",
    )  # fmt: skip
    start(*service("cache"), "--memory=128m", "redis:7")
    start(
        "--name=gitlab-runner", "--restart=always", socket, "--volume=/opt/gitlab-runner:/etc/gitlab-runner",
        "gitlab/gitlab-runner:v17.5.1",
    )  # fmt: skip
    start("--name=runner-7f3a-dind", "--privileged", "--env=DOCKER_TLS_CERTDIR=", "docker:27-dind")
    start(
        "--name=node-exporter", "--network=host", "--pid=host", "--restart=unless-stopped",
        "--volume=/:/host:ro,rslave", "prom/node-exporter:v1.8.2", "--path.rootfs=/host",
    )  # fmt: skip
    start(
        "--name=portainer", "--restart=always", socket, "--volume=portainer_data:/data", "--publish=9443:9443",
        "portainer/portainer-ce:2.21.4",
    )  # fmt: skip
    start("--name=wiki", "--cap-add=SYS_PTRACE", "--publish=127.0.0.1:8090:8090", "intranet/wiki:latest")
    start(
        "--name=pr-71", "--security-opt=seccomp=unconfined",
        "--label=description=\x1b[2Kall checks passed\n<script>alert(1)</script>", "untrusted/pull-request:71",
    )  # fmt: skip
    start("--name=backup", "--volume=/:/source:ro", "--volume=/opt/backup:/backup", "restic/restic:0.17.3", "backup", "/source")
    docker("create", "--name=nightly-report", "intranet/reports:1")
    docker("exec", "--detach", "--privileged", "wiki", "/bin/sleep", "100000")
    docker("wait", "backup")
    # The tag of the image went to a newer one, which is not here.
    docker("rmi", "--force", "shop/web:2.14")


def inside(program, snapshot, directory):
    scratch = pathlib.Path(directory)
    own_directories(scratch)
    own_runtime(scratch)
    own_settings()
    with open(scratch / "log", "wb") as log, subprocess.Popen(["dockerd"], stdout=log, stderr=log) as engine:
        try:
            deadline = time.monotonic() + 60
            while subprocess.run(["docker", "version"], capture_output=True, check=False).returncode != 0:
                if time.monotonic() > deadline:
                    sys.exit((scratch / "log").read_text())
                time.sleep(0.2)
            build(scratch)
            start_containers()
            os.chmod("/run/docker.sock", 0o666)
            time.sleep(1)
            print(run(program, "collect", "--output", snapshot))
        finally:
            subprocess.run("docker rm --force $(docker ps --all --quiet)", shell=True, capture_output=True, check=False)
            engine.terminate()


def main():
    if os.environ.get("RECORD_INSIDE"):
        inside(sys.argv[1], sys.argv[2], os.environ["RECORD_INSIDE"])
        return
    program, snapshot = (os.path.abspath(path) for path in sys.argv[1:3])
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="dock-01-") as directory:
        command = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--net", "--fork", "--mount-proc", "--kill-child"]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "RECORD_INSIDE": directory, "DOCKER_BUILDKIT": "0"}
        command += [sys.executable, os.path.abspath(__file__), program, snapshot]
        subprocess.run(command, env=environment, cwd="/", check=True)


main()
