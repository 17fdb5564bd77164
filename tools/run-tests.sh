#!/usr/bin/env bash
# Runs Jest over everything, or over the paths given, and closes with one plain line of counts.
set -euo pipefail
cd "$(dirname "$0")/.."

results=$(mktemp)
trap 'rm -f "$results"' EXIT
code=0
npm test --silent -- --json --outputFile="$results" "$@" || code=$?
node -e '
  const results = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  console.log(`${results.numPassedTests} passed, ${failed} failed, ${results.numPendingTests} skipped`);
' "$results"
exit "$code"
