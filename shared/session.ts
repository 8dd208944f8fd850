import { z } from 'zod';

export const sessionStatus = z.enum(['awaiting-desktop', 'live', 'ended']);
export const endedReason = z.enum([
  'expired',
  'ended-by-owner',
  'refunded',
  'disputed',
  'revoked-by-operator',
  'failed',
]);
export const desktopStatus = z.enum(['starting', 'ready', 'restarting', 'failed', 'gone']);
export const controlHolder = z.enum(['human', 'agent']);

/** Who may act in the browser; `epoch` grows with every change, so a stale actor is recognised. */
export const control = z.object({ holder: controlHolder, epoch: z.number().int() });

/** A session as its owner sees it. Times are ISO 8601 in UTC. */
export const sessionView = z.object({
  id: z.string(),
  agentId: z.string(),
  status: sessionStatus,
  endedReason: endedReason.nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  desktop: z.object({ status: desktopStatus }),
  control,
});

export type SessionStatus = z.infer<typeof sessionStatus>;
export type EndedReason = z.infer<typeof endedReason>;
export type DesktopStatus = z.infer<typeof desktopStatus>;
export type ControlHolder = z.infer<typeof controlHolder>;
export type Control = z.infer<typeof control>;
export type SessionView = z.infer<typeof sessionView>;
