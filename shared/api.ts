import { z } from 'zod';
import { controlHolder, sessionView } from './session.ts';

/** Bodies of the public HTTP contract that are not entities of their own. */
export const offer = z.object({
  priceCents: z.number().int(),
  currency: z.string(),
  sessionTtlMs: z.number().int(),
  testPayments: z.boolean(),
  available: z.boolean(),
  /** Whether a task may be given in words: the server has a language model. [AGT-3] */
  instructions: z.boolean(),
});

export const checkoutCreated = z.object({ checkoutUrl: z.url(), checkoutSessionId: z.string() });
export const claimBody = z.object({ checkoutSessionId: z.string().min(1).max(255) });
/** The 202 of a claim or a guest: ask again in a moment. */
export const pending = z.object({ status: z.literal('pending') });
export const refreshBody = z.object({ sessionId: z.string().max(64).optional() }).optional();
export const comeBackBody = z.object({ sessionId: z.string().max(64) });

/** A signed-in session: keep the token in memory only. */
export const signedIn = z.object({
  session: sessionView,
  accessToken: z.string(),
  accessTokenExpiresAt: z.iso.datetime(),
});

export const vncTicketBody = z.object({ mode: z.enum(['control', 'view']) });
export const vncTicket = z.object({ ticket: z.string(), expiresAt: z.iso.datetime() });
export const controlBody = z.object({ holder: controlHolder });

export type Offer = z.infer<typeof offer>;
export type CheckoutCreated = z.infer<typeof checkoutCreated>;
export type SignedIn = z.infer<typeof signedIn>;
export type VncTicket = z.infer<typeof vncTicket>;
export type VncMode = z.infer<typeof vncTicketBody>['mode'];
