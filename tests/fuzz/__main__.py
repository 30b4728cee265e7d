"""Fuzz the readers, the answers and the command line: ``make fuzz``.

Each batch of inputs follows from its number, so a run can be repeated. Processes with bounds of time and memory share
the batches; what fails is saved for ``tests/fuzz/corpus``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fuzz import batches, checks, overlay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.inputs import Input

SECONDS = 5  # of processor time for one input
MEMORY = 2 * 2**30  # bytes that one process may have beyond those that it begins with
RESIDENT = 2**20  # kB that one input may add to what the process holds at most
_STUCK = 60  # seconds of the clock without a sign of a worker
_TELL = 60  # seconds from one line of progress to the next
_ALIKE = 3  # inputs that are saved of one kind of failure


class TooLongError(BaseException):
    """An input took more processor time than it may; no handler of errors stops it."""


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Bound the processor time of what is done here, and what it adds to the memory that the process holds."""

    def stop(*_: object) -> None:
        raise TooLongError(f"more than {seconds} s")

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    old = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown <= RESIDENT, f"{grown // 1024} MB of memory"


def attempt(given: Input) -> tuple[str, str]:
    """Try an input; return how it ended, and what is wrong, if anything."""
    try:
        with limited():
            if given.target == "overlay":
                return overlay.check(given.call["seed"]), ""
            with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
                return checks.check(given, Path(folder)), ""
    except (Exception, TooLongError) as error:  # that is what is looked for
        if isinstance(error, KeyboardInterrupt):
            raise
        return "failed", "".join(traceback.format_exception(error))


def _kind(fault: str) -> str:
    """Return what failures alike have in common: the error and the last line of the package or of the checks."""
    lines = fault.strip().splitlines()
    places = [line.strip() for line in lines if "/geo/" in line or "/fuzz/" in line]
    return f"{lines[-1][:60] if lines else ''} at {places[-1].split('/')[-1] if places else ''}"


class _Worker:
    """A process that takes every n-th batch."""

    def __init__(self, first: int, step: int, until: float, folder: Path) -> None:
        self.folder, self.step, self.until = folder, step, until
        self.next = first
        self.pid = 0

    def start(self) -> None:
        self.pid = os.fork()
        if not self.pid:
            try:
                self._work()
            finally:
                os._exit(0)

    def _work(self) -> None:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        saved: Counter[str] = Counter()
        now = self.folder / f"now-{os.getpid()}"
        for number in range(self.next, sys.maxsize, self.step):
            if time.monotonic() > self.until:
                return
            ended: Counter[str] = Counter()
            faults: list[dict[str, str]] = []
            slowest, begun = 0.0, time.process_time()

            def each(given: Input, ended: Counter[str] = ended, faults: list[dict[str, str]] = faults) -> None:
                nonlocal slowest
                now.write_bytes(json.dumps([given.target, given.call]).encode("utf-8", "surrogatepass"))
                start = time.process_time()
                how, fault = attempt(given)
                slowest = max(slowest, time.process_time() - start)
                ended[f"{given.target}: {how}"] += 1
                if fault:
                    kind = _kind(fault)
                    saved[kind] += 1
                    if saved[kind] <= _ALIKE:
                        path = given.save(self.folder / "failed")
                        path.with_suffix(".txt").write_text(fault, encoding="utf-8", errors="replace")
                        faults.append({"kind": kind, "saved": path.name})

            batches.run(number, each)
            line = {
                "batch": number,
                "ended": ended,
                "faults": faults,
                "slowest": slowest,
                "seconds": time.process_time() - begun,
            }
            with (self.folder / f"done-{os.getpid()}").open("a") as done:
                done.write(json.dumps(line) + "\n")

    def goes_on(self, faults: list[dict[str, str]], *, enough: bool) -> bool:
        """Tell whether the worker has more to do; one that died or is stuck is told of and started anew."""
        gone, status = os.waitpid(self.pid, os.WNOHANG)
        if not gone and (enough or time.time() - self._seen() > _STUCK):
            os.kill(self.pid, signal.SIGKILL)
            gone, status = os.waitpid(self.pid, 0)
        if not gone:
            return True
        if enough or not os.WIFSIGNALED(status):
            return False
        faults.append({"kind": f"died by signal {os.WTERMSIG(status)}", "saved": f"now-{self.pid}"})
        done = self.folder / f"done-{self.pid}"
        lines = done.read_text().splitlines() if done.exists() else []
        self.next = (json.loads(lines[-1])["batch"] + self.step if lines else self.next) + self.step
        self.start()
        return True

    def _seen(self) -> float:
        """Return when the worker last began an input."""
        try:
            return (self.folder / f"now-{self.pid}").stat().st_mtime
        except FileNotFoundError:
            return time.time()


def fuzz(folder: Path, *, inputs: int, seconds: float, workers: int, first: int = 0) -> dict[str, Any]:
    """Fuzz until so many inputs are tried or the time is over, whichever is first; return what came of it."""
    begun = told = time.monotonic()
    found: dict[str, Any] = {"inputs": 0, "ended": Counter(), "faults": [], "slowest": 0.0, "processor_seconds": 0.0}
    alive = [_Worker(first + index, workers, begun + seconds, folder) for index in range(workers)]
    for worker in alive:
        worker.start()
    read: Counter[str] = Counter()
    while alive:
        time.sleep(0.5)
        for done in sorted(folder.glob("done-*")):
            for line in done.read_text().splitlines()[read[done.name] :]:
                if line.endswith("}"):
                    read[done.name] += 1
                    _add(found, json.loads(line))
        enough = found["inputs"] >= inputs
        alive = [worker for worker in alive if worker.goes_on(found["faults"], enough=enough)]
        if time.monotonic() - told > _TELL:
            told = time.monotonic()
            faults = len(found["faults"])
            print(f"{told - begun:.0f} s: {found['inputs']:,} inputs, {faults} faults", flush=True)
    found["seconds"] = round(time.monotonic() - begun, 1)
    return found


def _add(found: dict[str, Any], line: dict[str, Any]) -> None:
    found["inputs"] += sum(line["ended"].values())
    found["ended"].update(line["ended"])
    found["faults"] += line["faults"]
    found["slowest"] = max(found["slowest"], line["slowest"])
    found["processor_seconds"] += line["seconds"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="number of the first batch")
    parser.add_argument("--folder", type=Path, default=Path("out/fuzz"), help="where what fails is saved")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for path in [*options.folder.glob("done-*"), *options.folder.glob("now-*")]:
        path.unlink()
    result = fuzz(
        options.folder,
        inputs=options.inputs,
        seconds=60 * options.minutes,
        workers=options.workers,
        first=options.first,
    )
    print(json.dumps(result, indent=1))
    raise SystemExit(1 if result["faults"] else 0)
