#!/bin/sh
# Find the browsers that the map is tested in; on Debian, as root, install the distribution's.
have() {
    for name in "$@"; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}
chromium() { have chromium chromium-browser google-chrome "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; }
firefox() { have firefox-esr firefox; }

chromium && firefox && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium and Firefox ..."
    { apt-get update && apt-get install --yes --no-install-recommends chromium firefox-esr; } >/dev/null 2>&1
fi
firefox || echo "Firefox is missing: its tests are skipped" >&2
chromium && exit 0
echo "The map is tested in Chromium, which is missing: install chromium (Debian: apt install chromium)" >&2
[ "$CI" != true ]
