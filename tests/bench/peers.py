"""Other programs, where they can be had: DuckDB, PostGIS, mapshaper. Each asks what changed between two dates."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import generated
import geopandas
import pandas as pd
import shapely
from of_series import days
from timing import Row, best, process, timed

import geo

DUCKDB = "duckdb-ext-spatial==1.4.4.20260205"  # DuckDB 1.4.4 with its spatial extension in the wheel
MAPSHAPER = "mapshaper@0.7.70"
ONE_CHANGE = "change between two dates of 500 polygons, building included"
PATIENCE = 60  # seconds for an installation

# ST_Area_Spheroid takes latitude first
WITH_DUCKDB = """
import duckdb, json, pathlib, sys, time
was, now, extension = sys.argv[1:]
data = duckdb.connect(config={"allow_unsigned_extensions": "true"})
data.execute(f"LOAD '{extension}'")
for name, path in (("was", was), ("now", now)):
    data.execute(f"CREATE TABLE {name} AS SELECT * FROM ST_Read('{path}')")
def run():
    return data.execute('''
        SELECT sum(ST_Area_Spheroid(ST_FlipCoordinates(ST_Intersection(was.geom, now.geom)))) / 1e6
        FROM was JOIN now ON ST_Intersects(was.geom, now.geom) WHERE was.was <> now.now
    ''').fetchone()[0]
times = []
for _ in range(5):
    start = time.perf_counter()
    km2 = run()
    times.append(time.perf_counter() - start)
print(json.dumps([min(times), km2, duckdb.__version__]))
"""


def run(*command, **given):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE, **given).stdout


def with_duckdb(folder, frame, km2):
    """DuckDB in a process of its own, polygons loaded on both sides."""
    python = Path(folder) / "python"
    run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", python, DUCKDB)
    extension = next(python.rglob("spatial.duckdb_extension"))
    files = [Path(folder) / f"{name}.geojson" for name in ("was", "now")]
    environment = os.environ | {"PYTHONPATH": str(python)}
    answer = run(sys.executable, "-c", WITH_DUCKDB, *files, extension, env=environment)
    theirs, found, version = json.loads(answer)
    assert abs(found / km2 - 1) < 1e-3, (found, km2)
    return Row(
        ONE_CHANGE,
        f"DuckDB {version} spatial, `ST_Intersection` + `ST_Area_Spheroid`",
        best(lambda: geo.series(frame, date="date").changes(), 5),
        theirs,
    )


def with_postgis(folder, frame, km2):
    """PostGIS on a server of its own, polygons loaded and indexed on both sides (Debian's postgresql-postgis)."""
    programs = Path(run("pg_config", "--bindir").strip())
    given = {"user": "postgres"} if os.geteuid() == 0 else {}  # it refuses to serve as root
    with tempfile.TemporaryDirectory() as home:
        if given:
            shutil.chown(home, "postgres")
        control = (programs / "pg_ctl", "-D", f"{home}/data", "-w", "-l", f"{home}/log")
        run(programs / "initdb", "-D", f"{home}/data", "--auth=trust", "--no-sync", cwd=home, **given)
        run(*control, "-o", f"-k {home} -c listen_addresses=''", "start", cwd=home, **given)
        try:
            answer = run(
                programs / "psql", "-h", home, "-d", "postgres", "-qtA", "-v", "ON_ERROR_STOP=1",
                input="\n".join(postgis_script(folder)), cwd=home, **given,
            )  # fmt: skip
        finally:
            run(*control, "-m", "fast", "stop", cwd=home, **given)
    version = answer.split()[0]
    found = [float(line) for line in re.findall(r"^[\d.]+$", answer, re.MULTILINE)[1:]]
    times = [float(time) / 1e3 for time in re.findall(r"^Time: ([\d.]+) ms", answer, re.MULTILINE)]
    assert abs(found[0] / km2 - 1) < 1e-3, (found, km2)
    return Row(
        ONE_CHANGE,
        f"PostGIS {version}, `ST_Intersection` + `ST_Area` of geographies",
        best(lambda: geo.series(frame, date="date").changes(), 5),
        min(times),
    )


def postgis_script(folder):
    """Yield the lines that load two dates and ask what changed between them, five times."""
    yield "CREATE EXTENSION postgis;"
    yield "SELECT split_part(postgis_version(), ' ', 1);"
    for name in ("was", "now"):
        day = geopandas.read_file(Path(folder) / f"{name}.geojson")
        yield f"CREATE TABLE {name} ({name} text, geom geometry(Polygon, 4326));"
        yield f"COPY {name} FROM STDIN;"
        wkb = shapely.to_wkb(shapely.set_srid(day.geometry.to_numpy(), 4326), hex=True, include_srid=True)
        yield from ("\t".join(row) for row in zip(day[name], wkb, strict=True))
        yield "\\."
        yield f"CREATE INDEX ON {name} USING gist (geom);"
        yield f"ANALYZE {name};"
    yield "\\timing on"
    yield from [
        "SELECT sum(ST_Area(ST_Intersection(was.geom, now.geom)::geography)) / 1e6 "
        "FROM was JOIN now ON ST_Intersects(was.geom, now.geom) WHERE was.was <> now.now;"
    ] * 5


def with_mapshaper(folder, frame, km2):
    """Mapshaper as a whole process, from GeoJSON to figures, against the command; its areas are of a sphere."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise FileNotFoundError("no node or npm")
    run("npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--omit=optional", MAPSHAPER)
    mapshaper, at = Path(folder) / "node_modules/.bin/mapshaper", Path(folder)
    files, table = (at / "was.geojson", at / "now.geojson"), at / "changed.csv"
    steps = ("-union", "-filter", "was != now", "-each", "km2 = this.area / 1e6", "-o", table)
    theirs = best(process(mapshaper, "-i", *files, "combine-files", *steps), 5)
    found = pd.read_csv(table)["km2"].sum()
    assert abs(found / km2 - 1) < 1e-2, (found, km2)
    frame.to_file(at / "both.geojson")
    claims = Path(sys.executable).parent / "claims"
    series = ("--series", at / "both.geojson", "--date-column", "date", "--by", "controller")
    return Row(
        "`claims change --series` of two dates of 500 polygons in GeoJSON, whole process",
        f"{MAPSHAPER.replace('@', ' ')} `-union` + `this.area`, whole process",
        best(process(claims, "change", *series, "--json"), 5),
        theirs,
    )


def why(error):
    """Say in a few words why a peer does not run here, without addresses."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"not installed within {PATIENCE} s"
    text = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
    first = (text or "").strip().splitlines()[:1] or [type(error).__name__]
    return re.sub(r"\S*/\S*", "…", first[0])[:120]


def extension_of_duckdb():
    """Say whether DuckDB itself can fetch its spatial extension."""
    try:
        import duckdb
    except ImportError:
        return "DuckDB is not installed."
    with tempfile.TemporaryDirectory() as folder:
        data = duckdb.connect(config={"extension_directory": folder})
        seconds, fault = timed(lambda: attempt(lambda: data.execute("INSTALL spatial")))
    if fault is None:
        return f"DuckDB {duckdb.__version__}: `INSTALL spatial` works here."
    return (
        f"DuckDB {duckdb.__version__}: `INSTALL spatial` fails after {seconds:.1f} s ({why(fault)}); "
        "an older one with the extension in its wheel is timed instead."
    )


def attempt(task):
    """Return what a task raises, whatever it is, or None: a peer is optional."""
    try:
        task()
    except Exception as error:  # noqa: BLE001
        return error
    return None


def rows():
    """Return the rows of the peers that run here, and a line for each that does not."""
    frame = generated.districts(2)
    (before, was), (after, now) = days(frame).items()
    km2 = geo.series(frame, date="date").matrix().loc[before, after]
    found, notes = [], [extension_of_duckdb()]
    with tempfile.TemporaryDirectory() as folder:
        for name, day in (("was", was), ("now", now)):
            day.rename(columns={"controller": name}).to_file(Path(folder) / f"{name}.geojson")
        for name, peer in (("DuckDB", with_duckdb), ("PostGIS", with_postgis), ("mapshaper", with_mapshaper)):
            fault = attempt(lambda peer=peer: found.append(peer(folder, frame, km2)))
            if fault is not None:
                notes.append(f"{name} is not timed: {why(fault)}.")
    return found, notes
