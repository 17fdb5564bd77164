#!/usr/bin/env bash
# What a machine must have before anything else can be set up.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need() { # need COMMAND WHY PACKAGE
  command -v "$1" >/dev/null || fail "$1 is not installed" "$2" "install it (Debian: apt-get install $3)"
}
need node "it runs npm, which brings the Node 24 that everything else uses" nodejs
need npm "it installs the packages of the lock file" npm
need python3 "it runs moto, which answers the AWS API on this machine" "python3 python3-venv"
need git "the tests read which files are part of the project" git

node_version=$(node --version | tr -d v)
at_least "$node_version" 20.19 ||
  fail "Node is $node_version" "npm packages of this project need 20.19 or newer to install" "install Node 20.19 or newer"
npm_version=$(npm --version)
at_least "$npm_version" 11 ||
  fail "npm is $npm_version" "older ones ignore the list of packages allowed to run install scripts" "npm install -g npm@11"
python_version=$(python3 -c 'import platform; print(platform.python_version())')
at_least "$python_version" 3.10 ||
  fail "Python is $python_version" "moto needs 3.10 or newer" "install Python 3.11"
[ "$(uname -s)" = Linux ] && [ "$(uname -m)" = x86_64 ] ||
  fail "this machine is $(uname -s) $(uname -m)" "the PostgreSQL and Redis binaries in use are for Linux on x86_64" \
    "use a Linux x86_64 machine, a virtual one for instance"

free_mb=$(df -Pm "$ROOT" | awk 'NR == 2 { print $4 }')
[ "$free_mb" -ge 3000 ] ||
  fail "only $free_mb MB are free on the disk of $ROOT" "packages, tools, databases and logs need about 3 GB" "free some space"
