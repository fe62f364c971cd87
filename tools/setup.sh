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

stamp=.venv/installed
pins=$(cat requirements.lock pyproject.toml | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$pins" ]; then
    exit 0
fi
.venv/bin/python -m pip --version >/dev/null 2>&1 || make_environment
say "Installing the pinned dependencies into .venv; this takes some minutes the first time."
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
say "$pins" >"$stamp"
