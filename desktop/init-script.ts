import { chromiumCommand, DEVTOOLS_PORT, PROXY_PORT } from './chromium.ts';
import type { Programs } from './programs.ts';
import { xvncCommand } from './xvnc.ts';

/** The listening socket for viewers, which the supervisor hands through bwrap. */
const RFB_FD = 3;

/**
 * The sandbox's init: keeps Xvnc, Chromium and the two splices running, and reports on stdout. A shell,
 * because a second Node would cost every session 30 MB. The supervisor decides when to give up.
 */
export function initScript(programs: Programs, size: { widthPx: number; heightPx: number }): string {
  return `
mkdir -m 1777 -p /tmp/.X11-unix
mkdir -p /home/u/Downloads /home/u/chromium
export DISPLAY=:1

display() {
  while :; do
    rm -f /tmp/.X1-lock /tmp/.X11-unix/X1
    ${quoted(xvncCommand(programs, size))} <&${RFB_FD} ${RFB_FD}<&- >&2
    echo "xvnc-exit $?"
    : >/tmp/display-lost
    sleep 0.1
  done
}

browser() {
  page=about:blank
  # A profile that was used before: this desktop was brought back after its supervisor died.
  [ -e '/home/u/chromium/Local State' ] && page=--restore-last-session
  while :; do
    until [ -S /tmp/.X11-unix/X1 ]; do sleep 0.01; done
    rm -f /home/u/chromium/Singleton*
    echo chromium-start
    ${quoted(chromiumCommand(programs, size))} $page </dev/null ${RFB_FD}<&- >&2
    code=$?
    echo "chromium-exit $code"
    sleep 0.1
    # A person closed the last window: begin afresh. Anything else is a crash: bring the tabs back.
    # Chromium also exits with 0 when its display is lost.
    if [ $code = 0 ] && ! [ -e /tmp/display-lost ]; then page=about:blank; else page=--restore-last-session; fi
    rm -f /tmp/display-lost
  done
}

splice() {
  while :; do
    ${quoted([programs.socat, '-b65536'])} "$@" ${RFB_FD}<&- </dev/null >&2
    sleep 0.2
  done
}

display &
splice TCP-LISTEN:${PROXY_PORT},bind=127.0.0.1,reuseaddr,fork UNIX-CONNECT:/run/egress/proxy.sock &
splice UNIX-LISTEN:/run/io/cdp.sock,mode=600,unlink-early=1,fork TCP:127.0.0.1:${DEVTOOLS_PORT} &
browser &
echo up
wait
`;
}

function quoted(command: readonly string[]): string {
  return command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}
