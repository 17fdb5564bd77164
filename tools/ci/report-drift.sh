#!/usr/bin/env bash
# report-drift.sh FILE: opens an issue for the owners of $LAYER with what differs in $STACK, or adds to the one that is open.
set -euo pipefail
title="Drift: $LAYER of $STACK is not what its state says"
case "$LAYER" in compute) team=platform ;; *) team=$LAYER ;; esac
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
  printf '@%s/team-%s: differences found on %s. Find out who changed it, then deploy the layer, or change the program to match (docs/delivery.md).\n\n```\n' \
    "${GITHUB_REPOSITORY_OWNER:?}" "$team" "$(date -u +%F)"
  tail -n 100 "$1" | head -c 50000
  printf '\n```\n\n%s/%s/actions/runs/%s\n' "${GITHUB_SERVER_URL:?}" "${GITHUB_REPOSITORY:?}" "${GITHUB_RUN_ID:?}"
} >"$body"
open=$(gh issue list --repo "$GITHUB_REPOSITORY" --state open --search "\"$title\" in:title" --json number --jq '.[0].number // empty')
if [ -n "$open" ]; then
  gh issue comment "$open" --repo "$GITHUB_REPOSITORY" --body-file "$body"
else
  gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --body-file "$body"
fi
