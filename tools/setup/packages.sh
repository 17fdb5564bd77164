#!/usr/bin/env bash
# npm packages of the lock file; Node 24 comes with them.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT"

stamp=node_modules/.records-setup
wanted=$(cat package-lock.json package.json | sha256sum | cut -d ' ' -f 1)
[ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0

say "npm packages: installing (1 to 3 minutes)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
npm ci --loglevel=error >"$log" 2>&1 || {
  tail -n 20 "$log" >&2
  fail "npm ci failed" "nothing runs without the packages" "read npm's message above; behind a proxy, set npm's proxy and registry"
}
node_modules/.bin/node --version | grep -q '^v24\.' ||
  fail "the package 'node' brought no Node 24" "the Pulumi SDK and the type stripping in use need it" "remove node_modules and run make setup again"
echo "$wanted" >"$stamp"
