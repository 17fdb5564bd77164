#!/usr/bin/env bash
# moto: the AWS API of KMS, Secrets Manager, Kinesis, S3, SQS and others, in a virtual environment of its own.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

home=$RECORDS_TOOLS/moto-$MOTO_VERSION
[ -e "$home/.complete" ] && exit 0

say "moto: installing $MOTO_VERSION (about 1 minute)"
rm -rf "$home"
mkdir -p "$RECORDS_TOOLS"
python3 -m venv "$home" 2>/dev/null ||
  fail "python3 cannot make a virtual environment" "moto is installed into one" "apt-get install python3-venv"
"$home/bin/pip" install --quiet --disable-pip-version-check --requirement "$ROOT/tools/setup/moto-requirements.txt" \
  --constraint "$ROOT/tools/setup/moto-constraints.txt" ||
  fail "moto could not be installed" "it answers the AWS API on this machine" "read pip's message above; a Python package index must be in reach"
touch "$home/.complete"
