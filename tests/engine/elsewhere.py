# SPDX-License-Identifier: Apache-2.0
"""An engine as on another machine: in namespaces of its own, and reached over TCP only.

Its kernel is this one, but neither its process nor those of its containers go by the numbers that it
gives, and nothing here listens for it but a relay.
"""

import os
import pathlib
import selectors
import signal
import socket
import socketserver
import threading

import engine

HOSTNAME = "elsewhere"


class Relay(socketserver.BaseRequestHandler):
    """Between one connection to the server and one to the engine's socket."""

    def handle(self):
        with socket.socket(socket.AF_UNIX) as inner, selectors.DefaultSelector() as both:
            inner.connect(str(self.server.path))
            both.register(self.request, selectors.EVENT_READ, inner)
            both.register(inner, selectors.EVENT_READ, self.request)
            while True:
                for key, _ in both.select():
                    data = key.fileobj.recv(65536)
                    if not data:
                        return
                    key.data.sendall(data)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # the test sees it


class Engine(engine.Engine):
    def __init__(self, **options):
        super().__init__(isolated=True, **options)

    def _isolation(self):
        script = f'ip link set lo up && hostname {HOSTNAME} && exec "$@"'
        spaces = ("--net", "--uts", "--ipc", "--pid", "--fork", "--mount-proc", "--kill-child")
        return ["unshare", *spaces, "sh", "-c", script, "sh"]

    def start(self):
        super().start()
        self.server = Server(("127.0.0.1", 0), Relay)
        self.server.path = self.socket
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint = f"tcp://127.0.0.1:{self.server.server_address[1]}"

    def stop(self):
        if hasattr(self, "server"):
            self.server.shutdown()
            self.server.server_close()
        super().stop()

    def _end(self):
        """unshare does not pass signals on."""
        if self.process:
            pid = self.process.pid
            for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                os.kill(int(child), signal.SIGTERM)
        super()._end()

    def audit(self, *arguments, **options):
        return engine.audit("--host", self.endpoint, *arguments, **options)
