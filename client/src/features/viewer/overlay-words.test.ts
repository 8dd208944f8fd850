import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../../../shared/close-codes.ts';
import type { DesktopStatus } from '../../../../shared/session.ts';
import type { LinkState } from '../../lib/link-state.ts';
import { session } from '../../lib/testing/link-rig.ts';
import { overlayFor } from './overlay-words.ts';

const live: LinkState = { status: 'live', attempt: 0 };
const waiting: LinkState = { status: 'waiting', attempt: 2, retryInMs: 900, failure: 'unreachable' };
const desktop = (status: DesktopStatus) => ({ ...session, desktop: { status } });

describe('overlayFor', () => {
  it('is nothing while the picture is live', () => {
    expect(overlayFor(session, live, true)).toBeNull();
  });

  it.each(['starting', 'restarting', 'failed', 'gone'] as const)(
    '[UI-2] a desktop that is %s has its own words',
    (status) => {
      const words = overlayFor(desktop(status), { status: 'idle' }, true);
      expect(words?.title).toBeTruthy();
      expect(words?.title).not.toBe(overlayFor(session, { status: 'idle' }, true)?.title);
    },
  );

  it('[VNC-4] offline, reconnecting and connecting are told apart', () => {
    const titles = [
      overlayFor(session, waiting, false)?.title,
      overlayFor(session, waiting, true)?.title,
      overlayFor(session, { status: 'connecting', attempt: 0 }, true)?.title,
    ];
    expect(new Set(titles).size).toBe(3);
  });

  it('offers to try now, and says when it will', () => {
    expect(overlayFor(session, waiting, true)).toMatchObject({ action: 'retry-now', retryInMs: 900 });
  });

  it('[RT-7] every terminal code has a sentence, and a picture taken elsewhere can be taken back', () => {
    for (const { reason, retry } of Object.values(CLOSE))
      if (retry === 'never')
        expect(overlayFor(session, { status: 'ended', reason }, true)?.body).toBeTruthy();
    expect(overlayFor(session, { status: 'ended', reason: 'taken-elsewhere' }, true)?.action).toBe(
      'use-here',
    );
  });
});
