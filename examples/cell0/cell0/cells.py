"""Where cells are kept: a folder of this machine, or a Kubernetes cluster."""
import json
import os
import re
import ssl
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""As Kubernetes has names, so that a cell may move there."""


class ReadOnly(Exception):
    """The cells are changed elsewhere."""


class Invalid(Exception):
    """What was asked for is no cell."""


def check(name, values):
    """Raises Invalid unless this is a name and a map of texts."""
    if NAME.fullmatch(name) is None:
        raise Invalid(f"{name!r} is no name of a cell: lower case letters, digits and dashes")
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise Invalid("values are not a map from names to texts")


class FolderCells:
    """Cells as files of a folder, which is created when it is not there."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def all(self):
        return {path.stem: json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))}

    def get(self, name):
        """The values of a cell, or None."""
        if NAME.fullmatch(name) is None:
            return None
        try:
            return json.loads(self._path(name).read_text())
        except FileNotFoundError:
            return None

    def put(self, name, values):
        check(name, values)
        handle, temporary = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(handle, "w") as file:
            json.dump(values, file, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        # Readers see the old values or the new ones.
        os.replace(temporary, self._path(name))

    def delete(self, name):
        """Whether there was one."""
        if self.get(name) is None:
            return False
        self._path(name).unlink()
        return True

    def _path(self, name):
        return self.folder / f"{name}.json"


class KubernetesCells:
    """The Cell resources of a namespace, which kubectl changes; read with the account of the pod."""

    def __init__(self, address, account):
        """`address` such as https://10.0.0.1:443; `account` holds token, ca.crt and namespace."""
        self.account = Path(account)
        namespace = (self.account / "namespace").read_text().strip()
        self.url = f"{address}/apis/cell0.io/v1/namespaces/{namespace}/cells"
        authority = self.account / "ca.crt"
        self.context = ssl.create_default_context(cafile=authority) if address.startswith("https:") else None

    @classmethod
    def of_pod(cls, environment):
        host, port = environment["KUBERNETES_SERVICE_HOST"], environment["KUBERNETES_SERVICE_PORT"]
        host = f"[{host}]" if ":" in host else host
        return cls(f"https://{host}:{port}", "/var/run/secrets/kubernetes.io/serviceaccount")

    def all(self):
        return {item["metadata"]["name"]: item["spec"]["values"] for item in self._ask(self.url)["items"]}

    def get(self, name):
        if NAME.fullmatch(name) is None:
            return None
        try:
            return self._ask(f"{self.url}/{name}")["spec"]["values"]
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def put(self, name, values):
        raise ReadOnly("cells of this server are changed with kubectl")

    def delete(self, name):
        raise ReadOnly("cells of this server are changed with kubectl")

    def _ask(self, url):
        # The token is renewed while the pod runs.
        token = (self.account / "token").read_text().strip()
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=10, context=self.context) as answer:
            return json.load(answer)
