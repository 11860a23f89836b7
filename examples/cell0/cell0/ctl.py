"""cell0ctl: asks cell0d for cells and changes them."""
import argparse
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

from cell0.version import version_line


def main(arguments=None):
    given = parser().parse_args(arguments)
    if given.command == "version":
        print(version_line("cell0ctl"))
        return 0
    try:
        print(given.run(given))
    except urllib.error.HTTPError as error:
        print(f"cell0ctl: {message_of(error)}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"cell0ctl: {given.server} cannot be reached: {error}", file=sys.stderr)
        return 1
    return 0


def parser():
    top = argparse.ArgumentParser(prog="cell0ctl", description="Asks cell0d for cells and changes them.")
    top.add_argument("--server", default=os.environ.get("CELL0_SERVER", "http://127.0.0.1:8080"))
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("version", help="print the version")
    commands.add_parser("status", help="how the server is").set_defaults(run=status)
    commands.add_parser("list", help="names of all cells").set_defaults(run=names)
    one = commands.add_parser("get", help="values of a cell")
    one.set_defaults(run=get)
    change = commands.add_parser("put", help="set the values of a cell")
    change.set_defaults(run=put)
    gone = commands.add_parser("delete", help="take a cell away")
    gone.set_defaults(run=delete)
    for command in (one, change, gone):
        command.add_argument("name")
    change.add_argument("values", nargs="*", metavar="KEY=VALUE", type=pair)
    return top


def pair(text):
    key, sign, value = text.partition("=")
    if not key or not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def status(given):
    health = ask(given, "GET", "/health")
    return f"{health['status']}: cell0d {health['version']}"


def names(given):
    return "\n".join(ask(given, "GET", "/api/v1/cells")["cells"])


def get(given):
    values = ask(given, "GET", cell(given))["values"]
    return "\n".join(f"{key}={value}" for key, value in sorted(values.items()))


def put(given):
    ask(given, "PUT", cell(given), {"values": dict(given.values)})
    return f"{given.name} is kept"


def delete(given):
    ask(given, "DELETE", cell(given))
    return f"{given.name} is gone"


def cell(given):
    return "/api/v1/cells/" + urllib.parse.quote(given.name, safe="")


def ask(given, method, path, body=None):
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get("CELL0_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(given.server.rstrip("/") + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def message_of(error):
    try:
        return json.load(error)["error"]
    except (ValueError, KeyError, TypeError):
        return str(error)


if __name__ == "__main__":
    sys.exit(main())
