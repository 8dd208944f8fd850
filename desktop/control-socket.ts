import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Confinement, DesktopCommand } from '../shared/desktop.ts';
import { parseOriginRule } from '../shared/origin-rule.ts';
import type { StatusBoard } from './status.ts';

const LINE_BYTES_MAX = 16 * 1024;

/** JSON lines both ways: every status is streamed, commands come back. Only the desktop's user may dial. */
export async function startControlSocket(
  path: string,
  board: StatusBoard,
  onCommand: (command: DesktopCommand) => void,
): Promise<{ close(): void }> {
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    const tell = () => socket.write(`${JSON.stringify(board.state())}\n`);
    const stopTelling = board.onChange(tell);
    tell();
    socket.on('close', () => {
      clients.delete(socket);
      stopTelling();
    });
    socket.on('error', () => socket.destroy());
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      if (text.length > LINE_BYTES_MAX) socket.destroy();
      for (const line of lines) {
        const command = parseCommand(line);
        if (!command) return socket.destroy();
        if (command.type === 'status') tell();
        else onCommand(command);
      }
    });
  });
  await listen(server, path);
  chmodSync(path, 0o600);
  return {
    close() {
      server.close();
      for (const client of clients) client.destroySoon();
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

/** Null for anything that is not a command: the caller hangs up. */
export function parseCommand(line: string): DesktopCommand | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  if (value.type === 'status' || value.type === 'stop') return { type: value.type };
  if (value.type === 'confine' && 'to' in value) {
    if (value.to === null) return { type: 'confine', to: null };
    return isConfinement(value.to) ? { type: 'confine', to: value.to } : null;
  }
  if (value.type !== 'set-deadline' || !('deadline' in value)) return null;
  return isTime(value.deadline) ? { type: 'set-deadline', deadline: value.deadline } : null;
}

function isConfinement(value: unknown): value is Confinement {
  if (typeof value !== 'object' || value === null || !('origins' in value) || !('until' in value))
    return false;
  const { origins, until } = value;
  // One that cannot be read must not be dropped in silence: the others alone would be another promise.
  return isTime(until) && Array.isArray(origins) && origins.every((text) => isRule(text));
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isRule = (value: unknown) => typeof value === 'string' && parseOriginRule(value) !== null;
