#!/bin/sh
# Find Chromium for the map's tests; on Debian, as root, install the distribution's.
for name in chromium chromium-browser google-chrome "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium ..."
    { apt-get update && apt-get install --yes --no-install-recommends chromium; } >/dev/null 2>&1 && exit 0
fi
echo "The map is tested in Chromium, which is missing: install chromium (Debian: apt install chromium)" >&2
[ "$CI" != true ]
