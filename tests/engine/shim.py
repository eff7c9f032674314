#!/usr/bin/python3 -SE
# SPDX-License-Identifier: Apache-2.0
"""What the runtime `shim` does to a container or a session before runc makes it.

Where the machine itself lacks that capability, runc cannot give it, and `docker run --privileged`
fails to start. This removes it from the bundle's config.json, or from the process of an exec.
"""

import json
import os
import sys

MISSING = "CAP_SYS_RESOURCE"


def option(arguments, *names):
    for i, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in names:
            return value if equals else arguments[i + 1]
    return None


def without(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    process = document.get("process", document)
    for names in (process.get("capabilities") or {}).values():
        if names and MISSING in names:
            names.remove(MISSING)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)


def main(arguments):
    if "create" in arguments or "run" in arguments:
        without(os.path.join(option(arguments, "--bundle", "-b") or ".", "config.json"))
    elif "exec" in arguments:
        path = option(arguments, "--process", "-p")
        if path:
            without(path)
    os.execvp("runc", ["runc", *arguments])


main(sys.argv[1:])
