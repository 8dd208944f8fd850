import { parseArgs } from 'node:util';
import type { StripeSandboxOptions } from './sandbox.ts';

export const USAGE = `usage: node stripe-sandbox/main.ts [--port 3001] [--host 127.0.0.1] [--public-url URL]
       [--data-file FILE] [--webhook-url URL --webhook-secret whsec_…] [--parent-stdin]`;

export class UsageError extends Error {}

export interface ProgramOptions {
  sandbox: StripeSandboxOptions;
  /** End when stdin closes, so that nothing outlives a killed parent. */
  parentStdin: boolean;
}

export function parseArguments(args: string[]): ProgramOptions {
  const values = readValues(args);
  const { 'webhook-url': url, 'webhook-secret': secret } = values;
  if ((url === undefined) !== (secret === undefined)) {
    throw new UsageError('--webhook-url and --webhook-secret belong together: give both or neither.');
  }
  if (secret !== undefined && !/^whsec_\w{8,}$/.test(secret)) {
    throw new UsageError('--webhook-secret must be whsec_ and at least 8 letters or digits.');
  }
  return {
    parentStdin: values['parent-stdin'] ?? false,
    sandbox: {
      port: portOf(values.port ?? '3001'),
      host: values.host,
      publicUrl: webUrlOf('--public-url', values['public-url']),
      dataFile: values['data-file'],
      webhookEndpoints: url && secret ? [{ url: webUrlOf('--webhook-url', url) ?? url, secret }] : [],
    },
  };
}

function readValues(args: string[]) {
  try {
    const options = {
      port: { type: 'string' },
      host: { type: 'string' },
      'public-url': { type: 'string' },
      'data-file': { type: 'string' },
      'webhook-url': { type: 'string' },
      'webhook-secret': { type: 'string' },
      'parent-stdin': { type: 'boolean' },
    } as const;
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function portOf(value: string): number {
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not "${value}".`);
}

function webUrlOf(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (/^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
  throw new UsageError(`${name} must be an http or https address, not "${value}".`);
}
