#!/usr/bin/env bash
# summarise-preview.sh FILE: the preview of $LAYER in $STACK as Markdown: the summary in a line, every change behind it.
set -euo pipefail
# GitHub takes 65,536 characters in a comment, and up to twelve previews go into one.
readonly CHARACTERS_MAX=5000
summary=$(grep -o 'preview: .*' "$1" | tail -n 1 || true)
printf '### %s of %s: %s\n\n' "${LAYER:?}" "${STACK:?}" "${summary:-the preview failed}"
grep -E ' policy .*\[(mandatory|advisory)\]| FAILED | error ' "$1" | head -c "$CHARACTERS_MAX" | sed 's/^/- /' || true
printf '\n<details><summary>Every change</summary>\n\n```\n'
(grep -E ' to be | replaced | deleted ' "$1" || tail -n 40 "$1") | head -c "$CHARACTERS_MAX"
printf '\n```\n\n</details>\n\n'
