# SPDX-License-Identifier: Apache-2.0
"""Every control of a container, judged on other releases of the engine than the one installed."""

import unittest

import host
import releases
import test_containers


def prepare():
    releases.prepare()


class OnARelease(test_containers.Matrix):
    """Has an engine of its own, which ends with the class."""

    release = None
    config = "{}"

    @classmethod
    def setUpClass(cls):
        cls.host = host.Host(programs=releases.programs(cls.release), config=cls.config)
        cls.addClassCleanup(cls.host.stop)
        cls.host.start()


class OnDebian13(OnARelease, unittest.TestCase):
    """On Engine 26 a container …"""

    release = "trixie"


class OnDebianUnstable(OnARelease, unittest.TestCase):
    """On the newest engine of Debian, with the image store of containerd, a container …"""

    release = "sid"
    # The default of engines from 29 on.
    config = '{"features": {"containerd-snapshotter": true}}'
