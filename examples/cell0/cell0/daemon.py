"""cell0d: serves cells until it is stopped."""
import argparse
import os
import signal
import sys
import threading

from cell0.cells import FolderCells, KubernetesCells
from cell0.server import create_server
from cell0.version import version_line


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="cell0d", description="Serves cells over HTTP.")
    parser.add_argument("command", nargs="?", choices=["serve", "version"], default="serve")
    parser.add_argument("--listen", default=os.environ.get("CELL0_LISTEN", "127.0.0.1:8080"), help="HOST:PORT")
    parser.add_argument("--data", default=os.environ.get("CELL0_DATA", "cells"), help="the folder of cells")
    parser.add_argument(
        "--source",
        default=os.environ.get("CELL0_SOURCE", "folder"),
        choices=["folder", "kubernetes"],
        help="where cells are kept",
    )
    given = parser.parse_args(arguments)
    if given.command == "version":
        print(version_line("cell0d"))
        return 0
    return serve(address_of(given.listen, parser), cells_of(given))


def address_of(text, parser):
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        parser.error(f"{text!r} is not HOST:PORT")
    return host, int(port)


def cells_of(given):
    return KubernetesCells.of_pod(os.environ) if given.source == "kubernetes" else FolderCells(given.data)


def serve(address, cells):
    server = create_server(address, cells, os.environ.get("CELL0_TOKEN", ""))
    # As the first process of a container, nothing but this ends it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    host, port = server.server_address[:2]
    print(f"listening on {host}:{port}", file=sys.stderr, flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
