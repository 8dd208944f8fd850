import type { RawData, WebSocket } from 'ws';
import { CLOSE, type Close } from '../../shared/close-codes.ts';
import type { Clock } from '../lib/clock.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import { sendHeldBack } from '../lib/watermarks.ts';
import { OutsideRefused } from '../outside/refused.ts';
import type { Contexts } from './contexts.ts';
import { isHeardByOutsiders } from './events.ts';
import type { Gate } from './gate.ts';
import {
  type Command,
  emptyAnswer,
  kindOf,
  readCommand,
  readTracked,
  refusal,
  writeCommand,
} from './message.ts';
import { verdictOn } from './policy.ts';
import type { Waking } from './waking.ts';

/** What has gone through, for the log. */
export interface RelayCounts {
  commands: number;
  refused: number;
  /** Events that were a human's own. */
  withheld: number;
  toClientBytes: number;
  /** Of what a slow client had not read yet. */
  mostBufferedBytes: number;
}

export interface Relay {
  readonly counts: Readonly<RelayCounts>;
  /** Has the client look at every tab anew. */
  startOver(): void;
  /** Nothing flows any more, in either direction. */
  stop(): void;
}

const TEXT = { binary: false };
/** As many commands may wait for the check of control. */
const QUEUE_MAX = 256;
/** Ten times what a busy client library sends. */
const COMMANDS_PER_MINUTE = 60_000;

/**
 * Carries a client's commands to the browser in their order, each judged by the policy, and what the browser
 * says back to it. [AGT-8]
 */
export function startRelay(options: {
  client: WebSocket;
  browser: WebSocket;
  gate: Gate;
  waking: Waking;
  contexts: Contexts;
  clock: Clock;
  onEnd: (close: Close) => void;
  onFailure: (error: unknown) => void;
}): Relay {
  const { client, browser, gate, waking, contexts, onEnd } = options;
  const counts: RelayCounts = {
    commands: 0,
    refused: 0,
    withheld: 0,
    toClientBytes: 0,
    mostBufferedBytes: 0,
  };
  const toClient = {
    isPaused: () => browser.isPaused,
    pause: () => browser.pause(),
    resume: () => browser.resume(),
  };
  const toBrowser = {
    isPaused: () => client.isPaused,
    pause: () => client.pause(),
    resume: () => resumeClient(),
  };
  const limit = createRateLimit(COMMANDS_PER_MINUTE, 60_000, options.clock);
  let queue: { command: Command; acts: boolean }[] = [];
  let sending = false;
  let stopped = false;

  function resumeClient(): void {
    if (queue.length < QUEUE_MAX) client.resume();
  }

  function tell(said: Buffer | string): void {
    counts.toClientBytes += said.length;
    sendHeldBack(client, toClient, said, TEXT);
    counts.mostBufferedBytes = Math.max(counts.mostBufferedBytes, client.bufferedAmount);
  }

  function refuse(command: Command, message: string): void {
    counts.refused += 1;
    tell(refusal(command, message));
  }

  function send(command: Command): void {
    if (stopped) return;
    waking.sent(command);
    sendHeldBack(browser, toBrowser, writeCommand(command), TEXT);
  }

  const onCommand = (data: RawData, isBinary: boolean) => {
    const command = isBinary ? null : readCommand(data);
    if (!command) return onEnd({ ...CLOSE.policy, reason: 'not-a-cdp-command' });
    counts.commands += 1;
    if (!limit.allows('')) return onEnd(CLOSE.tooFast);
    const verdict = verdictOn(command.method, command.params ?? {});
    if (verdict.type === 'refuse') return refuse(command, `${command.method} is refused: ${verdict.reason}.`);
    if (verdict.type === 'swallow') return tell(emptyAnswer(command));
    queue.push({ command, acts: verdict.type === 'act' });
    if (queue.length >= QUEUE_MAX) client.pause();
    if (!sending) void sendQueued();
  };

  /** One check of control for all that has come by then: a client that sends many at once waits once. */
  async function sendQueued(): Promise<void> {
    sending = true;
    while (queue.length > 0 && !stopped) {
      const batch = queue;
      queue = [];
      if (batch.some(({ acts }) => acts)) await sendActing(batch);
      else for (const { command } of batch) send(command);
      resumeClient();
    }
    sending = false;
  }

  async function sendActing(batch: typeof queue): Promise<void> {
    try {
      await gate.act(() => {
        for (const { command } of batch) send(command);
      });
    } catch (error) {
      if (!(error instanceof OutsideRefused)) options.onFailure(error);
      const why =
        error instanceof OutsideRefused ? error.message : 'The server cannot check now who has control.';
      for (const { command, acts } of batch) {
        if (acts) refuse(command, why);
        else send(command);
      }
    }
  }

  const onSaid = (data: RawData) => {
    const bytes = data as Buffer;
    const kind = kindOf(bytes);
    if (kind === null || ('answer' in kind && waking.isOwnAnswer(kind.answer))) return;
    if ('event' in kind) {
      const tracked = readTracked(kind.event, bytes);
      if (tracked) {
        waking.heard(tracked);
        contexts.heard(tracked);
      }
      if (gate.isHumansOwn() && !isHeardByOutsiders(kind.event)) {
        counts.withheld += 1;
        return;
      }
    }
    tell(bytes);
  };
  const browserGone = () => onEnd({ ...CLOSE.tryLater, reason: 'browser-gone' });

  client.on('message', onCommand);
  browser.on('message', onSaid).once('close', browserGone);
  browser.resume();

  return {
    counts,
    startOver() {
      for (const event of contexts.anew()) tell(event);
    },
    stop() {
      stopped = true;
      queue = [];
      client.off('message', onCommand);
      browser.off('message', onSaid).off('close', browserGone);
      client.resume(); // or the answer to our close frame would never be read
    },
  };
}
