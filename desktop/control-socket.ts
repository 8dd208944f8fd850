import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { DesktopCommand } from '../shared/desktop.ts';
import type { StatusBoard } from './status.ts';

const LINE_BYTES_MAX = 4096;

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
  if (value.type !== 'set-deadline' || !('deadline' in value)) return null;
  if (typeof value.deadline !== 'string' || Number.isNaN(Date.parse(value.deadline))) return null;
  return { type: 'set-deadline', deadline: value.deadline };
}
