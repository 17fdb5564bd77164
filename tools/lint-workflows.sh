#!/usr/bin/env bash
# Lints .github/workflows as GitHub would read them; the shell in their steps is checked where shellcheck is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/setup/common.sh
tools/setup/actionlint.sh
exec "$RECORDS_TOOLS/actionlint-$ACTIONLINT_VERSION/actionlint"
