import { percentile } from '../bench/figures.ts';
import type { RunningServer } from '../server/testing/running-server.ts';
import type { Visitor } from '../server/testing/visitor.ts';
import type { EventClock } from './event-clock.ts';
import { openPageLink, type PageLink } from './page-link.ts';
import type { Random } from './random.ts';

interface Member {
  visitor: Visitor;
  link: PageLink;
  isLive: boolean;
  /** When we broke its socket; null while we have not. */
  brokenAtMs: number | null;
}

/** The clients of a load: pages' links, spread over sessions, each session at an address of its own. */
export class Crowd {
  readonly members: Member[] = [];
  /** What happened to links that nobody broke. */
  readonly drops: string[] = [];
  readonly #server: RunningServer;
  readonly #clock: EventClock;
  #backMs: number[] = [];
  #wake = () => {};

  constructor(server: RunningServer, clock: EventClock) {
    this.#server = server;
    this.#clock = clock;
  }

  /** Opens links until there are `size`, `atOnce` at a time; `visitors` take them in turn. */
  async growTo(size: number, visitors: readonly Visitor[], atOnce = 25): Promise<void> {
    while (this.members.length < size) {
      for (let count = 0; count < atOnce && this.members.length < size; count++)
        this.#open(visitors[this.members.length % visitors.length] as Visitor, visitors);
      await this.everyoneLives();
    }
  }

  shrinkTo(size: number): void {
    for (const { link } of this.members.splice(size)) link.client.disconnect();
  }

  async everyoneLives(limitMs = 60_000): Promise<void> {
    const deadline = performance.now() + limitMs;
    const away = () => this.members.filter(({ isLive }) => !isLive).length;
    while (away() > 0) {
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`${away()} clients did not come (back) to life in ${limitMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 500));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Cuts one link as a network would. */
  breakOne(random: Random): void {
    const member = random.pick(this.members.filter(({ isLive }) => isLive));
    if (!member) return;
    member.brokenAtMs = performance.now();
    member.link.breakSocket();
  }

  membersOf = (sessionId: string): number =>
    this.members.filter(({ visitor }) => visitor.sessionId === sessionId).length;

  /** How long broken links took to be live again, since the last call. */
  takeBack(): { count: number; p50Ms: number; p95Ms: number } {
    const took = this.#backMs;
    this.#backMs = [];
    return { count: took.length, p50Ms: percentile(took, 50), p95Ms: percentile(took, 95) };
  }

  close(): void {
    this.shrinkTo(0);
  }

  #open(visitor: Visitor, visitors: readonly Visitor[]): void {
    const member: Member = { visitor, link: null as never, isLive: false, brokenAtMs: null };
    member.link = openPageLink(
      this.#server,
      visitor,
      {
        onState: (state) => {
          const wasLive = member.isLive;
          member.isLive = state.status === 'live';
          if (member.isLive && member.brokenAtMs !== null) {
            this.#backMs.push(performance.now() - member.brokenAtMs);
            member.brokenAtMs = null;
          }
          if (wasLive && !member.isLive && member.brokenAtMs === null && this.members.includes(member))
            this.drops.push(JSON.stringify(state));
          if (member.isLive) this.#wake();
        },
        onMessage: ({ seq }) => this.#clock.heard(visitor.sessionId, seq),
      },
      addressOf(visitors.indexOf(visitor)),
    );
    this.members.push(member);
  }
}

/** One of the machine's own: limits are per address, and a crowd does not share one. */
export function addressOf(index: number): string {
  return `127.1.${Math.floor(index / 250)}.${1 + (index % 250)}`;
}
