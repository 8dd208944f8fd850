import { attemptTimeoutMs } from './backoff.ts';
import { isInView, onComeback, socketUrl } from './browser.ts';
import { LinkRefused } from './link-refused.ts';
import { type LinkEvent, type LinkState, nextLinkState } from './link-state.ts';
import type { PathBeacon } from './path-beacon.ts';
import { pictureQuality } from './picture-quality.ts';
import { createVNCConnection, loadVNC, type VNCConnection } from './vnc-loader.ts';

interface VNCStreamOptions {
  sessionId: string;
  target: HTMLElement;
  fetchTicket(signal: AbortSignal): Promise<string>;
  beacon: PathBeacon;
  viewOnly: boolean;
  onClipboard(text: string): void;
  onState(state: LinkState): void;
  onConnection(connection: VNCConnection | null): void;
  onFrameLost(frame: HTMLCanvasElement): void;
}

const SETTLED_AFTER_MS = 2_000;
const WATCH_EVERY_MS = 1_000;
const SUSPICIOUS_SILENCE_MS = 2_000;
/** So long without an answer raises the suspicion that the path is dead. */
const PROBE_ANSWER_MS = 700;
const PROBE_LIMIT_MS = 2_000;
/** An attempt this young was begun after the network healed. */
const YOUNG_ATTEMPT_MS = 300;
/** What a browser reports when no close frame came. */
const ABNORMAL = 1006;

/** Keeps one picture alive: RFB connections in a row, each with its own ticket, as one link. [VNC-4] */
export class VNCStream {
  readonly #options: VNCStreamOptions;
  #state: LinkState = { status: 'idle' };
  #connection: VNCConnection | null = null;
  #generation = 0;
  #timer: number | null = null;
  #watch: number | null = null;
  #probing = false;
  #isSuspicious = false;
  #attemptStartedAtMs = 0;
  /** Ends the ticket's call with its attempt: a few stuck ones would use up the browser's connections. */
  #ticketCall = new AbortController();
  #leavePath: (() => void) | null = null;
  readonly #path = {
    suspected: () => void this.#probe(),
    alive: () => this.#pathIsBack(),
  };
  #lastConnectMs: number | null = null;
  #stopHints: (() => void) | null = null;

  constructor(options: VNCStreamOptions) {
    this.#options = options;
  }

  start(): void {
    this.#leavePath = this.#options.beacon.listen(this.#path);
    this.#stopHints = onComeback(() => this.hint());
    this.#watch = window.setInterval(() => this.#look(), WATCH_EVERY_MS);
    this.#move({ type: 'connect' });
  }

  stop(): void {
    this.#stopHints?.();
    if (this.#watch !== null) window.clearInterval(this.#watch);
    this.#watch = null;
    this.#leavePath?.();
    this.#move({ type: 'paused' });
  }

  hint(): void {
    if (this.#state.status === 'live') void this.#probe();
    else this.#move({ type: 'hinted' });
  }

  #move(event: LinkEvent): void {
    const before = this.#state;
    const after = nextLinkState(before, event);
    if (after === before) return;
    this.#state = after;
    if (this.#timer !== null) window.clearTimeout(this.#timer);
    this.#timer = null;
    if (after.status === 'connecting') void this.#attempt(after.attempt);
    else if (after.status === 'live') {
      this.#options.beacon.settled(this.#path);
      if (after.attempt > 0) this.#after(SETTLED_AFTER_MS, { type: 'settled' });
    } else {
      this.#abandon();
      if (after.status === 'ended') this.#options.beacon.settled(this.#path);
      if (after.status === 'waiting') {
        if (after.failure === 'unanswered') this.#options.beacon.suspect(this.#path);
        this.#after(after.retryInMs, { type: 'retry-due' });
      }
    }
    this.#options.onState(after);
  }

  async #attempt(attempt: number): Promise<void> {
    const generation = ++this.#generation;
    const startedAtMs = Date.now();
    this.#attemptStartedAtMs = startedAtMs;
    this.#ticketCall = new AbortController();
    const { signal } = this.#ticketCall;
    this.#after(attemptTimeoutMs(attempt, this.#lastConnectMs), unanswered(Math.random()));
    try {
      await loadVNC();
      const ticket = await this.#options.fetchTicket(signal);
      if (generation !== this.#generation) return;
      const connection = await createVNCConnection({
        url: socketUrl(`/vnc/${encodeURIComponent(this.#options.sessionId)}`),
        protocols: ['binary', `ticket.${ticket}`],
        target: this.#options.target,
        viewOnly: this.#options.viewOnly,
        ...pictureQuality(this.#lastConnectMs),
        onOpen: () => {
          if (generation !== this.#generation) return;
          this.#lastConnectMs = Date.now() - startedAtMs;
          this.#move({ type: 'opened' });
        },
        onClose: (code) => {
          if (generation === this.#generation) this.#lost(code);
        },
        onClipboard: this.#options.onClipboard,
      });
      if (generation !== this.#generation) return connection.close();
      this.#connection = connection;
      this.#options.onConnection(connection);
    } catch (error) {
      if (generation !== this.#generation) return;
      if (error instanceof LinkRefused) this.#move({ type: 'refused', reason: error.reason });
      else this.#lost(ABNORMAL);
    }
  }

  #lost(code: number): void {
    const event: LinkEvent = { type: 'closed', code, random: Math.random(), inView: isInView() };
    // A crowd is spread by the control links; this one follows its own as soon as that is live. [RT-2]
    if (code === ABNORMAL) event.failure = 'lost';
    this.#move(event);
  }

  /** A page that stands still sends no frames: after some silence one pixel is asked for. */
  #look(): void {
    if (!isInView()) return;
    if ((this.#connection?.silentMs() ?? 0) > SUSPICIOUS_SILENCE_MS) void this.#probe();
  }

  #pathIsBack(): void {
    const state = this.#state;
    if (state.status === 'live' && this.#isSuspicious) this.#move(unanswered(0));
    else if (state.status === 'live') void this.#probe();
    else if (state.status === 'waiting' && state.failure === 'unanswered') this.#move({ type: 'hinted' });
    else if (state.status === 'connecting' && Date.now() - this.#attemptStartedAtMs > YOUNG_ATTEMPT_MS)
      this.#move(unanswered(0));
  }

  async #probe(): Promise<void> {
    const connection = this.#connection;
    if (!connection || this.#probing || this.#state.status !== 'live') return;
    this.#probing = true;
    let alive = await connection.probe(PROBE_ANSWER_MS);
    if (!alive && this.#connection === connection) {
      this.#isSuspicious = true;
      this.#options.beacon.suspect(this.#path);
      alive = await connection.probe(PROBE_LIMIT_MS - PROBE_ANSWER_MS);
    }
    this.#probing = false;
    if (this.#connection !== connection) return;
    this.#isSuspicious = false;
    if (alive) this.#options.beacon.settled(this.#path);
    else this.#move(unanswered(Math.random()));
  }

  #abandon(): void {
    this.#generation++;
    this.#ticketCall.abort();
    const connection = this.#connection;
    this.#connection = null;
    this.#isSuspicious = false;
    if (!connection) return;
    const frame = connection.lastFrame();
    if (frame) this.#options.onFrameLost(frame);
    connection.close();
    this.#options.onConnection(null);
  }

  #after(ms: number, event: LinkEvent): void {
    this.#timer = window.setTimeout(() => this.#move(event), ms);
  }
}

function unanswered(random: number): LinkEvent {
  return { type: 'closed', code: ABNORMAL, random, failure: 'unanswered' };
}
