"""Answers HTTP requests for cells."""
import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from cell0 import __version__
from cell0.cells import Invalid, ReadOnly

MAX_BODY = 1 << 20
CELLS = "/api/v1/cells"


def create_server(address, cells, token=""):
    """A server at (host, port) that is not running yet. With a token, everything but /health and /ready asks for it."""
    handler = type("CellHandler", (Handler,), {"cells": cells, "token": token})
    server = ThreadingHTTPServer(address, handler)
    server.daemon_threads = True
    return server


class Handler(BaseHTTPRequestHandler):
    server_version = f"cell0/{__version__}"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self):
        path = urlsplit(self.path).path
        if path == "/health":
            self.answer(200, {"status": "healthy", "version": __version__})
        elif path == "/ready":
            self.attempt(lambda: self.answer(200, {"status": "ready", "cells": len(self.cells.all())}))
        elif path == CELLS:
            self.guarded(lambda: self.answer(200, {"cells": self.cells.all()}))
        else:
            self.guarded(lambda: self.answer_cell(self.name_in(path)))

    def do_PUT(self):
        # What is not read would be taken for the next request.
        body = self.body()
        if body is not None:
            self.guarded(lambda: self.put(self.name_in(urlsplit(self.path).path), body))

    def do_DELETE(self):
        self.guarded(lambda: self.delete(self.name_in(urlsplit(self.path).path)))

    def answer_cell(self, name):
        values = None if name is None else self.cells.get(name)
        if values is None:
            self.refuse(404, "no such cell")
        else:
            self.answer(200, {"name": name, "values": values})

    def put(self, name, body):
        if name is None:
            self.refuse(404, "no such cell")
            return
        try:
            values = json.loads(body)["values"]
        except (ValueError, KeyError, TypeError):
            raise Invalid('the body is not {"values": {...}}') from None
        self.cells.put(name, values)
        self.answer(200, {"name": name, "values": values})

    def delete(self, name):
        if name is not None and self.cells.delete(name):
            self.answer(200, {"name": name})
        else:
            self.refuse(404, "no such cell")

    def guarded(self, work):
        given = self.headers.get("Authorization", "")
        if self.token and not hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode()):
            self.refuse(401, "a valid token is needed")
        else:
            self.attempt(work)

    def attempt(self, work):
        try:
            work()
        except Invalid as error:
            self.refuse(422, str(error))
        except ReadOnly as error:
            self.refuse(409, str(error))
        except OSError as error:
            self.refuse(503, f"the cells cannot be reached: {error}")

    def body(self):
        """The body; None once the request is refused for its length."""
        length = self.headers.get("Content-Length", "")
        if length.isascii() and length.isdigit() and int(length) <= MAX_BODY:
            return self.rfile.read(int(length))
        self.close_connection = True
        self.refuse(413 if length else 411, f"a body of at most {MAX_BODY} bytes is needed, and its length")
        return None

    def name_in(self, path):
        """The cell a path names; None where it names none."""
        if not path.startswith(f"{CELLS}/"):
            return None
        return unquote(path.removeprefix(f"{CELLS}/"))

    def refuse(self, status, message):
        self.answer(status, {"error": message})

    def answer(self, status, body):
        text = json.dumps(body).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if status == 401:
            self.send_header("WWW-Authenticate", "Bearer")
        self.end_headers()
        self.wfile.write(text)
