import type { Programs } from './programs.ts';

/** Inside the session's own network namespace, so a fixed port cannot meet a neighbour's. */
export const DEVTOOLS_PORT = 9222;
export const PROXY_PORT = 3128;

// WebUI popups are renderers of their own: 120 MB an idle session, and they show up as CDP targets.
const DISABLED_FEATURES = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'PreloadTopChromeWebUI',
  'WebUIReloadButton',
  'InitialWebUI',
  'SpareRendererForSitePerProcess',
  'MediaRouter',
  'OptimizationHints',
  'Translate',
];

/** Chromium's own sandbox stays on: no flag here may weaken it. [ISO-1] */
export function chromiumCommand(programs: Programs, size: { widthPx: number; heightPx: number }): string[] {
  return [
    programs.chromium,
    '--user-data-dir=/home/u/chromium',
    `--remote-debugging-port=${DEVTOOLS_PORT}`,
    '--window-position=0,0',
    // A window of just the screen's size is shrunk by one pixel, for the sake of window managers.
    `--window-size=${size.widthPx + 1},${size.heightPx + 1}`,
    `--proxy-server=http://127.0.0.1:${PROXY_PORT}`,
    '--proxy-bypass-list=<-loopback>',
    '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    `--disable-features=${DISABLED_FEATURES.join(',')}`,
    '--disable-gpu',
    '--enable-unsafe-swiftshader',
    '--no-first-run',
    '--no-default-browser-check',
    '--hide-crash-restore-bubble',
    '--disable-background-networking',
    '--disable-breakpad',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--password-store=basic',
  ];
}
