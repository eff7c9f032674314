# SPDX-License-Identifier: Apache-2.0
"""Run all tests on real engines; BULKHEAD names the program. As root, with dockerd installed.

Usage: run.py [MODULE...]   (all, where none is named)

The last line is `N passed, N failed, N skipped`.
"""

import os
import sys
import time
import unittest

# In the order of their running.
MODULES = [
    *("test_daemon", "test_userns", "test_rootless", "test_podman", "test_neighbours"),
    *("test_swarm", "test_seccomp", "test_isolation", "test_images", "test_containers"),
    *("test_access", "test_root", "test_trees", "test_policy", "test_paths"),
    *("test_escapes", "test_releases", "test_machine"),
]

HERE = os.path.dirname(os.path.abspath(__file__))


class Result(unittest.TextTestResult):
    """One line for each test, which is a sentence."""

    passed = 0

    def startTestRun(self):
        super().startTestRun()
        self.ends = {"": time.monotonic()}

    def stopTest(self, test):
        super().stopTest(test)
        self.ends[type(test).__module__] = time.monotonic()

    def seconds(self):
        """How long each module took, with its set-up."""
        ends = list(self.ends.items())
        return [(name, end - before) for (name, end), (_, before) in zip(ends[1:], ends)]

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    def getDescription(self, test):
        if isinstance(test, unittest.case._SubTest):
            return f"{self.getDescription(test.test_case)} {test._subDescription()}"
        if not isinstance(test, unittest.TestCase):
            return str(test)  # the set-up of a module
        subject = type(test).__doc__.partition("\n")[0].rstrip("… ")
        return f"{subject} {test._testMethodName.removeprefix('test_').replace('_', ' ')}"


def main():
    sys.path.insert(0, HERE)
    program = os.environ.get("BULKHEAD", "")
    if not os.access(program, os.X_OK):
        sys.exit(f"BULKHEAD names no program: '{program}'")
    modules = sys.argv[1:] or MODULES
    suite = unittest.defaultTestLoader.loadTestsFromNames(modules)
    # What takes long to make is made, with low priority, while other tests run.
    for name in modules:
        getattr(sys.modules.get(name), "prepare", lambda: None)()
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result)
    result = runner.run(suite)
    for name, seconds in result.seconds():
        print(f"{seconds:4.0f} s {name}")
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed or not result.testsRun else 0


sys.exit(main())
