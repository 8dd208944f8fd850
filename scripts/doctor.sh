#!/bin/sh
# npm run doctor: says what is wrong with this machine and how to mend it. Installs nothing.
. "$(dirname "$0")/machine.sh"
wrong=0
ok() { say "  ok     $*"; }
bad() {
  say "  WRONG  $*"
  wrong=1
}
say "onedollaragent doctor"

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64 | Linux-aarch64) ok "$(uname -s) on $(uname -m)" ;;
  *) bad "$(uname -s) on $(uname -m): only Linux on x86-64 or arm64 is supported" ;;
esac
missing=$(missing_system_packages)
if [ -z "$missing" ]; then ok "system packages"
else bad "missing: $missing. Mend: apt-get update && apt-get install -y --no-install-recommends $missing"; fi

if [ ! -x .tools/node_modules/.bin/node ] || [ ! -e node_modules/.lock-sha256 ]; then
  bad "not installed yet. Mend: npm start"
  exit 1
fi
use_pinned_node
ok "Node $(node --version)"
node $env_file scripts/doctor.ts || wrong=1
exit $wrong
