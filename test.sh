#!/usr/bin/env bash
# Installs what the tests need, builds everything, checks the format, and runs every test.
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")" || exit 1
# Node brings its own list of authorities; the tests that run npm trust what the system trusts.
[ -n "${NODE_EXTRA_CA_CERTS:-}" ] || [ ! -r /etc/ssl/certs/ca-certificates.crt ] || export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }
stop() { printf '%s\n0 passed, 1 failed\n' "$1"; exit 1; }

step "what the tests need"
tests/install-needs.sh || stop "What the tests need is missing."

step "build"
dotnet build Agents.sln -v q -clp:NoSummary || stop "The build failed."

# How long the application takes from built to ready, eight processes with the embedded store.
step "start"
data=$(mktemp -d)
ports=$(/usr/bin/python3 -c 'import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*[s.getsockname()[1] for s in sockets])')
AppHost/bin/Debug/net10.0/AppHost --store embedded --data "$data" --http-port "${ports% *}" --grpc-port "${ports#* }" > "$data/out" 2>&1 &
host=$!
for _ in $(seq 600); do
    if grep -q '^ready' "$data/out" || ! kill -0 "$host" 2>/dev/null; then break; fi
    sleep 0.1
done
kill -TERM "$host" 2>/dev/null
wait "$host"
grep '^ready' "$data/out" || { cat "$data/out"; stop "The application did not become ready."; }
rm -rf "$data"

step "format"
dotnet format Agents.sln --verify-no-changes --no-restore || stop "Run 'dotnet format' and commit what it changes."

passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for project in tests/*/*.Tests.csproj; do
    step "$(basename "$project" .csproj)"
    dotnet test "$project" --no-build --blame-hang-timeout 5m --blame-hang-dump-type none | tee "$log"
    status=${PIPESTATUS[0]}
    counts=$(grep -oE 'Failed: +[0-9]+, Passed: +[0-9]+' "$log" | tail -1)
    bad=$(sed -nE 's/Failed: +([0-9]+),.*/\1/p' <<<"$counts")
    good=$(sed -nE 's/.*Passed: +([0-9]+)/\1/p' <<<"$counts")
    # A project that failed without counting (crash, hang) is one failure.
    if [ "$status" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then bad=1; fi
    passed=$((passed + ${good:-0}))
    failed=$((failed + ${bad:-0}))
done

step "done"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
