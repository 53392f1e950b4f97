#!/usr/bin/env bash
# Measures this system, BullMQ and the bare loop in turn; prints a table and writes results.md and results.json here.
# Options: --repetitions N --warm SECONDS --seconds SECONDS --idle FLOWS --growth long,waiting,subscribers,telemetry,replicas|none --only agents,bullmq,bare_loop --output FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

for needed in dotnet redis-server node npm; do
    command -v "$needed" > /dev/null || { echo "bench/run.sh needs $needed."; exit 1; }
done

for project in Orchestrator/Orchestrator.csproj bench/NoOpAgent bench/Client bench/BareLoop bench/Subscribers bench/Collector bench/Runner; do
    dotnet build "$project" -c Release -v q -clp:NoSummary
done
[ -d bench/peers/bullmq/node_modules ] || npm install --prefix bench/peers/bullmq --no-package-lock --no-audit --no-fund --loglevel=error

exec bench/Runner/bin/Release/net10.0/Bench.Runner --root . "$@"
