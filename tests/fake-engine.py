#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Docker Engine for tests: serves recorded replies, or misbehaves as told.

    fake-engine.py [--listen PATH | --tcp] [--tls DIRECTORY] [--directory DIRECTORY]
                   [--reply PATH=JSON]... [--fault PATH=FAULT]...

Once it listens it prints its endpoint; it ends when its standard input is closed, so that it never
outlives a test. Paths are without version and query; in --fault they may be shell patterns.
--directory holds the reply for /containers/json in the file containers/json.json, and so on;
without it there is a small healthy host. GET /requests tells what was asked so far.
--tls makes an authority, a certificate for 127.0.0.1 and one for clients (ca.pem, cert.pem, key.pem).
"""
import argparse
import fnmatch
import http.server
import json
import os
import re
import socketserver
import ssl
import subprocess
import sys
import threading

WEB, DB = "a" * 64, "b" * 64
NGINX = "sha256:" + "1" * 64
BRIDGE = "c" * 64


def container(ident, name, **members):
    return {"Id": ident, "Name": "/" + name, "Image": NGINX, "State": {"Status": "running"},
            "Config": {"Image": "nginx", "Env": ["PASSWORD=hunter2"]}, "HostConfig": {}, **members}


HEALTHY = {
    "/version": {"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12",
                 "Components": [{"Name": "Engine", "Version": "20.10.24"}]},
    "/info": {"Name": "sample", "HttpProxy": "http://user:hunter2@proxy:3128"},
    # Not in the order of their ids, as an engine's list is not.
    "/containers/json": [
        {"Id": DB, "Names": ["/web/db", "/db"], "Image": "nginx", "ImageID": NGINX,
         "State": "exited"},
        {"Id": WEB, "Names": ["/web"], "Image": "nginx", "ImageID": NGINX, "State": "running"},
    ],
    f"/containers/{WEB}/json": container(WEB, "web", ExecIDs=["e1", "e2"]),
    f"/containers/{DB}/json": container(DB, "db", ExecIDs=None),
    "/exec/e1/json": {"ID": "e1", "Running": True, "ContainerID": WEB,
                      "ProcessConfig": {"entrypoint": "sh", "arguments": ["-c", "hunter2"]}},
    "/exec/e2/json": {"ID": "e2", "Running": False, "ContainerID": WEB},
    "/networks": [{"Name": "bridge", "Id": BRIDGE, "Options": {}}],
    f"/networks/{BRIDGE}": {"Name": "bridge", "Id": BRIDGE, "Options": {},
                            "Containers": {WEB: {"Name": "web"}}},
    "/plugins": [],
    "/volumes": {"Volumes": None, "Warnings": None},
    "/images/json": [{"Id": NGINX, "RepoTags": ["nginx:latest"], "RepoDigests": None}],
    f"/images/{NGINX}/json": {"Id": NGINX, "RepoTags": ["nginx:latest"], "Config": {}},
    f"/images/{NGINX}/history": [
        {"CreatedBy": "/bin/sh -c #(nop)  ENV TOKEN=hunter2", "Size": 0},
        {"CreatedBy": "/bin/sh -c #(nop) ADD file:1 in / ", "Size": 9},
    ],
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "client"

    def log_message(self, *args):
        pass

    def do_GET(self):
        path = re.sub(r"^/v\d+\.\d+(?=/)", "", self.path).split("?")[0]
        server = self.server
        if path != "/requests":
            with server.lock:
                server.requests.append({"path": self.path, "connection": id(self.connection),
                                        "method": self.command, "headers": dict(self.headers)})
        for pattern, fault in server.faults:
            if fnmatch.fnmatchcase(path, pattern):
                getattr(self, "fault_" + fault.replace("-", "_"))(path)
                return
        self.reply(path)

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

    def reply(self, path):
        if path == "/requests":
            self.send(200, json.dumps(self.server.requests))
        elif path in self.server.replies:
            self.send(200, self.server.replies[path])
        else:
            self.send(404, json.dumps({"message": "No such object: " + path}))

    def send(self, status, text, content_type="application/json", **headers):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data):
        self.wfile.write(data)
        self.close_connection = True

    def fault_html(self, path):
        self.send(200, "<html><body>It works!</body></html>", "text/html")

    def fault_empty(self, path):
        self.send(200, "")

    def fault_garbage(self, path):
        self.raw(b"SSH-2.0-OpenSSH_9.2\r\n")

    def fault_close(self, path):
        self.close_connection = True

    def fault_redirect(self, path):
        self.send(301, "", Location="http://192.0.2.1/")

    def fault_status_500(self, path):
        self.send(500, json.dumps({"message": "the disk is full"}))

    def fault_status_502(self, path):
        self.send(502, "<h1>Bad Gateway</h1>", "text/html")

    def fault_status_404(self, path):
        self.send(404, json.dumps({"message": "No such object: " + path}))

    def fault_too_old(self, path):
        self.send(400, json.dumps({"message": "client version 1.41 is too old. Minimum supported "
                                              "API version is 1.44, please upgrade your client"}))

    def fault_wants_tls(self, path):
        self.send(400, "Client sent an HTTP request to an HTTPS server.\n", "text/plain")

    def fault_malformed(self, path):
        self.send(200, '{"Name": "sample",\n "Images": 1x}')

    def fault_truncated(self, path):
        self.send(200, '{"Name": "sam', length="1000")
        self.close_connection = True

    def fault_cut_chunk(self, path):
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\n10\r\n{\"Name\"")

    def fault_null(self, path):
        self.send(200, "null")

    def fault_number(self, path):
        self.send(200, "[1, 2, 3]")

    def fault_silent(self, path):
        self.server.ended.wait()
        self.close_connection = True

    def fault_drip(self, path):
        self.send(200, "[", length="1000000")
        try:
            while not self.server.ended.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()
        except OSError:
            pass
        self.close_connection = True

    def fault_huge(self, path):
        self.send(200, "[", length=str(1 << 40))
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            self.close_connection = True


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, ssl.SSLError)):
            super().handle_error(request, client_address)


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64
    handle_error = Server.handle_error


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)


def make_certificates(directory):
    def path(name):
        return os.path.join(directory, name)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    openssl("req", "-x509", *key, "-subj", "/CN=test authority", "-keyout", path("ca-key.pem"),
            "-out", path("ca.pem"))
    for name, prefix in (("127.0.0.1", "server-"), ("client", "")):
        openssl("req", *key[:-2], "-subj", "/CN=" + name, "-keyout", path(prefix + "key.pem"),
                "-out", path(prefix + "request.pem"))
        with open(path("extensions"), "w", encoding="ascii") as file:
            file.write("subjectAltName=IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", path(prefix + "request.pem"), "-CA", path("ca.pem"),
                "-CAkey", path("ca-key.pem"), "-CAcreateserial", "-days", "2",
                "-extfile", path("extensions"), "-out", path(prefix + "cert.pem"))


def add_tls(server, directory):
    make_certificates(directory)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(directory, "server-cert.pem"),
                            os.path.join(directory, "server-key.pem"))
    context.load_verify_locations(os.path.join(directory, "ca.pem"))
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)


def read_directory(directory):
    replies = {}
    for folder, _, files in os.walk(directory):
        for name in files:
            if name.endswith(".json"):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    replies["/" + os.path.relpath(path, directory)[:-len(".json")]] = file.read()
    return replies


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen")
    parser.add_argument("--tcp", action="store_true")
    parser.add_argument("--tls")
    parser.add_argument("--directory")
    parser.add_argument("--reply", action="append", default=[])
    parser.add_argument("--fault", action="append", default=[])
    options = parser.parse_args()

    if options.listen:
        server = UnixServer(options.listen, Handler)
        endpoint = "unix://" + os.path.abspath(options.listen)
    else:
        server = Server(("127.0.0.1", 0), Handler)
        endpoint = "tcp://127.0.0.1:%d" % server.server_address[1]
    if options.tls:
        add_tls(server, options.tls)
    server.replies = (read_directory(options.directory) if options.directory else
                      {path: json.dumps(reply) for path, reply in HEALTHY.items()})
    server.replies.update(reply.split("=", 1) for reply in options.reply)
    server.faults = [fault.rsplit("=", 1) for fault in options.fault]
    server.requests, server.lock, server.ended = [], threading.Lock(), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(endpoint, flush=True)
    sys.stdin.buffer.read()
    server.ended.set()
    if options.listen:
        os.unlink(options.listen)


if __name__ == "__main__":
    main()
