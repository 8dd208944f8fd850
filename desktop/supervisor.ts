import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DESKTOP_FILES, type DesktopCommand, type DesktopLaunch } from '../shared/desktop.ts';
import { startCdpSplice } from './cdp-splice.ts';
import { createConfinement } from './confinement.ts';
import { startControlSocket } from './control-socket.ts';
import { startDeadline } from './deadline.ts';
import { createEgressPolicy } from './egress-policy.ts';
import { startEgressProxy } from './egress-proxy.ts';
import { SupervisorFailure } from './failure.ts';
import { watchHealth } from './health.ts';
import { findPrograms } from './programs.ts';
import { createReadiness } from './readiness.ts';
import { killSandbox, type Sandbox, startSandbox } from './sandbox.ts';
import { createStatusBoard, processRef } from './status.ts';

/** Runs one desktop from its start to its end; resolves when nothing of it is left but its last status. */
export async function supervise(launch: DesktopLaunch): Promise<void> {
  const file = (name: keyof typeof DESKTOP_FILES) => join(launch.dir, DESKTOP_FILES[name]);
  const board = createStatusBoard(file('status'), {
    desktopId: launch.desktopId,
    status: 'starting',
    deadline: launch.deadline,
    supervisor: processRef(process.pid),
    sandbox: null,
  });
  const ending = new AbortController();
  const ended = new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }));
  // The first reason stays: an aborted signal keeps it.
  const end = (failure: SupervisorFailure | null) => ending.abort(failure);

  const confinement = createConfinement(() => board.update({ confined: undefined }));
  const deadline = startDeadline(new Date(launch.deadline), () => end(null));
  const parts: { close(): void }[] = [await startControlSocket(file('control'), board, onCommand)];
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(null));

  let sandbox: Sandbox | null = null;
  try {
    const egress = join(file('work'), 'egress');
    mkdirSync(egress, { recursive: true, mode: 0o700 });
    const policy = createEgressPolicy({ allowPrivate: launch.egressAllowPrivate });
    parts.push(await startEgressProxy(join(egress, 'proxy.sock'), policy, confinement));
    sandbox = await startSandbox(launch, findPrograms());
    const answers = createReadiness(file('rfb'), file('cdp'), launch.widthPx);
    watchHealth(sandbox, { board, answers, onFailure: end, signal: ending.signal });
    parts.push(await startCdpSplice(file('cdp'), join(file('work'), 'io', 'cdp.sock')));
    board.update({ sandbox: processRef(await sandbox.initPid) });
  } catch (error) {
    // When bwrap itself ended at once, health knows the better reason and tells it first.
    if (sandbox && sandbox.child.exitCode !== null) await sandbox.closed;
    end(asFailure(error));
  }

  await ended;
  const failure = ending.signal.reason as SupervisorFailure | null;
  deadline.stop();
  confinement.stop();
  if (sandbox) await killSandbox(sandbox);
  for (const name of ['work', 'rfb', 'cdp', 'launch', 'log'] as const) {
    rmSync(file(name), { recursive: true, force: true, maxRetries: 3 });
  }
  if (failure) {
    const { code, message } = failure;
    board.update({ status: 'failed', sandbox: null, failure: { code, message } });
  } else {
    board.update({ status: 'gone', sandbox: null });
  }
  for (const part of parts) part.close();
  rmSync(file('control'), { force: true });

  function onCommand(command: DesktopCommand): void {
    if (command.type === 'stop') end(null);
    if (command.type === 'confine') {
      confinement.set(command.to);
      board.update({ confined: command.to ?? undefined });
    }
    if (command.type !== 'set-deadline') return;
    board.update({ deadline: new Date(command.deadline).toISOString() });
    deadline.move(new Date(command.deadline));
  }
}

function asFailure(error: unknown): SupervisorFailure {
  if (error instanceof SupervisorFailure) return error;
  return new SupervisorFailure('died', error instanceof Error ? error.message : String(error));
}
