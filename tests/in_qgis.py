"""QGIS without a window, for tests: scripts in the Python that a distribution's PyQGIS belongs to."""

from __future__ import annotations

import os
import shutil
import subprocess
import textwrap

import pytest

SYSTEM_PYTHON = shutil.which("python3", path=os.defpath)
ENVIRONMENT = os.environ | {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
_BEGIN = "import json, os, sys\nfrom qgis.core import *\napp = QgsApplication([], {window})\napp.initQgis()\n"


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def asked(home, *, window=False):
    """Return a function that runs a script in QGIS, which ends without the order that its Python crashes in."""
    probe = [SYSTEM_PYTHON, "-c", "import qgis.core"]
    if SYSTEM_PYTHON is None or subprocess.run(probe, capture_output=True, check=False, env=ENVIRONMENT).returncode:
        pytest.skip("QGIS is missing: apt install qgis python3-qgis")

    def ask(script, *arguments):
        path = home / "script.py"
        begin = _BEGIN.format(window=window)
        path.write_text(f"{begin}{textwrap.dedent(script)}\nsys.stdout.flush()\nos._exit(0)\n")
        return run(SYSTEM_PYTHON, path, *map(str, arguments))

    return ask
