#!/usr/bin/env bash
# All that a fresh machine needs before the first deployment or test; does nothing when it is all there.
source "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"
mkdir -p "$RECORDS_TOOLS"

# Two checkouts may set up at the same time: one after the other.
exec 9>"$RECORDS_TOOLS/.setup.lock"
flock 9

for step in prerequisites packages pulumi-cli moto redis; do
  bash "$ROOT/tools/setup/$step.sh"
done
