"""JupyterLab itself, as the notebooks' readers run it: a server on loopback, driven in a browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

_QUIET = {  # what would ask the network
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}


@contextmanager
def server(folder: Path):
    """Serve a folder; yield the address."""
    settings = folder.parent / "jupyter"
    overrides = settings / "app" / "settings"
    overrides.mkdir(parents=True)
    (overrides / "overrides.json").write_text(json.dumps(_QUIET))
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "JUPYTER_CONFIG_DIR": str(settings / "config"),
        "JUPYTER_DATA_DIR": str(settings / "data"),
        "JUPYTER_RUNTIME_DIR": str(settings / "runtime"),
        "IPYTHONDIR": str(settings / "ipython"),
        "JUPYTERLAB_WORKSPACES_DIR": str(settings / "workspaces"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings / "user"),
    }
    arguments = [
        *(
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.port=0",
            "--IdentityProvider.token=",
        ),
        *(
            "--ServerApp.disable_check_xsrf=True",
            "--LabApp.extension_manager=readonly",
            f"--ServerApp.root_dir={folder}",
        ),
        f"--LabServerApp.app_settings_dir={overrides}",
    ]
    log = (settings / "log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *arguments], env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        yield _address(process, settings / "runtime", settings / "log")
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _address(process, runtime, log):
    for _ in range(240):
        for found in runtime.glob("jpserver-*.json"):
            address = json.loads(found.read_text())["url"]
            try:
                urllib.request.urlopen(f"{address}api/status", timeout=5).close()  # noqa: S310 (loopback)
            except OSError:
                continue
            return address
        if process.poll() is not None:
            break
        time.sleep(0.25)
    raise RuntimeError(f"JupyterLab does not start: {log.read_text()[-2000:]}")
