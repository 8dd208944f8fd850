import { ConfigError } from './config.ts';
import { MigrationBlocked } from './db/migrate.ts';

interface SystemError extends NodeJS.ErrnoException {
  port?: number;
  address?: string;
}

const NO_ANSWER = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'];

/** Why the server could not start: one sentence for what people meet, the whole story for what they do not. */
export function startProblem(error: unknown): string {
  if (error instanceof ConfigError || error instanceof MigrationBlocked) return error.message;
  const { code = '', syscall, port, address, path, stack, message } = error as SystemError;
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is taken. Stop what uses it, or set another: PORT=${(port ?? 3000) + 10} npm start`;
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return `No permission for ${path ?? 'a file'}: set DATA_DIR to a folder that you own. (${message})`;
  }
  if (syscall === 'mkdir') return `The folder ${path} cannot be made: point DATA_DIR elsewhere. (${message})`;
  if (code === 'ENOSPC') return 'The disk is full: free some space or point DATA_DIR elsewhere.';
  if (NO_ANSWER.includes(code)) {
    return `PostgreSQL at DATABASE_URL does not answer (${message}). Start it, or leave DATABASE_URL out for one of our own.`;
  }
  // Classes of PostgreSQL's own codes: authorization, no such database.
  if (code.startsWith('28') || code === '3D000') return `PostgreSQL refuses DATABASE_URL: ${message}.`;
  return stack ?? String(error);
}
