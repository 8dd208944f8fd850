import { CLOSE } from '../../../shared/close-codes.ts';
import type { ClientMessage, ServerMessage } from '../../../shared/protocol.ts';
import { attemptTimeoutMs, type Failure } from './backoff.ts';
import { isInView } from './browser.ts';
import { browserClock, type Clock } from './clock.ts';
import { EventCursor } from './event-cursor.ts';
import { Heartbeat } from './heartbeat.ts';
import { LinkRefused } from './link-refused.ts';
import { type LinkEvent, type LinkState, nextLinkState } from './link-state.ts';
import type { PathBeacon } from './path-beacon.ts';

/** Resolves to a token that is not `rejectedToken`; throws LinkRefused when there is none to be had. */
export type TokenRefreshCallback = (rejectedToken?: string) => Promise<string>;

/** What we use of a browser's WebSocket: the seam where tests put their own. */
export type LinkSocket = Pick<
  WebSocket,
  'send' | 'close' | 'readyState' | 'onopen' | 'onmessage' | 'onclose' | 'onerror'
>;

export interface WebSocketClientOptions {
  url: string;
  release: string;
  tokenRefreshCallback: TokenRefreshCallback;
  authenticatedAgentId: string;
  onState(state: LinkState): void;
  /** Snapshots and events, each once and in order. */
  onMessage(message: Extract<ServerMessage, { type: 'snapshot' | 'event' }>): void;
  onReleaseChanged(release: string): void;
  /** Shared by the page's links: what one finds out about the network is news for all. */
  beacon?: PathBeacon;
  openSocket?: (url: string) => LinkSocket;
  inView?: () => boolean;
  clock?: Clock;
  random?: () => number;
}

const SETTLED_AFTER_MS = 2_000;
/** An attempt this young was begun after the network healed. */
const YOUNG_ATTEMPT_MS = 300;
const OPEN = 1;
/** Our own verdicts travel as codes that no server sends, so that one path handles every ending. */
const GAVE_UP = 4999;

/** The resumable control socket: `shared/protocol.ts` with resume, heartbeat and in-band re-authentication. */
export class WebSocketClient {
  authenticatedAgentId: string | null;
  sessionToken: string | null = null;
  tokenRefreshCallback: TokenRefreshCallback | null;

  readonly #options: WebSocketClientOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #cursor = new EventCursor();
  readonly #heartbeat: Heartbeat;
  #state: LinkState = { status: 'idle' };
  #socket: LinkSocket | null = null;
  /** Grows with every attempt, so that an answer meant for an earlier one is recognised. */
  #generation = 0;
  #rejectedToken: string | null = null;
  #timer: number | null = null;
  #attemptStartedAtMs = 0;
  #lastConnectMs: number | null = null;
  #leavePath: (() => void) | null = null;
  readonly #path = {
    suspected: () => this.#heartbeat.probe(),
    alive: () => this.#pathIsBack(),
  };

  constructor(options: WebSocketClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? browserClock;
    this.#random = options.random ?? Math.random;
    this.authenticatedAgentId = options.authenticatedAgentId;
    this.tokenRefreshCallback = options.tokenRefreshCallback;
    this.#heartbeat = new Heartbeat(
      this.#clock,
      (id) => this.#send({ type: 'ping', id }),
      () => this.#drop(GAVE_UP, 'unanswered'),
    );
  }

  get state(): LinkState {
    return this.#state;
  }

  connect(): void {
    this.#move({ type: 'connect' });
  }

  /** Leaves, but keeps `authenticatedAgentId`, `sessionToken`, `tokenRefreshCallback` and the cursor. [RT-3] */
  disconnect(): void {
    this.#move({ type: 'paused' });
  }

  /** Logs out: forgets who it was, for good. [RT-3] */
  forceDisconnect(): void {
    this.#move({ type: 'disposed' });
    this.authenticatedAgentId = null;
    this.sessionToken = null;
    this.tokenRefreshCallback = null;
  }

  /** The page became visible or online, or somebody waits for an answer: find out now. [RT-1] [RT-2] */
  hint(): void {
    if (this.#state.status === 'live') this.#heartbeat.probe();
    else this.#move({ type: 'hinted' });
  }

  /** Somebody is using the page: asks only when the server has been silent for a while. */
  noticeUse(): void {
    if (this.#state.status === 'live' && this.#heartbeat.silentMs > 5_000) this.#heartbeat.probe();
  }

  #move(event: LinkEvent): void {
    const before = this.#state;
    const after = nextLinkState(before, event);
    if (after === before) return;
    this.#state = after;
    this.#clearTimer();
    if (after.status !== 'live') this.#heartbeat.stop();
    this.#tellPath(after);
    switch (after.status) {
      case 'connecting':
        void this.#attempt(after.attempt);
        break;
      case 'live':
        if (after.attempt > 0) this.#timer = this.#after(SETTLED_AFTER_MS, { type: 'settled' });
        break;
      case 'waiting':
        this.#abandon();
        this.#timer = this.#after(after.retryInMs, { type: 'retry-due' });
        break;
      case 'idle':
      case 'ended':
        this.#abandon();
    }
    this.#options.onState(after);
  }

  #tellPath(state: LinkState): void {
    const { beacon } = this.#options;
    if (!beacon) return;
    if (state.status === 'idle' || state.status === 'ended') {
      this.#leavePath?.();
      this.#leavePath = null;
      return;
    }
    this.#leavePath ??= beacon.listen(this.#path);
    if (state.status === 'live') beacon.settled(this.#path);
    else if (state.status === 'waiting' && state.failure === 'unanswered') beacon.suspect(this.#path);
  }

  #pathIsBack(): void {
    const state = this.#state;
    if (state.status === 'live') this.#heartbeat.pathIsBack();
    else if (state.status === 'waiting' && state.failure === 'unanswered') this.#move({ type: 'hinted' });
    else if (state.status === 'connecting' && this.#clock.now() - this.#attemptStartedAtMs > YOUNG_ATTEMPT_MS)
      this.#move({ type: 'closed', code: GAVE_UP, random: 0, failure: 'unanswered' });
  }

  async #attempt(attempt: number): Promise<void> {
    const generation = ++this.#generation;
    this.#attemptStartedAtMs = this.#clock.now();
    const limitMs = attemptTimeoutMs(attempt, this.#lastConnectMs);
    this.#timer = this.#clock.setTimeout(() => this.#drop(GAVE_UP, 'unanswered'), limitMs);
    if (!(await this.#freshToken(generation))) return;
    const open = this.#options.openSocket ?? ((url: string) => new WebSocket(url));
    const socket = open(this.#options.url);
    this.#socket = socket;
    // Handlers of an orphaned socket find that it is no longer the one, and do nothing.
    socket.onopen = () => {
      if (this.#socket === socket) this.#authenticate();
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket && typeof data === 'string') this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#drop(code);
    };
    socket.onerror = null; // `close` always follows and says more
  }

  /** A token for every attempt: the one in hand, unless the server has just refused it. [RT-2] */
  async #freshToken(generation: number): Promise<boolean> {
    try {
      const token = await this.tokenRefreshCallback?.(this.#rejectedToken ?? undefined);
      if (generation !== this.#generation || !token) return false;
      this.sessionToken = token;
      this.#rejectedToken = null;
      return true;
    } catch (error) {
      if (generation !== this.#generation) return false;
      if (error instanceof LinkRefused) this.#move({ type: 'refused', reason: error.reason });
      else this.#drop(GAVE_UP);
      return false;
    }
  }

  #authenticate(): void {
    const { sessionToken: token, authenticatedAgentId: agentId } = this;
    if (token && agentId) this.#send({ type: 'auth', token, agentId, after: this.#cursor.after });
  }

  #receive(data: string): void {
    const message = parse(data);
    if (!message) {
      this.#drop(GAVE_UP);
      return;
    }
    this.#heartbeat.heard();
    switch (message.type) {
      case 'auth_ok':
        this.#authenticated(message);
        break;
      case 'ping':
        this.#send({ type: 'pong', id: message.id });
        break;
      case 'auth_expiring':
        void this.#reauthenticate();
        break;
      case 'snapshot':
        this.#cursor.snapshot(message.seq);
        this.#options.onMessage(message);
        break;
      case 'event': {
        const place = this.#cursor.accept(message.seq);
        if (place === 'next') this.#options.onMessage(message);
        else if (place === 'gap') this.#drop(GAVE_UP); // reconnecting from the cursor fills the hole [RT-4]
        break;
      }
      case 'pong':
      case 'error': // a close code follows and decides
        break;
    }
  }

  #authenticated(message: Extract<ServerMessage, { type: 'auth_ok' }>): void {
    this.authenticatedAgentId = message.agentId;
    if (message.release !== this.#options.release) this.#options.onReleaseChanged(message.release);
    if (this.#state.status !== 'connecting') return; // the answer to an in-band `auth`
    this.#lastConnectMs = this.#clock.now() - this.#attemptStartedAtMs;
    this.#heartbeat.start(message.heartbeatMs);
    this.#move({ type: 'opened' });
  }

  /** [AUTH-6] A new token on the same socket; a failure here is not yet one: the server will close with 4401. */
  async #reauthenticate(): Promise<void> {
    const socket = this.#socket;
    try {
      const token = await this.tokenRefreshCallback?.(this.sessionToken ?? undefined);
      if (this.#socket !== socket || !token) return;
      this.sessionToken = token;
      this.#authenticate();
    } catch (error) {
      if (this.#socket === socket && error instanceof LinkRefused)
        this.#move({ type: 'refused', reason: error.reason });
    }
  }

  #drop(code: number, failure?: Failure): void {
    const inView = this.#options.inView ?? isInView;
    const event: LinkEvent = { type: 'closed', code, random: this.#random(), inView: inView() };
    if (failure) event.failure = failure;
    if (code === CLOSE.authenticate.code) this.#rejectedToken = this.sessionToken;
    this.#move(event);
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  #abandon(): void {
    this.#generation++;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #after(ms: number, event: LinkEvent): number {
    return this.#clock.setTimeout(() => this.#move(event), ms);
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function parse(data: string): ServerMessage | null {
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === 'object' && message !== null && 'type' in message
      ? (message as ServerMessage)
      : null;
  } catch {
    return null;
  }
}
