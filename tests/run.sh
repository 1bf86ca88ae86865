#!/usr/bin/env bash
# All tests, embedded (SQLite, everything in memory), and on a cluster (PostgreSQL and Redis) again
# those that could go otherwise there: not what is marked `once` or `front` (pyproject.toml).
# The browser's flows run by themselves, because Playwright keeps a loop running in its thread.
# Arguments go to pytest and narrow the run: tests/run.sh -k offline; tests/run.sh tests/test_x.py
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
# It calls itself beside the cluster, for what runs there.
beside_cluster=${BESIDE_CLUSTER:-no}
unset BESIDE_CLUSTER DJANGO_SETTINGS_MODULE
[ "$beside_cluster" = yes ] || unset DATABASE_URL REDIS_URL TEST_REDIS_URLS

has() { command -v "$1" >/dev/null; }
has_postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_emoji() { has fc-list && fc-list | grep -qi 'color emoji'; }

export DEBIAN_FRONTEND=noninteractive
missing=()
has_postgres || missing+=(postgresql)
has redis-server || missing+=(redis-server)
has chromium-headless-shell || has chromium || has google-chrome || missing+=(chromium-headless-shell)
# The flow in a browser that keeps nothing: only one with windows heeds what its owner chose.
has chromium || has google-chrome || missing+=(chromium)
has_emoji || missing+=(fontconfig fonts-noto-color-emoji)
if compgen -G 'tests/js/*.test.*js' >/dev/null; then
    has node || missing+=(nodejs)
fi
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! has apt-get; then
        echo "The tests need these Debian packages, or the like: ${missing[*]}" >&2
        exit 1
    fi
    echo "Installing ${missing[*]}..."
    log=$(mktemp)
    # Without its windows Chromium does the same with half the work; older Debians know only the other.
    {
        apt-get update &&
            { apt-cache show chromium-headless-shell || missing=("${missing[@]/-headless-shell/}"); } &&
            apt-get install --yes --no-install-recommends "${missing[@]}"
    } >"$log" 2>&1 ||
        { tail -n 30 "$log" >&2; echo "Installing ${missing[*]} failed." >&2; exit 1; }
    rm -f "$log"
fi
if [ "$beside_cluster" = no ]; then
    # Only its own tests need the antivirus: where there is none to be had, they alone are left out.
    if ! has clamd && [ "$(id -u)" = 0 ] && has apt-get; then
        { apt-get install --yes --no-install-recommends clamav-daemon ||
            { apt-get update && apt-get install --yes --no-install-recommends clamav-daemon; }; } \
            >/dev/null 2>&1 || true
    fi
    has clamd || echo "No clamd here (clamav-daemon): what asks the antivirus itself is not tested." >&2

    TEST_DATA_DIR=$(mktemp -d -t sphaera-tests-XXXXXX)
    export TEST_DATA_DIR
    trap 'rm -rf "$TEST_DATA_DIR"' EXIT
fi
# Hundreds of servers are started: where Python may not keep what it compiled, each compiles anew.
unset PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX="$TEST_DATA_DIR/bytecode"
trap 'exit 130' INT
trap 'exit 143' TERM

failures=()
run() {  # run TITLE COMMAND...: remembers a failure and goes on; pytest's 5 means "nothing fits"
    local title=$1 status=0
    shift
    printf '\n=== %s\n' "$title"
    "$@" || status=$?
    [ "$status" = 0 ] || { [ "$status" = 5 ] && [ "$narrowed" = yes ]; } || failures+=("$title")
}

narrowed=no
[ $# -eq 0 ] || narrowed=yes
# Three workers on the two cores of the machine of reference, for some tests mostly wait; a file's
# tests stay together.
# In the order of tests/conftest.py: by the number of tests, the longest of all would begin last.
units=(pytest --ignore tests/browser --numprocesses 3 --dist loadfile --no-loadscope-reorder)
walk=(pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder)
browser=("${walk[@]}" tests/browser)
for argument in "$@"; do
    # Files named on the command line run where they belong and nowhere else.
    case $argument in
        tests/browser*) units=(true) browser=("${walk[@]}") ;;
        tests/*) browser=(true) ;;
    esac
done

if [ "$beside_cluster" = yes ]; then
    run "cluster" "${units[@]}" -m "services or not once" "$@"
    run "browser, cluster" "${browser[@]}" -m "not front" "$@"
else
    if [ "$narrowed" = no ] && compgen -G 'tests/js/*.test.*js' >/dev/null; then
        run "scripts" node --test tests/js/
    fi
    run "embedded" "${units[@]}" "$@"
    run "browser, embedded" "${browser[@]}" "$@"
    # One cluster for both: making its tables takes as long as a hundred tests.
    BESIDE_CLUSTER=yes python -m tests.services bash tests/run.sh "$@" ||
        failures+=("beside the cluster, as told above")
fi

if [ ${#failures[@]} -gt 0 ]; then
    printf '\nFAILED: %s\n' "$(IFS=';'; echo "${failures[*]}" | sed 's/;/; /g')" >&2
    exit 1
fi
[ "$beside_cluster" = yes ] || printf '\nAll runs passed.\n'
