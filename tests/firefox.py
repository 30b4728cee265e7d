"""Firefox, driven over WebDriver BiDi: it speaks the protocol itself, so that no driver is needed."""

from __future__ import annotations

import base64
import itertools
import json
import re
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from websocket import create_connection

WIDTH, HEIGHT = 1200, 900


class Firefox:
    """One page of a Firefox without a window."""

    def __init__(self, address):
        self._socket = create_connection(f"{address}/session", timeout=60, suppress_origin=True)
        self._numbers = itertools.count(1)
        self.said = []
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded"])
        self._context = self._send("browsingContext.getTree")["contexts"][0]["context"]
        size = {"width": WIDTH, "height": HEIGHT}
        self._send("browsingContext.setViewport", context=self._context, viewport=size)

    def _send(self, method, **parameters):
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] in {"error", "warn"}:
                self.said.append(answer["params"]["text"])
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def close(self):
        self._socket.close()

    def open(self, address):
        self._send("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def read(self, expression):
        """Return what an expression over the page's elements gives, as text."""
        target = {"context": self._context}
        result = self._send("script.evaluate", expression=f"String({expression})", target=target, awaitPromise=False)
        return result["result"]["value"]

    def box(self, selector):
        """Return left, top, width and height of an element."""
        rect = f"Object.values(document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON())"
        return [float(number) for number in self.read(rect).split(",")][:4]

    def _act(self, kind, actions, **more):
        source = {"type": kind, "id": kind, "actions": actions, **more}
        self._send("input.performActions", context=self._context, actions=[source])

    def drag(self, positions, *, pointer="mouse"):
        """Press at the first position, move through the others, let go at the last."""
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in positions]
        actions = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
        self._act("pointer", actions, parameters={"pointerType": pointer})

    def click(self, x, y, *, pointer="mouse"):
        self.drag([(x, y)], pointer=pointer)

    def press(self, *keys):
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._act("key", actions)

    def print(self, *, landscape):
        """Return the page as a PDF on A4."""
        page = {"width": 21.0, "height": 29.7}
        orientation = "landscape" if landscape else "portrait"
        answer = self._send(
            "browsingContext.print", context=self._context, page=page, orientation=orientation, background=True
        )
        return base64.b64decode(answer["data"])

    def screenshot(self):
        return base64.b64decode(self._send("browsingContext.captureScreenshot", context=self._context)["data"])


@contextmanager
def firefox(profile):
    """Start Firefox; skip without one."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("Firefox is missing")
    arguments = ["--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                page = Firefox(found[1])
                yield page
                page.close()
                break
    finally:
        process.terminate()
        process.stderr.close()
        process.wait(30)
