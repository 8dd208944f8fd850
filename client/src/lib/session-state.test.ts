import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../shared/protocol.ts';
import { nextSessionView } from './session-state.ts';
import { session } from './testing/link-rig.ts';

const having = (event: SessionEvent, from = session) =>
  nextSessionView(from, { type: 'event', seq: 1, at: session.createdAt, event });

describe('nextSessionView', () => {
  it('follows the desktop', () => {
    expect(having({ type: 'desktop.status', data: { status: 'restarting' } }).desktop.status).toBe(
      'restarting',
    );
  });

  it('goes live with the end that the server set', () => {
    const expiresAt = '2026-01-03T00:00:00.000Z';
    const waiting = { ...session, status: 'awaiting-desktop' } as const;
    expect(having({ type: 'session.live', data: { expiresAt } }, waiting)).toMatchObject({
      status: 'live',
      expiresAt,
    });
  });

  it('[SES-3] takes the end that an extension bought', () => {
    const expiresAt = '2026-01-03T00:00:00.000Z';
    expect(having({ type: 'session.extended', data: { expiresAt } }).expiresAt).toBe(expiresAt);
    expect(having({ type: 'session.ending', data: { inMs: 60_000 } })).toBe(session);
  });

  it('keeps the first reason of an end', () => {
    const ended = having({ type: 'session.ended', data: { reason: 'refunded' } });
    expect(having({ type: 'session.ended', data: { reason: 'expired' } }, ended).endedReason).toBe(
      'refunded',
    );
  });

  it('[AGT-4] an older epoch never takes control back', () => {
    const mine = having({ type: 'control.changed', data: { holder: 'human', epoch: 5 } });
    expect(nextSessionView(mine, { type: 'control', control: { holder: 'agent', epoch: 4 } })).toBe(mine);
  });
});
