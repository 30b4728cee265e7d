"""Kill, starve and crowd the commands that write, and look at what they leave: ``make attack``.

A command that is killed at a random moment leaves its output as it was, or whole; one that is asked to end leaves no
file of its own work; and the next run removes what a killed one left.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
CLAIMS = [sys.executable, "-m", "geo"]
FULL = (
    "import resource, signal, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2);"
    "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    "from geo.cli.main import main; raise SystemExit(main(sys.argv[2:]))"
)


def content(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, without those of work under way."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if ".claims-" not in str(path)}


def left(folder: Path) -> list[str]:
    """Return the folders of unfinished work."""
    return [path.name for path in folder.rglob(".claims-*")]


class Ground:
    """A folder with layers in two states, and the outputs of each command."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.layers, self.out = folder, folder / "layers", folder / "out"
        shutil.copytree(ROOT / "layers", self.layers)
        self.out.mkdir()
        self.zones = self.layers / "curated" / "zones.csv"
        text = self.zones.read_text()
        self.states = [text, text.replace("Golan", "Golan (edited)", 3)]
        self.commands = {
            "map": ["map", "-o", str(self.out / "map.html")],
            "plot": ["plot", "-o", str(self.out / "plot.png")],
            "export": ["export", "--all", "-o", str(self.out / "all")],
            "build": ["build"],
        }
        self.built = []
        for state in (1, 0):
            self.edit(state)
            self.run("build", check=True)
            self.built.append(content(self.layers / "built"))
        self.seconds = {}
        for name in self.commands:
            start = time.monotonic()
            self.run(name, check=True)
            self.seconds[name] = time.monotonic() - start
        self.exported = content(self.out / "all")

    def edit(self, state: int) -> None:
        self.zones.write_text(self.states[state])

    def line(self, name: str) -> list[str]:
        return [*self.commands[name], "--layers", str(self.layers)]

    def run(self, name: str, *, check: bool = False) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*CLAIMS, *self.line(name)], capture_output=True, text=True, check=check)

    def check(self, what: str) -> None:
        """Complain unless every output is as it was, or whole."""
        page = (self.out / "map.html").read_bytes()
        assert page.startswith(b"<!DOCTYPE html>"), what
        assert page.endswith((b"</html>\n", b"</html>")), what
        assert (self.out / "plot.png").read_bytes().endswith(b"IEND\xaeB`\x82"), what
        assert content(self.out / "all") == self.exported, what
        assert content(self.layers / "built") in self.built, what

    def kill(self, number: int, luck: random.Random) -> bool:
        """Kill a command at a random moment; tell whether it still ran."""
        name, sign = luck.choice(list(self.commands)), luck.choice(SIGNALS)
        if name == "build":
            self.edit(number % 2)
        elif name != "map":
            self.edit(0)
        what = f"kill {number}: {name} by {sign.name}"
        process = subprocess.Popen(
            [*CLAIMS, *self.line(name)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            process.wait(luck.uniform(0.3, 1.05) * self.seconds[name])
        except subprocess.TimeoutExpired:
            before = left(self.folder)
            process.send_signal(sign)
            _, said = process.communicate(timeout=60)
            assert "Traceback" not in said or "geo.cli.main" not in said, f"{what}: {said}"
            if sign != signal.SIGKILL and not before:
                assert not left(self.folder), what
            hit = True
        else:
            process.communicate()
            hit = False
        self.check(what)
        return hit

    def starve(self, limit: int) -> None:
        """Let the disk be full after some bytes of a file."""
        for name in self.commands:
            self.edit(1 if content(self.layers / "built") == self.built[1] and name == "build" else 0)
            command = [sys.executable, "-c", FULL, str(limit), *self.line(name)]
            full = subprocess.run(command, capture_output=True, text=True, check=False)
            what = f"{name} with {limit} bytes: {full.stderr}"
            assert full.returncode in {0, 2}, what
            assert full.returncode == 0 or full.stderr.count("\n") == 1, what
            self.check(what)
            assert not left(self.folder), what

    def crowd(self, many: int) -> None:
        """Build in several processes at once."""
        for state in (1, 0):
            self.edit(state)
            command = [*CLAIMS, *self.line("build")]
            processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(many)]
            assert [process.wait(120) for process in processes] == [0] * many
            assert content(self.layers / "built") == self.built[1 - state]
            assert not left(self.folder)

    def recover(self) -> None:
        """Run each command once more: nothing of the killed ones is left."""
        self.edit(1)
        self.run("build", check=True)
        self.edit(0)
        for name in self.commands:
            self.run(name, check=True)
        self.check("at the end")
        assert not left(self.folder), left(self.folder)


def attack(
    folder: Path, *, kills: int, seed: int, limits: tuple[int, ...] = (0, 1_000, 20_000, 300_000), many: int = 4
) -> None:
    """Attack the commands in an empty folder; an AssertionError says what went wrong."""
    luck, ground = random.Random(seed), Ground(folder)  # noqa: S311
    number = hits = 0
    while hits < kills:
        hits += ground.kill(number, luck)
        number += 1
    ground.recover()
    for limit in limits:
        ground.starve(limit)
    ground.crowd(many)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"{options.kills} kills, seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        attack(Path(temporary), kills=options.kills, seed=options.seed)
    print(json.dumps({"kills": options.kills, "seed": options.seed, "lost": 0}))
