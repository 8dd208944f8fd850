import { setTimeout as pause } from 'node:timers/promises';
import type { RunningServer } from '../server/testing/running-server.ts';
import type { Visitor } from '../server/testing/visitor.ts';
import { openPageLink } from './page-link.ts';
import { type Picture, watchPicture } from './picture.ts';

export interface SoakPage {
  readonly sessionId: string;
  readonly renewals: number;
  token(): Promise<string>;
  /** Frames since the last call, and the longest time without one. */
  takeFrames(): { frames: number; longestSilenceMs: number };
  close(): void;
}

const REOPEN_MS = 1_000;

/** A page that is left open: its control link and its picture; whatever drops is told, and opened again. */
export async function openSoakPage(
  server: RunningServer,
  visitor: Visitor,
  told: { onDrop(why: string): void; onEvent(seq: number): void },
): Promise<SoakPage> {
  const { sessionId } = visitor;
  const firstLive = Promise.withResolvers<void>();
  let status = 'idle';
  let isOpen = true;
  const link = openPageLink(server, visitor, {
    onState(state) {
      if (status === 'live' && state.status !== 'live' && isOpen)
        told.onDrop(`control link of ${sessionId}: ${JSON.stringify(state)}`);
      if (state.status === 'live') firstLive.resolve();
      if (state.status === 'ended') firstLive.reject(new Error(`the link ended: ${state.reason}`));
      status = state.status;
    },
    onMessage: ({ seq }) => told.onEvent(seq),
  });
  await firstLive.promise;
  let picture = await open();

  async function open(): Promise<Picture> {
    return watchPicture(server, visitor, await link.token(), (why) => {
      told.onDrop(`picture of ${sessionId}: ${why}`);
      void openAgain();
    });
  }

  async function openAgain(): Promise<void> {
    while (isOpen) {
      await pause(REOPEN_MS);
      const next = await open().catch(() => null);
      if (!next) continue;
      if (isOpen) picture = next;
      else next.close();
      return;
    }
  }

  return {
    sessionId,
    get renewals() {
      return link.proofs - 1;
    },
    token: link.token,
    takeFrames: () => picture.take(),
    close() {
      isOpen = false;
      picture.close();
      link.client.disconnect();
    },
  };
}
