import { describe, expect, it } from 'vitest';
import { chromiumCommand } from './chromium.ts';
import { initScript } from './init-script.ts';
import { CHROMIUM_POLICIES } from './policies.ts';
import { findPrograms } from './programs.ts';
import { xvncCommand } from './xvnc.ts';

const size = { widthPx: 1280, heightPx: 720 };
const programs = findPrograms(() => true);

describe('what a desktop runs', () => {
  it('names the Debian packages of everything that is missing in one line', () => {
    expect(() => findPrograms((path) => path === '/usr/bin/bwrap')).toThrow(
      expect.objectContaining({
        code: 'missing-program',
        message: expect.stringMatching(
          /apt-get install .* socat util-linux tigervnc-standalone-server chromium$/,
        ),
      }),
    );
  });

  it("[ISO-1] never weakens Chromium's sandbox", () => {
    const command = chromiumCommand(programs, size).join(' ');
    expect(command).not.toMatch(/sandbox|single-process|no-zygote|disable-web-security/);
  });

  it('[ISO-2] gives Xvnc no port and no abstract socket', () => {
    const command = xvncCommand(programs, size).join(' ');
    for (const wanted of ['-inetd', '-rfbport -1', '-nolisten tcp', '-nolisten local']) {
      expect(command).toContain(wanted);
    }
  });

  it('[ISO-4] gives Chromium no way but the proxy', () => {
    const command = chromiumCommand(programs, size);
    expect(command).toContain('--proxy-bypass-list=<-loopback>');
    expect(command).toContain('--force-webrtc-ip-handling-policy=disable_non_proxied_udp');
  });

  it('[ISO-5] leaves developer tools to CDP', () => {
    expect(CHROMIUM_POLICIES.DeveloperToolsAvailability).not.toBe(2);
    expect(CHROMIUM_POLICIES.URLBlocklist).toEqual(
      expect.arrayContaining(['file://*', 'view-source:*', 'chrome://settings']),
    );
  });

  it('quotes every word of a command for the shell', () => {
    const script = initScript({ ...programs, xvnc: "/opt/it's/Xvnc" }, size);
    expect(script).toContain(`'/opt/it'\\''s/Xvnc' ':1'`);
  });
});
