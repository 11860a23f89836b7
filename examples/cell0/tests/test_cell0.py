"""cell0d and cell0ctl, talking to each other and to a Kubernetes of three answers."""
import contextlib
import io
import json
import os
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

from cell0 import __version__, ctl, daemon
from cell0.cells import FolderCells, KubernetesCells
from cell0.server import Handler, create_server


def setUpModule():
    # Requests are logged to the stream that the tests read.
    unittest.enterModuleContext(mock.patch.object(Handler, "log_message"))


@contextlib.contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(program, *arguments, token=""):
    """Code, output and errors of a program."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        with mock.patch.dict(os.environ, {"CELL0_TOKEN": token}):
            code = program.main(arguments)
    return code, out.getvalue(), errors.getvalue()


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def serve(self, token=""):
        return running(create_server(("127.0.0.1", 0), FolderCells(self.folder), token))

    def test_cells_survive_a_restart_and_go(self):
        with self.serve() as url:
            put = run(ctl, "--server", url, "put", "edge-1", "region=eu", "mode=a=b")
            self.assertEqual(put, (0, "edge-1 is kept\n", ""))
        with self.serve() as url:
            self.assertEqual(run(ctl, "--server", url, "status")[1], f"healthy: cell0d {__version__}\n")
            self.assertEqual(run(ctl, "--server", url, "list")[1], "edge-1\n")
            self.assertEqual(run(ctl, "--server", url, "get", "edge-1")[1], "mode=a=b\nregion=eu\n")
            self.assertEqual(run(ctl, "--server", url, "delete", "edge-1")[0], 0)
            gone = run(ctl, "--server", url, "get", "edge-1")
            self.assertEqual(gone, (1, "", "cell0ctl: no such cell\n"))
        self.assertEqual(os.listdir(self.folder), [])

    def test_names_lead_nowhere_else(self):
        Path(self.folder, "..secret.json").write_text("{}")
        with self.serve() as url:
            for name in ("../secret", "..secret", "UPPER", "a" * 64, ""):
                code, _, errors = run(ctl, "--server", url, "put", name, "a=b")
                self.assertEqual((code, "is no name" in errors), (1, True), (name, errors))
                self.assertEqual(run(ctl, "--server", url, "get", name)[2], "cell0ctl: no such cell\n")

    def test_a_token_guards_all_but_health(self):
        with self.serve("s3cret") as url:
            self.assertEqual(run(ctl, "--server", url, "status")[0], 0)
            refused = run(ctl, "--server", url, "list", token="guess")
            self.assertEqual(refused, (1, "", "cell0ctl: a valid token is needed\n"))
            self.assertEqual(run(ctl, "--server", url, "list", token="s3cret")[0], 0)


class Kubernetes(unittest.TestCase):
    def setUp(self):
        account = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (account / "token").write_text("pod\n")
        (account / "namespace").write_text("fleet")
        cluster = ThreadingHTTPServer(("127.0.0.1", 0), FakeCluster)
        self.cells = KubernetesCells(self.enterContext(running(cluster)), account)

    def test_its_cells_are_read_and_not_changed(self):
        with running(create_server(("127.0.0.1", 0), self.cells)) as url:
            self.assertEqual(run(ctl, "--server", url, "list")[1], "edge\n")
            self.assertEqual(run(ctl, "--server", url, "get", "edge")[1], "region=eu\n")
            self.assertEqual(run(ctl, "--server", url, "get", "other")[2], "cell0ctl: no such cell\n")
            self.assertIn("kubectl", run(ctl, "--server", url, "put", "edge", "a=b")[2])

    def test_a_cluster_that_refuses_is_said(self):
        (self.cells.account / "token").write_text("stale")
        with running(create_server(("127.0.0.1", 0), self.cells)) as url:
            self.assertIn("cannot be reached: HTTP Error 403", run(ctl, "--server", url, "list")[2])
            self.assertEqual(run(ctl, "--server", url, "status")[0], 0)


class FakeCluster(BaseHTTPRequestHandler):
    def do_GET(self):
        cell = {"metadata": {"name": "edge"}, "spec": {"values": {"region": "eu"}}}
        known = {
            "/apis/cell0.io/v1/namespaces/fleet/cells": {"items": [cell]},
            "/apis/cell0.io/v1/namespaces/fleet/cells/edge": cell,
        }
        status = 403 if self.headers["Authorization"] != "Bearer pod" else 200 if self.path in known else 404
        body = json.dumps(known.get(self.path, {})).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Programs(unittest.TestCase):
    def test_both_know_their_version(self):
        for program, name in ((daemon, "cell0d"), (ctl, "cell0ctl")):
            self.assertEqual(run(program, "version")[1], f"{name} {__version__} (commit: none, built: unknown)\n")

    def test_the_project_and_the_package_have_one_version(self):
        text = Path(__file__).parent.parent.joinpath("pyproject.toml").read_text()
        self.assertIn(f'version = "{__version__}"', text)

    def test_a_listen_address_needs_a_port(self):
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as errors:
            daemon.main(["--listen", "localhost"])
        self.assertIn("HOST:PORT", errors.getvalue())


if __name__ == "__main__":
    unittest.main()
