# SPDX-License-Identifier: Apache-2.0
"""Images as the classic builder of a real engine makes them, most of them without a container."""

import pathlib
import subprocess
import tempfile
import unittest

import engine

TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
PASSWORD = "correct-horse"
BUILD_SECONDS = 600

GOOD = """FROM base:1
COPY ADDITIONAL /srv/
RUN apk update && apk add nginx
HEALTHCHECK CMD true
USER 1000
CMD ["sleep", "3600"]
"""
BAD = f"""FROM good:1
ARG NPM_TOKEN
ENV DB_PASSWORD={PASSWORD}
ADD ADDITIONAL /x/
RUN apk update
RUN apk add --allow-untrusted nginx
HEALTHCHECK NONE
USER 0:0
"""
# What it is made of is the lowest layer; a password is no more than called so.
ROOTFS = f"""FROM scratch
ARG RELEASE
ADD rootfs.tar /
ENV DB_PASSWORD={PASSWORD}
"""
# Files of a lower layer that stay, lose the bit, and are deleted, with their directory or alone.
SETUID = """FROM base:1
RUN busybox chmod 4755 /usr/bin/su /usr/bin/at /usr/bin/sudo /opt/a/su && busybox chmod 2755 /usr/bin/wall
"""
STRIPPED = """FROM setuid:1
RUN busybox chmod a-s /usr/bin/su && busybox rm /usr/bin/sudo
RUN busybox rm -r /opt/a && busybox mkdir /opt/a && busybox chmod 0755 /usr/bin/wall
"""

results = {}
snapshot = ""


def build(of, tag, dockerfile, *arguments):
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory)
        (path / "Dockerfile").write_text(dockerfile, encoding="ascii")
        (path / "ADDITIONAL").write_text("ADD", encoding="ascii")
        subprocess.run(["tar", "-cf", "rootfs.tar", "ADDITIONAL"], cwd=path, check=True)
        of.build(tag, path, *arguments, timeout=BUILD_SECONDS)


def make(of):
    program = engine.busybox()
    files = {
        "bin": None,
        "bin/busybox": program,
        "bin/sh": "busybox",
        "bin/sleep": "busybox",
        "bin/apk": b"#!/bin/sh\n",
        "usr": None,
        "usr/bin": None,
        **{f"usr/bin/{name}": b"#!/bin/sh\n" for name in ("at", "su", "sudo", "wall")},
        "opt": None,
        "opt/a": None,
        "opt/a/su": b"#!/bin/sh\n",
        "lib": None,
        "lib/apk": None,
        "lib/apk/db": None,
        "lib/apk/db/installed": b"P:musl\nV:1\n\nP:busybox\nV:1\n",
        "tmp": None,
    }
    of.make_image("base:1", files)
    build(of, "good:1", GOOD)
    build(of, "bad:1", BAD, f"--build-arg=NPM_TOKEN={TOKEN}")
    build(of, "rootfs:1", ROOTFS)
    build(of, "setuid:1", SETUID)
    build(of, "stripped:1", STRIPPED)
    of.docker("tag", "good:1", "good:2")
    of.docker("create", "--name=web", "good:1")
    of.docker("create", "--name=web-2", "good:2")
    for image in ("good:1", "setuid:1"):
        name = f"user-of-{image[:-2]}"
        run = ("run", "--detach", "--network=none", "--user=1000", f"--name={name}", image)
        of.docker(*run, "/bin/sleep", "3600")


def setUpModule():
    global snapshot
    with engine.Engine() as of:
        make(of)
        for result in of.audit("--deep")["results"]:
            results[result["control"], result["subject"]["name"]] = result
        for result in of.audit("--image=bad")["results"]:
            results["--image=bad", result["control"], result["subject"]["name"]] = result
        snapshot = of.bulkhead(command="collect").stdout


class Images(unittest.TestCase):
    """An image …"""

    def expect(self, control, name, status, words=""):
        result = results[control, name]
        self.assertEqual(result["status"], status, engine.describe(result))
        self.assertIn(words, result["message"])

    def test_that_is_built_well_passes(self):
        for control in (
            "image-non-root-user",
            "image-healthcheck",
            "image-no-lone-update",
            "image-copy-not-add",
            "image-no-secrets",
            "image-verified-packages",
        ):
            self.expect(control, "good:1", "pass")

    def test_is_one_subject_whatever_its_tags(self):
        self.assertNotIn(("image-healthcheck", "good:2"), results)

    def test_without_a_container_is_judged_and_says_so(self):
        self.expect("image-non-root-user", "bad:1", "fail", "0:0")
        self.assertEqual(results["image-non-root-user", "bad:1"]["subject"]["state"], "unused")
        self.assertNotIn("state", results["image-non-root-user", "good:1"]["subject"])

    def test_with_a_health_check_switched_off_has_none(self):
        self.expect("image-healthcheck", "bad:1", "fail", "NONE")

    def test_with_a_step_that_only_refreshes_fails(self):
        self.expect("image-no-lone-update", "bad:1", "fail", "apk update")

    def test_that_takes_unsigned_packages_fails(self):
        self.expect("image-verified-packages", "bad:1", "fail", "--allow-untrusted")

    def test_with_a_later_add_fails(self):
        self.expect("image-copy-not-add", "bad:1", "fail", "/x/")

    def test_is_not_blamed_for_the_root_file_system_of_its_base(self):
        self.expect("image-copy-not-add", "rootfs:1", "pass")

    def test_of_which_nobody_says_how_it_was_built_is_not_judged_by_that(self):
        self.expect("image-copy-not-add", "base:1", "not-applicable")

    def test_with_a_token_in_its_history_fails(self):
        self.expect("image-no-secrets", "bad:1", "fail", "NPM_TOKEN")

    def test_with_a_variable_that_is_only_called_so_is_a_question(self):
        self.expect("image-no-secrets", "rootfs:1", "manual", "DB_PASSWORD")

    def test_does_not_show_its_secrets_in_snapshot_or_results(self):
        for text in (snapshot, str(results)):
            self.assertNotIn(TOKEN, text)
            self.assertNotIn(PASSWORD, text)

    def test_with_setuid_programs_makes_an_ordinary_user_root(self):
        for control in ("no-new-privileges", "non-root-stays-non-root"):
            for name, severity, words in (
                ("user-of-setuid", "medium", "its image has /"),
                ("user-of-good", "low", "its image has no program that gives rights"),
            ):
                self.expect(control, name, "fail", words)
                self.assertEqual(results[control, name]["severity"], severity)

    def test_with_setuid_programs_fails(self):
        self.expect(
            "image-no-setuid",
            "setuid:1",
            "fail",
            "5 setuid or setgid programs: /opt/a/su (4755), /usr/bin/at (4755), "
            "/usr/bin/su (4755), /usr/bin/sudo (4755), /usr/bin/wall (2755)",
        )

    def test_holds_what_its_upper_layers_leave(self):
        self.expect(
            "image-no-setuid", "stripped:1", "fail", "1 setuid or setgid program: /usr/bin/at"
        )
        self.expect("image-no-setuid", "good:1", "pass")

    def test_shows_its_packages_and_tools(self):
        for name in ("base:1", "stripped:1"):
            self.expect(
                "image-minimal-packages", name, "manual", "2 packages (apk); /bin/apk, /bin/sh"
            )

    def test_is_not_looked_into_unasked(self):
        for control in ("image-no-setuid", "image-minimal-packages"):
            result = results["--image=bad", control, "bad:1"]
            self.assertEqual(result["status"], "manual", engine.describe(result))
            self.assertIn("--deep", result["message"])

    def test_is_counted_once_however_many_containers_it_has(self):
        result = next(r for (control, *_), r in results.items() if control == "image-sprawl")
        self.assertIn("of 6 images 4 have no container", result["message"])

    def test_without_a_container_is_selected_by_its_name(self):
        chosen = [r for key, r in results.items() if key[0] == "--image=bad"]
        names = {r["subject"]["name"] for r in chosen if r["subject"]["kind"] == "image"}
        self.assertEqual(names, {"bad:1"})
