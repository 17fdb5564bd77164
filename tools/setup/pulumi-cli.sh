#!/usr/bin/env bash
# The pulumi binary, of the SDK's own version or a newer one on PATH: found, or built from its Go module.
# The official download is not used: its checksum is not pinned here, and an unchecked binary is not run.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

home=$RECORDS_TOOLS/pulumi-$PULUMI_VERSION
[ -x "$home/pulumi" ] && exit 0
mkdir -p "$home"

if found=$(command -v pulumi) && at_least "$(pulumi version | tr -d v)" "$PULUMI_VERSION"; then
  say "Pulumi CLI: using $found"
  ln -sf "$found" "$home/pulumi"
  exit 0
fi

command -v go >/dev/null || fail "there is no Pulumi CLI $PULUMI_VERSION and no Go to build it with" \
  "the stacks are deployed by the Pulumi engine" "install Pulumi $PULUMI_VERSION or newer, or Go 1.26 (it is then built here, about 4 minutes)"
say "Pulumi CLI: building $PULUMI_VERSION from its Go module (about 4 minutes, once per machine)"
log=$(mktemp)
trap 'rm -f "$log" "$home/pulumi.part"' EXIT
(
  cd "$ROOT/tools/pulumi-cli"
  CGO_ENABLED=0 go build -tags osusergo,grpcnotrace \
    -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$PULUMI_VERSION" \
    -o "$home/pulumi.part" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
) >"$log" 2>&1 || {
  grep -v '^go: downloading' "$log" | tail -n 20 >&2
  fail "the Pulumi CLI could not be built" "the stacks are deployed by the Pulumi engine" \
    "read Go's message above (Go 1.26 and a Go module proxy must be in reach), or install Pulumi $PULUMI_VERSION yourself"
}
mv "$home/pulumi.part" "$home/pulumi"
