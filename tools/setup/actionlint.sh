#!/usr/bin/env bash
# Lints the workflows in .github: built from its Go module, whose sums are pinned.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

home=$RECORDS_TOOLS/actionlint-$ACTIONLINT_VERSION
[ -x "$home/actionlint" ] && exit 0
mkdir -p "$home"

command -v go >/dev/null || fail "there is no Go to build actionlint with" \
  "make check lints the workflows with it" "install Go 1.26"
say "actionlint: building $ACTIONLINT_VERSION from its Go module (half a minute, once per machine)"
log=$(mktemp)
trap 'rm -f "$log" "$home/actionlint.part"' EXIT
(
  cd "$ROOT/tools/actionlint"
  CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$home/actionlint.part" github.com/rhysd/actionlint/cmd/actionlint
) >"$log" 2>&1 || {
  grep -v '^go: downloading' "$log" | tail -n 20 >&2
  fail "actionlint could not be built" "make check lints the workflows with it" \
    "read Go's message above (Go 1.26 and a Go module proxy must be in reach)"
}
mv "$home/actionlint.part" "$home/actionlint"
