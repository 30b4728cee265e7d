#!/bin/sh
# Find ogr2ogr, which the layers are edited with in tests; on Debian, as root, install it. QGIS is used where it is.
have() { command -v "$1" >/dev/null 2>&1; }

command -p python3 -c "import qgis.core" >/dev/null 2>&1 ||
    echo "PyQGIS is missing: its tests are skipped (Debian: apt install qgis python3-qgis)" >&2
have ogr2ogr && exit 0
if [ "$(id -u)" = 0 ] && have apt-get; then
    echo "Installing ogr2ogr ..."
    { apt-get update && apt-get install --yes --no-install-recommends gdal-bin; } >/dev/null 2>&1
fi
have ogr2ogr && exit 0
echo "ogr2ogr is missing: its tests are skipped (Debian: apt install gdal-bin)" >&2
[ "$CI" != true ]
