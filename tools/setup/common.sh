# Shared by the set-up steps: where tools are kept, and how a step speaks.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Outside the working tree, so that several checkouts share what is expensive to make.
RECORDS_TOOLS=${RECORDS_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/student-records}
PULUMI_VERSION=3.259.0
MOTO_VERSION=5.2.5
REDIS_MAJOR=7
ACTIONLINT_VERSION=1.7.12

say() { printf '  %s\n' "$*" >&2; }

# fail WHAT WHY DO: every refusal names what is wrong, why it matters and what to do.
fail() {
  printf '\n  %s\n  why: %s\n  do:  %s\n\n' "$1" "$2" "$3" >&2
  exit 1
}

# at_least A B: version A is B or newer.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }
