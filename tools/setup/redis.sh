#!/usr/bin/env bash
# redis-server from Debian's packages, unpacked into the tool folder: nothing is installed on the system, no service starts.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

home=$RECORDS_TOOLS/redis-$REDIS_MAJOR
[ -e "$home/.complete" ] && exit 0

say "Redis: unpacking Debian's redis-server $REDIS_MAJOR"
for tool in apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || fail "$tool is not installed" "redis-server comes from Debian's packages" "use Debian 12 or a system based on it"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/root"

# A package index of our own: works without root, and on a machine whose index is empty or stale.
apt=(apt-get -q -o "Dir::State=$work/state" -o "Dir::State::status=/var/lib/dpkg/status" -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=$(id -un)")
{
  "${apt[@]}" update && cd "$work" && "${apt[@]}" download redis-server redis-tools liblzf1 libjemalloc2
} >"$work/log" 2>&1 || {
  tail -n 10 "$work/log" >&2
  fail "redis-server could not be downloaded" "the cache runs on it" "check that Debian's package mirror is in reach"
}
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
version=$(LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu "$work/root/usr/bin/redis-server" --version) ||
  fail "redis-server does not start" "a shared library is missing" "ldd $work/root/usr/bin/redis-server shows which"
[[ $version == *"v=$REDIS_MAJOR."* ]] ||
  fail "Debian's redis-server is not version $REDIS_MAJOR: $version" "ElastiCache runs 7.1" "use Debian 12"
mkdir -p "$RECORDS_TOOLS"
rm -rf "$home"
mv "$work/root" "$home"
touch "$home/.complete"
