import pino, { type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

// Tokens never reach a log on purpose; these are the second line of defence. [OPS-1]
const redact = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["sec-websocket-protocol"]',
  '*.token',
  '*.ticket',
  '*.accessToken',
  '*.secret',
];

/** Structured logs: time (ISO 8601), level by name, `event`, and the ids bound by each part. [OPS-1] */
export function createLog(
  level: string,
  format: 'auto' | 'json' | 'pretty',
  stream?: DestinationStream,
): Log {
  const options = {
    level,
    redact: { paths: redact, censor: '[redacted]' },
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (stream) return pino(options, stream);
  // Pretty is for eyes: whatever is not a terminal gets JSON.
  if (format === 'json' || (format === 'auto' && !process.stdout.isTTY)) return pino(options);
  const { formatters: _, ...plain } = options; // pino-pretty wants numeric levels
  return pino({
    ...plain,
    transport: { target: 'pino-pretty', options: { ignore: 'pid', translateTime: 'SYS:HH:MM:ss' } },
  });
}
