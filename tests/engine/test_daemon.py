# SPDX-License-Identifier: Apache-2.0
"""Every control of the engine itself, judged on real engines: see configurations.py."""

import concurrent.futures
import shutil
import tempfile
import unittest

import configurations
import engine

reports = {}


def make_certificates(directory):
    """A CA and a certificate of it, for server and client alike."""
    key = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
    ca, certificate = f"{directory}/ca", f"{directory}/cert"
    engine.run(
        *("openssl", "req", "-x509", *key, "-subj", "/CN=test-ca"),
        *("-keyout", f"{ca}-key.pem", "-out", f"{ca}.pem"),
    )
    engine.run(
        *("openssl", "req", *key[:3], "-subj", "/CN=127.0.0.1"),
        *("-keyout", f"{directory}/key.pem", "-out", f"{certificate}.csr"),
    )
    engine.run(
        *("openssl", "x509", "-req", "-days", "2", "-in", f"{certificate}.csr"),
        *("-CA", f"{ca}.pem", "-CAkey", f"{ca}-key.pem", "-CAcreateserial"),
        *("-out", f"{certificate}.pem"),
    )


def audit_one(configuration, certificates):
    """The results of an engine with this configuration, by control.

    None where this engine does not know it, and the exception where that went wrong.
    """
    if engine.major_version() < configuration.least:
        return None

    def fill(text):
        return text and text.replace("{certificates}", certificates)

    one = engine.Engine(
        flags=[fill(flag) for flag in configuration.flags],
        config=fill(configuration.config),
        isolated=True,
        subids=configuration.subids,
        files={"profile.json": '{"defaultAction": "SCMP_ACT_ALLOW"}'},
    )
    try:
        with one:
            for command in configuration.then:
                one.docker(*command)
            if configuration.edited:
                one.edit_config(configuration.edited)
            if configuration.reload:
                one.reload()
            report = one.audit()
    except Exception as error:  # it belongs to the one test
        return error
    return {r["control"]: r for r in report["results"] if r["subject"]["kind"] == "engine"}


def setUpModule():
    certificates = tempfile.mkdtemp(prefix="bulkhead-certificates-")
    unittest.addModuleCleanup(shutil.rmtree, certificates)
    make_certificates(certificates)
    table = configurations.CONFIGURATIONS
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for one, report in zip(table, pool.map(lambda c: audit_one(c, certificates), table)):
            reports[one.what] = report


class Engines(unittest.TestCase):
    """An engine …"""

    def judge(self, configuration):
        results, wrong = reports[configuration.what], []
        if results is None:
            self.skipTest(f"the engine here is older than {configuration.least}")
        if isinstance(results, Exception):
            raise results
        lacking = configurations.DEFAULTS.keys() - results.keys()
        self.assertFalse(lacking, "controls of the engine that were not judged")
        for control, default in configurations.DEFAULTS.items():
            wanted = configuration.expected.get(control, default)
            status, severity = wanted if isinstance(wanted, tuple) else (wanted, None)
            result = results[control]
            if result["status"] != status or severity not in (None, result["severity"]):
                wrong.append(f"{control}: expected {wanted}, got {engine.describe(result)}")
        if wrong:
            self.fail("\n".join(["", *wrong]))


def add_tests():
    for configuration in configurations.CONFIGURATIONS:

        def test(self, configuration=configuration):
            self.judge(configuration)

        test.__doc__ = f"An engine {configuration.what}"
        setattr(Engines, f"test_{configuration.what.replace(' ', '_')}", test)


add_tests()
