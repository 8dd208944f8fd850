import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DesktopStatus } from '../shared/session.ts';
import type { SupervisorFailure } from './failure.ts';
import { watchHealth } from './health.ts';
import type { StatusBoard } from './status.ts';

function watched() {
  const child = Object.assign(new EventEmitter(), { stdout: new PassThrough(), stderr: new PassThrough() });
  const statuses: DesktopStatus[] = ['starting'];
  const failures: SupervisorFailure[] = [];
  const ending = new AbortController();
  const page = { answers: true };
  watchHealth(
    { child: child as unknown as ChildProcess, initPid: Promise.resolve(2), closed: Promise.resolve() },
    {
      board: {
        state: () => ({ status: statuses.at(-1) }),
        update: ({ status }: { status: DesktopStatus }) => statuses.push(status),
      } as unknown as StatusBoard,
      answers: async () => page.answers,
      onFailure: (failure) => {
        failures.push(failure);
        ending.abort();
      },
      signal: ending.signal,
    },
  );
  const say = async (...lines: string[]) => {
    for (const line of lines) child.stdout.write(`${line}\n`);
    await vi.advanceTimersByTimeAsync(100);
  };
  return { child, statuses, failures, page, say };
}

describe('health', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('[SES-8] a crashed browser is restarting until the next one answers', async () => {
    const { statuses, say, page } = watched();
    await say('up');
    expect(statuses).toEqual(['starting']);
    await say('chromium-start');
    page.answers = false;
    await say('chromium-exit 137', 'chromium-start');
    expect(statuses).toEqual(['starting', 'ready', 'restarting']);
    page.answers = true;
    await say();
    expect(statuses).toEqual(['starting', 'ready', 'restarting', 'ready']);
  });

  it('[SES-8] a browser whose display died does not count as ready while it still answers', async () => {
    const { statuses, say } = watched();
    await say('chromium-start');
    await say('xvnc-exit 137');
    expect(statuses).toEqual(['starting', 'ready', 'restarting']);
    await say('chromium-exit 1', 'chromium-start');
    expect(statuses).toEqual(['starting', 'ready', 'restarting', 'ready']);
  });

  it('[SES-8] gives up on a browser that ends again and again', async () => {
    const { failures, say } = watched();
    for (let round = 0; round < 12; round += 1) await say('chromium-start', 'chromium-exit 133');
    expect(failures[0]).toMatchObject({ code: 'died', message: expect.stringContaining('again and again') });
  });

  it('says that nothing answered in time, with the last lines', async () => {
    const { failures, say, page, child } = watched();
    page.answers = false;
    child.stderr.write('some complaint\n');
    await say('chromium-start');
    await vi.advanceTimersByTimeAsync(21_000);
    expect(failures[0]).toMatchObject({
      code: 'timed-out',
      message: expect.stringContaining('some complaint'),
    });
  });

  it('[ISO-1] tells a refused sandbox from any other end', async () => {
    const { failures, say, child } = watched();
    child.stderr.write('bwrap: No permissions to create new namespace\n');
    await say();
    child.emit('close', 1, null);
    expect(failures[0]).toMatchObject({
      code: 'sandbox-refused',
      message: expect.stringContaining('sysctl'),
    });
  });
});
