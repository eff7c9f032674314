# SPDX-License-Identifier: Apache-2.0
"""Run all tests on real engines; BULKHEAD names the program. As root, with dockerd installed.

The last line is `N passed, N failed, N skipped`.
"""

import os
import sys
import unittest

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
    names = sys.argv[1:] or ["test_daemon", "test_userns", "test_swarm", "test_containers", "test_access"]
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result)
    result = runner.run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed or not result.testsRun else 0


sys.exit(main())
