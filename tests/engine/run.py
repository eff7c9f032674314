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

    def getDescription(self, test):
        first, _, _ = (type(test).__doc__ or str(type(test))).partition("\n")
        rest = test._testMethodName.removeprefix("test_").replace("_", " ")
        return first.rstrip("…") + rest


def main():
    sys.path.insert(0, HERE)
    names = sys.argv[1:] or ["test_daemon", "test_containers", "test_access"]
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result)
    result = runner.run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    passed = max(result.testsRun - failed - skipped, 0)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not result.testsRun else 0


sys.exit(main())
