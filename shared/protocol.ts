import { z } from 'zod';
import { control, desktopStatus, endedReason, sessionView } from './session.ts';
import { taskView } from './task.ts';

const humanActs = z.object({
  taskId: z.string(),
  /** That went down in viewers. */
  keys: z.number().int(),
  clicks: z.number().int(),
  /** Addresses of the tabs, in the order of their opening. */
  tabs: z.object({ before: z.array(z.string()), after: z.array(z.string()) }),
});

/** Everything that is written to a session's event log and streamed to its clients. [RT-4] */
export const sessionEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.live'), data: z.object({ expiresAt: z.iso.datetime() }) }),
  /** At most `inMs` is left: an hour, ten minutes, one minute; each is said once. [SES-3] */
  z.object({ type: z.literal('session.ending'), data: z.object({ inMs: z.number().int() }) }),
  z.object({ type: z.literal('session.extended'), data: z.object({ expiresAt: z.iso.datetime() }) }),
  z.object({ type: z.literal('session.ended'), data: z.object({ reason: endedReason }) }),
  z.object({ type: z.literal('desktop.status'), data: z.object({ status: desktopStatus }) }),
  z.object({ type: z.literal('control.changed'), data: control }),
  z.object({ type: z.literal('task.changed'), data: taskView }),
  /** What a human did while they had the browser, written when the agent has it again. [AGT-4] */
  z.object({ type: z.literal('human.acted'), data: humanActs }),
]);

/** What a page sends over the control socket. The first message must be `auth`. */
export const clientMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('auth'),
    token: z.string().max(4096),
    agentId: z.string().max(64),
    /** The last `seq` the client has seen; null asks for a snapshot. */
    after: z.number().int().nonnegative().nullable(),
  }),
  z.object({ type: z.literal('ping'), id: z.number().int() }),
  z.object({ type: z.literal('pong'), id: z.number().int() }),
]);

const loggedEvent = z.object({ seq: z.number().int(), at: z.iso.datetime() });

/** What the server sends over the control socket. */
export const serverMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('auth_ok'),
    sessionId: z.string(),
    agentId: z.string(),
    tokenExpiresAt: z.iso.datetime(),
    heartbeatMs: z.number().int(),
    /** The build that serves this socket; a page of another build reloads itself. */
    release: z.string(),
  }),
  z.object({
    type: z.literal('snapshot'),
    seq: z.number().int(),
    session: sessionView,
    tasks: z.array(taskView),
  }),
  loggedEvent.extend({ type: z.literal('event'), event: sessionEvent }),
  z.object({ type: z.literal('ping'), id: z.number().int() }),
  z.object({ type: z.literal('pong'), id: z.number().int() }),
  /** Sent a minute before the token dies: answer with a new `auth` on the same socket. */
  z.object({ type: z.literal('auth_expiring'), tokenExpiresAt: z.iso.datetime() }),
  z.object({ type: z.literal('error'), code: z.string(), message: z.string() }),
]);

export type HumanActs = z.infer<typeof humanActs>;
export type SessionEvent = z.infer<typeof sessionEvent>;
export type ClientMessage = z.infer<typeof clientMessage>;
export type ServerMessage = z.infer<typeof serverMessage>;
