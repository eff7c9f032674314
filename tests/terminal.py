# SPDX-License-Identifier: Apache-2.0
"""What a program prints on a terminal that takes UTF-8."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading

END = b"\0end of what was printed\0"


def printed(command, columns, cwd=None, **environment):
    """Its bytes on a terminal of so many columns; the environment on top of our own."""
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", **environment}
    with subprocess.Popen(command, cwd=cwd, env=environment, stdout=terminal,
                          stderr=subprocess.DEVNULL) as process:

        def end():
            process.wait()
            os.write(terminal, END)

        # Read to a mark, not to the end: what a terminal holds when it is closed may be lost.
        threading.Thread(target=end).start()
        text = b""
        while not text.endswith(END):
            text += os.read(reader, 65536)
    os.close(terminal)
    os.close(reader)
    return text.removesuffix(END)
