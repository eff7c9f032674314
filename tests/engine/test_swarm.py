# SPDX-License-Identifier: Apache-2.0
"""Members of a swarm: a manager with services and networks, a locked one, a worker."""

import json
import os
import time
import unittest

import engine

MANAGER, WORKER, DATA = "198.51.100.1", "198.51.100.2", "203.0.113.1"
NO_WAIT = ("--detach", "--no-resolve-image")
SERVICES = {
    "web": ("--publish=8080:80", "--env=MODE=production"),
    "shut": (
        "--restart-max-attempts=3",
        "--restart-condition=on-failure",
        "--env=DB_PASSWORD=hunter2",
    ),
    "once": ("--restart-condition=none", "--secret=db", "--env=DB_PASSWORD_FILE=/run/secrets/db"),
}
TASKS_SECONDS = 60

manager, locked, worker = {}, {}, {}
snapshot = {}


def wait_for(condition, what, seconds=TASKS_SECONDS):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} after {seconds} s")
        time.sleep(0.2)


def by_subject(report):
    """The results by control and subject; the task of a service by the service's name."""
    found = {}
    for result in report["results"]:
        subject = result["subject"]
        name = subject["name"]
        if subject["kind"] == "container":
            name = f"task of {subject.get('service')}"
        found[result["control"], name] = result
    return found


def state_of(of):
    return of.docker("info", "--format={{.Swarm.LocalNodeState}}").stdout.strip()


def make_services(of):
    of.docker("secret", "create", "db", "-", input=b"hunter2")
    of.docker("network", "create", "--driver=overlay", "--opt=encrypted", "sealed")
    of.docker("network", "create", "--driver=overlay", "open")
    for name, options in SERVICES.items():
        of.docker("service", "create", *NO_WAIT, f"--name={name}", *options, "app:1")
    wait_for(
        lambda: len(of.docker("ps", "--quiet").stdout.split()) == len(SERVICES),
        "the tasks do not run",
    )


def network_of(of):
    return ["nsenter", f"--net=/proc/{of.process.pid}/ns/net"]


def connect(first, second):
    """A cable between the network namespaces of two engines, with an address at each end."""
    names = [f"bhs{os.getpid() % 10**6}x{i}" for i in (0, 1)]
    engine.run("ip", "link", "add", names[0], "type", "veth", "peer", "name", names[1])
    for name, of, address in zip(names, (first, second), (MANAGER, WORKER)):
        engine.run("ip", "link", "set", name, "netns", of.process.pid)
        engine.run(*network_of(of), "ip", "address", "add", f"{address}/24", "dev", name)
        engine.run(*network_of(of), "ip", "link", "set", name, "up")
    engine.run(*network_of(first), "ip", "address", "add", f"{DATA}/24", "dev", names[0])


def restart(of):
    """Stop dockerd as a reboot would, and start it on the same data."""
    of.process.terminate()
    of.process.wait(60)
    of._launch()
    of._await()


def setUpModule():
    global snapshot
    with engine.Engine(isolated=True) as first, engine.Engine(isolated=True) as second:
        connect(first, second)
        first.make_image("app:1", {"busybox": engine.busybox()}, 'CMD ["/busybox", "sleep", "100000"]')
        first.docker("swarm", "init", f"--advertise-addr={MANAGER}", "--cert-expiry=2400h")
        make_services(first)
        manager.update(by_subject(first.audit()))
        snapshot = json.loads(first.bulkhead(command="collect").stdout)
        token = first.docker("swarm", "join-token", "--quiet", "worker").stdout.strip()
        second.docker(
            "swarm",
            "join",
            f"--token={token}",
            f"--listen-addr={WORKER}:2377",
            f"--advertise-addr={WORKER}",
            f"--data-path-addr={WORKER}",
            f"{MANAGER}:2377",
        )
        worker.update(by_subject(second.audit()))
    flags = ("--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1:2377", "--autolock")
    with engine.Engine(isolated=True) as third:
        third.docker("swarm", "init", *flags)
        restart(third)
        wait_for(lambda: state_of(third) == "locked", "the manager is not locked")
        locked.update(by_subject(third.audit()))


class Swarm(unittest.TestCase):
    """What the tests of all nodes share."""

    results = {}

    def expect(self, control, status, name="swarm", message=""):
        result = self.results[control, name]
        self.assertEqual(result["status"], status, engine.describe(result))
        self.assertIn(message, result["message"], engine.describe(result))


class Manager(Swarm):
    """On a manager of a swarm …"""

    results = manager

    def test_one_manager_is_few(self):
        self.expect("swarm-manager-count", "pass")

    def test_it_listens_on_every_address_unless_told_otherwise(self):
        self.expect("swarm-bound-interface", "fail", message="0.0.0.0:2377")

    def test_a_network_with_the_option_is_encrypted(self):
        self.expect("overlay-encrypted", "pass", "sealed")

    def test_a_network_without_it_is_not(self):
        self.expect("overlay-encrypted", "fail", "open")
        self.expect("overlay-encrypted", "fail", "ingress")

    def test_networks_of_this_host_alone_are_not_asked(self):
        self.assertNotIn(("overlay-encrypted", "bridge"), self.results)

    def test_a_password_in_the_environment_is_found_by_its_name(self):
        self.expect("swarm-secrets-used", "fail", "shut", "DB_PASSWORD")

    def test_a_secret_of_the_swarm_is_none_in_the_environment(self):
        self.expect("swarm-secrets-used", "pass", "once")
        self.expect("swarm-secrets-used", "pass", "web")

    def test_auto_lock_is_off(self):
        self.expect("swarm-autolock", "fail")

    def test_certificates_of_a_hundred_days_last_long(self):
        self.expect("swarm-node-cert-expiry", "fail", message="100 days")

    def test_a_person_says_how_old_the_authority_may_be(self):
        self.expect("swarm-ca-rotated", "manual", message="0 days old")

    def test_the_planes_are_together(self):
        self.expect("swarm-planes-separated", "fail", message=MANAGER)

    def test_tasks_without_a_limit_restart_without_end(self):
        self.expect("restart-policy-bounded", "fail", "task of web")

    def test_the_attempts_of_a_service_are_a_limit(self):
        self.expect("restart-policy-bounded", "pass", "task of shut", "is 3")

    def test_tasks_that_never_restart_pass(self):
        self.expect("restart-policy-bounded", "pass", "task of once")

    def test_ports_of_the_routing_mesh_are_open_on_every_address(self):
        self.expect("ports-bound-to-interface", "fail", "task of web", "*:8080->80/tcp")

    def test_a_service_that_publishes_nothing_has_no_port(self):
        self.expect("ports-bound-to-interface", "not-applicable", "task of shut")

    def test_no_secret_is_collected(self):
        text = json.dumps(snapshot)
        for secret in ("hunter2", "SWMTKN", "SWMKEY", "PRIVATE KEY"):
            self.assertNotIn(secret, text)


class Worker(Swarm):
    """On a worker …"""

    results = worker

    def test_what_managers_decide_is_not_judged(self):
        for control in ("swarm-manager-count", "swarm-autolock", "swarm-node-cert-expiry"):
            self.expect(control, "not-applicable", message="worker")

    def test_services_are_known_to_managers_only(self):
        results = [r for (c, _), r in self.results.items() if c == "swarm-secrets-used"]
        self.assertEqual([r["status"] for r in results], ["not-applicable"])
        self.assertIn("worker", results[0]["message"])

    def test_its_own_addresses_are_judged(self):
        self.expect("swarm-bound-interface", "pass", message=WORKER)
        self.expect("swarm-planes-separated", "fail", message="both")

    def test_it_is_in_swarm_mode(self):
        result = next(r for (c, _), r in self.results.items() if c == "swarm-mode-off")
        self.assertEqual(result["status"], "fail", engine.describe(result))


class Locked(Swarm):
    """On a manager that waits for its key …"""

    results = locked

    def test_auto_lock_is_on(self):
        self.expect("swarm-autolock", "pass")

    def test_what_it_does_not_know_is_unknown(self):
        for control in ("swarm-manager-count", "swarm-node-cert-expiry", "swarm-ca-rotated"):
            self.expect(control, "unknown", message="locked")
            self.assertIn("unlock", self.results[control, "swarm"]["hint"])

    def test_its_address_is_known_from_its_files(self):
        self.expect("swarm-bound-interface", "pass", message="127.0.0.1:2377")

    def test_swarm_mode_is_not_off(self):
        result = next(r for (c, _), r in self.results.items() if c == "swarm-mode-off")
        self.assertEqual(result["status"], "fail", engine.describe(result))
