#!/usr/bin/env bash
# The layers whose programs differ between NX_BASE and NX_HEAD, in order of deployment, as a JSON array for a matrix.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH" NX_DAEMON=false
affected=$(nx show projects --affected --base="${NX_BASE:?the commit to compare with}" --head="${NX_HEAD:-HEAD}")
layers=()
for layer in security network data compute; do
  grep -qx "$layer" <<<"$affected" && layers+=("\"$layer\"")
done
(
  IFS=,
  echo "[${layers[*]-}]"
)
