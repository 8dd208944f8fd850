import { z } from 'zod';
import { sessionView } from './session.ts';

/** What the operator sees. */
export const adminLoginBody = z.object({ password: z.string().min(1).max(1_000) });
export const adminSignIn = z.object({
  signedIn: z.boolean(),
  /** False when the server has no operator password. */
  configured: z.boolean(),
});
export const adminSession = sessionView.extend({
  endedAt: z.iso.datetime().nullable(),
  /** When its processes and files were proven gone. */
  releasedAt: z.iso.datetime().nullable(),
});
export const adminHealth = z.object({
  release: z.string(),
  startedAt: z.iso.datetime(),
  testPayments: z.boolean(),
  warmDesktops: z.number().int(),
  sessions: z.object({
    awaitingDesktop: z.number().int(),
    live: z.number().int(),
    /** Ended, and not yet proven gone. */
    ending: z.number().int(),
  }),
});

export type AdminSignIn = z.infer<typeof adminSignIn>;
export type AdminSession = z.infer<typeof adminSession>;
export type AdminHealth = z.infer<typeof adminHealth>;
