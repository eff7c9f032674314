# SPDX-License-Identifier: Apache-2.0
"""Run all tests on real engines; BULKHEAD names the program. As root, with dockerd installed.

Usage: run.py [--installed] [MODULE...]   (--installed: no other engines than the one installed)

The last line is `N passed, N failed, N skipped`.
"""

import os
import sys
import unittest

# In the order of their running.
MODULES = [
    *("test_daemon", "test_userns", "test_rootless", "test_podman", "test_neighbours"),
    *("test_swarm", "test_seccomp", "test_images", "test_containers", "test_access"),
    *("test_root", "test_trees"),
]
OTHER_ENGINES = ["test_releases", "test_machine"]

HERE = os.path.dirname(os.path.abspath(__file__))


class Result(unittest.TextTestResult):
    """One line for each test, which is a sentence."""

    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    def getDescription(self, test):
        if not isinstance(test, unittest.TestCase):
            return str(test)  # the set-up of a module
        subject = type(test).__doc__.partition("\n")[0].rstrip("… ")
        return f"{subject} {test._testMethodName.removeprefix('test_').replace('_', ' ')}"


def main():
    sys.path.insert(0, HERE)
    program = os.environ.get("BULKHEAD", "")
    if not os.access(program, os.X_OK):
        sys.exit(f"BULKHEAD names no program: '{program}'")
    names = [word for word in sys.argv[1:] if word != "--installed"] or MODULES + OTHER_ENGINES
    if "--installed" in sys.argv:
        names = [name for name in names if name not in OTHER_ENGINES]
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result)
    result = runner.run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed or not result.testsRun else 0


sys.exit(main())
