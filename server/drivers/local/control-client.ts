import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { DesktopCommand, DesktopState } from '../../../shared/desktop.ts';

export interface ControlLink {
  send(command: DesktopCommand): void;
  close(): void;
}

/** Dials a supervisor: every state it tells reaches `onState`, the end of the line `onClose`, once. */
export function dialControl(
  path: string,
  handlers: { onState: (state: DesktopState) => void; onClose: () => void },
): ControlLink {
  const socket = connect(path);
  socket.on('error', () => socket.destroy());
  socket.once('close', handlers.onClose);
  const lines = createInterface({ input: socket });
  lines.on('error', () => socket.destroy());
  lines.on('line', (line) => {
    try {
      handlers.onState(JSON.parse(line) as DesktopState);
    } catch {
      socket.destroy();
    }
  });
  return {
    send: (command) => void socket.write(`${JSON.stringify(command)}\n`),
    close() {
      socket.off('close', handlers.onClose);
      lines.close();
      socket.destroy();
    },
  };
}

/** Sends a command and resolves with the first state that shows it was obeyed; null when the line ended. */
export function command(
  path: string,
  message: DesktopCommand,
  obeyed: (state: DesktopState) => boolean,
  timeoutMs: number,
): Promise<DesktopState | null> {
  return new Promise((resolve) => {
    const end = (state: DesktopState | null) => {
      clearTimeout(timer);
      link.close();
      resolve(state);
    };
    const timer = setTimeout(() => end(null), timeoutMs);
    const link = dialControl(path, {
      onState: (state) => obeyed(state) && end(state),
      onClose: () => end(null),
    });
    link.send(message);
  });
}
