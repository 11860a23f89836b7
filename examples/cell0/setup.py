"""Writes commit and date of the release, which whoever builds hands over, into the package."""
import os
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class Stamped(build_py):
    def run(self):
        super().run()
        values = {name: os.environ.get("BUILD_" + name) or "unknown" for name in ("COMMIT", "DATE")}
        target = Path(self.build_lib) / "cell0" / "_build.py"
        target.write_text("".join(f"{name} = {value!r}\n" for name, value in values.items()))


setup(cmdclass={"build_py": Stamped})
