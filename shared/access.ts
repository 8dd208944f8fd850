import { z } from 'zod';
import { vncTicket } from './api.ts';
import { API_SCOPES } from './api-scopes.ts';
import { sessionView } from './session.ts';

/** Other ways into a session than the browser that paid. [AUTH-10] */
export const recoveryLink = z.object({
  /** The secret is in the fragment, which no browser sends to a server. */
  url: z.url(),
  expiresAt: z.iso.datetime(),
});
export const recoverBody = z.object({ secret: z.string().max(128) });

/** What an API token may do, each on its own session only. */
export const apiScope = z.enum(API_SCOPES);

export const apiTokenBody = z.object({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(apiScope).min(1).max(apiScope.options.length),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export const apiTokenView = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(apiScope),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
});
/** `token` is shown this once: only its hash is kept. */
export const apiTokenCreated = apiTokenView.extend({ token: z.string() });

/** A view-only share: whoever has its link watches, until the owner takes it back. */
export const shareBody = z.object({
  name: z.string().trim().min(1).max(100),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export const shareView = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
/** `url` is shown this once: only the hash of its fragment is kept. */
export const shareCreated = shareView.extend({ url: z.url() });
export const shareTicketBody = z.object({ secret: z.string().max(128) });
export const shareTicket = vncTicket.extend({
  session: sessionView.pick({ id: true, status: true, expiresAt: true }),
});

export type RecoveryLink = z.infer<typeof recoveryLink>;
export type ApiScope = z.infer<typeof apiScope>;
export type ApiTokenView = z.infer<typeof apiTokenView>;
export type ApiTokenCreated = z.infer<typeof apiTokenCreated>;
export type ShareView = z.infer<typeof shareView>;
export type ShareCreated = z.infer<typeof shareCreated>;
export type ShareTicket = z.infer<typeof shareTicket>;
