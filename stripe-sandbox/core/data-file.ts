import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SandboxState } from './store.ts';

const FORMAT = 'stripe-sandbox-1';
const SHORTEST_SAVE_DELAY_MS = 50;
/** A large state is saved less often: saving may take a twentieth of the time, not all of it. */
const DELAY_PER_SAVE_DURATION = 20;

export function readDataFile(path: string): SandboxState | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const refusal = `${path} is no data file of this Stripe sandbox: move it away or name another --data-file`;
  try {
    const file = JSON.parse(text) as { format: string; state: SandboxState };
    if (file.format !== FORMAT) throw new Error(refusal);
    return file.state;
  } catch (cause) {
    throw new Error(refusal, { cause });
  }
}

/** Saves soon after a change and at the end; a rename makes each save all or nothing. */
export function createDataFile(path: string, state: () => SandboxState) {
  let timer: NodeJS.Timeout | undefined;
  let delayMs = SHORTEST_SAVE_DELAY_MS;

  function save(): void {
    clearTimeout(timer);
    timer = undefined;
    const startedAtMs = performance.now();
    mkdirSync(dirname(path), { recursive: true });
    const temporaryPath = `${path}.${randomUUID()}`;
    writeFileSync(temporaryPath, JSON.stringify({ format: FORMAT, state: state() }), { mode: 0o600 });
    renameSync(temporaryPath, path);
    delayMs = Math.max(SHORTEST_SAVE_DELAY_MS, (performance.now() - startedAtMs) * DELAY_PER_SAVE_DURATION);
  }

  return {
    changed(): void {
      timer ??= setTimeout(() => {
        try {
          save();
        } catch (error) {
          console.error(`stripe-sandbox: ${path} cannot be written`, error);
        }
      }, delayMs);
    },
    save,
  };
}
