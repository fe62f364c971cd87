#!/bin/bash
# Makes .venv with every pinned dependency and this project in it; does nothing while the pins are the same.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in python3.11 python3 python3.12 python3.13; do
        if is_new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    say "Python 3.11 or newer is needed and was not found." >&2
    exit 1
}

# Debian and Ubuntu ship Python without the part that makes virtual environments.
install_venv() {
    local version package
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    package="python$version-venv"
    if [ "$(id -u)" != 0 ]; then
        say "Python cannot make virtual environments here. Run this line once, then try again:" >&2
        say "    sudo apt-get install -y $package" >&2
        exit 1
    fi
    say "Installing $package, which this system's Python lacks."
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y "$package"
}

make_environment() {
    local python
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_venv "$python"
    "$python" -m venv --clear .venv
}

qt_libraries="libegl1 libgl1 libfontconfig1 libfreetype6 libxkbcommon0 libdbus-1-3 libglib2.0-0 libxcb-cursor0
libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-shape0 libxcb-randr0
libxcb-xkb1 libxcb-sync1 libxcb-xfixes0 libx11-xcb1"

window_starts() {
    QT_QPA_PLATFORM=offscreen .venv/bin/python -c \
        'from PySide6 import QtSvg, QtWidgets; QtWidgets.QApplication([])' >/dev/null 2>&1
}

# Qt's wheels need libraries that a bare system lacks.
install_qt_libraries() {
    local packages
    packages=$(printf '%s ' $qt_libraries)
    if [ "$(id -u)" != 0 ]; then
        say "The window needs some system libraries. Run this line once, then try again:" >&2
        say "    sudo apt-get install -y $packages" >&2
        exit 1
    fi
    say "Installing the system libraries of the window."
    apt-get update -q
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages
}

stamp=.venv/installed
pins=$(cat requirements.lock pyproject.toml | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$pins" ]; then
    exit 0
fi
.venv/bin/python -m pip --version >/dev/null 2>&1 || make_environment
say "Installing the pinned dependencies into .venv; this takes some minutes the first time."
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
window_starts || install_qt_libraries
say "$pins" >"$stamp"
