import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isPasswordHash } from './admin/password.ts';

/** The only reader of the environment. Settings may be logged; secrets may not. */
export interface Config {
  settings: Settings;
  secrets: Secrets;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));

const csv = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

const origin = z.string().refine((text) => {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}, 'must be an origin such as https://example.com, without a path');

const hostPort = z.string().regex(/^[^:\s]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i, 'must be host:port');

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: integer(0, 65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: origin.optional(),
  DATABASE_URL: z.string().startsWith('postgres', 'must start with postgres://').optional(),
  DATA_DIR: z.string().startsWith('/', 'must be an absolute path').optional(),
  STRIPE_SECRET_KEY: z.string().startsWith('sk_', 'must start with sk_').optional(),
  STRIPE_WEBHOOK_SECRET: csv.pipe(z.array(z.string().startsWith('whsec_')).min(1).max(2)).optional(),
  STRIPE_API_URL: origin.optional(),
  STRIPE_SANDBOX_PORT: integer(1, 65535).optional(),
  PRICE_CENTS: integer(50, 1_000_000).default(100),
  CURRENCY: z
    .string()
    .regex(/^[a-z]{3}$/, 'must be three lower-case letters')
    .default('usd'),
  SESSION_TTL_MS: integer(1_000, 30 * 86_400_000).default(86_400_000),
  /** How long results and files are kept for the receipt; 0 forgets them at once. [SES-9] */
  RETENTION_MS: integer(0, 365 * 86_400_000).default(7 * 86_400_000),
  /** Five minutes at most. [AUTH-1] */
  ACCESS_TOKEN_MS: integer(10_000, 300_000).default(300_000),
  JWT_KEYS_FILE: z.string().startsWith('/').optional(),
  /** Closes the secrets of sessions; every server of one database needs the same. [AGT-7] */
  SECRETS_KEY_FILE: z.string().startsWith('/').optional(),
  TRUST_PROXY: flag.default(false),
  MAX_SESSIONS: integer(1, 10_000).default(8),
  WARM_DESKTOPS: integer(0, 100).default(1),
  DRIVER: z.enum(['local']).default('local'),
  HEARTBEAT_MS: integer(100, 600_000).default(30_000),
  ALLOWED_ORIGINS: csv.pipe(z.array(origin)).default([]),
  EGRESS_ALLOW_PRIVATE: csv.pipe(z.array(hostPort)).default([]),
  ADMIN_PASSWORD_HASH: z
    .string()
    .refine(isPasswordHash, 'must be what npm run hash-password prints, in single quotes')
    .optional(),
  LLM_PROVIDER: z.enum(['openai-compatible', 'openai', 'anthropic']).optional(),
  LLM_BASE_URL: httpUrl.optional(),
  LLM_API_KEY: z.string().optional(),
  LLM_MODEL: z.string().max(200).optional(),
  LLM_MAX_STEPS: integer(1, 1_000).default(50),
  LLM_MAX_TOKENS: integer(1_000, 100_000_000).default(1_000_000),
  LLM_MAX_COST_CENTS: integer(1, 1_000_000).default(50),
  LLM_MAX_SESSION_COST_CENTS: integer(1, 10_000_000).default(200),
  LLM_INPUT_CENTS_PER_MTOK: integer(0, 1_000_000).default(300),
  LLM_OUTPUT_CENTS_PER_MTOK: integer(0, 1_000_000).default(1_500),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['auto', 'json', 'pretty']).default('auto'),
});

/** Every variable that the product reads: `.env.example` is held equal to it by a test. */
export const ENVIRONMENT_VARIABLES = Object.keys(environment.shape);

export type Settings = Omit<z.infer<typeof environment>, SecretName | 'PUBLIC_URL' | 'DATA_DIR'> & {
  /** Absent until the port is known when PORT is 0. */
  PUBLIC_URL: string | undefined;
  DATA_DIR: string;
  /** Without Stripe's keys the server runs against the sandbox and says so on every page. */
  testPayments: boolean;
};

type SecretName =
  | 'DATABASE_URL'
  | 'STRIPE_SECRET_KEY'
  | 'STRIPE_WEBHOOK_SECRET'
  | 'ADMIN_PASSWORD_HASH'
  | 'LLM_API_KEY';
export type Secrets = Pick<z.infer<typeof environment>, SecretName>;

/**
 * Reads, shapes and cross-checks the environment once.
 * @throws {ConfigError} naming every variable that is wrong and what it must be.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(present);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  }
  const {
    DATABASE_URL,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRET,
    ADMIN_PASSWORD_HASH,
    LLM_API_KEY,
    ...settings
  } = parsed.data;
  const problems = modelProblems(parsed.data);
  if (settings.NODE_ENV === 'production') {
    if (!STRIPE_SECRET_KEY) problems.push('STRIPE_SECRET_KEY: production takes real payments only; set it');
    if (!settings.JWT_KEYS_FILE)
      problems.push('JWT_KEYS_FILE: production needs a key file of its own; set it');
    if (!settings.PUBLIC_URL) problems.push('PUBLIC_URL: production needs its public origin; set it');
  }
  if (STRIPE_SECRET_KEY && !STRIPE_WEBHOOK_SECRET) {
    problems.push(
      'STRIPE_WEBHOOK_SECRET: needed beside STRIPE_SECRET_KEY; copy it from the webhook endpoint',
    );
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return Object.freeze({
    settings: Object.freeze({
      ...settings,
      DATA_DIR: settings.DATA_DIR ?? defaultDataDir(env),
      PUBLIC_URL: settings.PUBLIC_URL ?? (settings.PORT ? `http://localhost:${settings.PORT}` : undefined),
      testPayments: !STRIPE_SECRET_KEY,
    }),
    secrets: Object.freeze({
      ...{ DATABASE_URL, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, ADMIN_PASSWORD_HASH, LLM_API_KEY },
    }),
  });
}

/** Half of a language model's settings is worse than none. [AGT-3] */
function modelProblems(env: z.infer<typeof environment>): string[] {
  const { LLM_PROVIDER, LLM_BASE_URL, LLM_API_KEY, LLM_MODEL } = env;
  if (!LLM_MODEL) {
    const given = LLM_PROVIDER || LLM_BASE_URL || LLM_API_KEY;
    return given ? ['LLM_MODEL: needed beside the other LLM_ settings; name the model'] : [];
  }
  if (LLM_PROVIDER === 'openai' || LLM_PROVIDER === 'anthropic') {
    return LLM_API_KEY ? [] : [`LLM_API_KEY: needed for LLM_PROVIDER=${LLM_PROVIDER}; set it`];
  }
  return LLM_BASE_URL
    ? []
    : ['LLM_BASE_URL: needed for an OpenAI-compatible model, such as http://127.0.0.1:11434/v1'];
}

function defaultDataDir(env: NodeJS.ProcessEnv): string {
  // Root's home is closed to the users that PostgreSQL and the desktops run as.
  if (process.getuid?.() === 0) return '/var/lib/onedollaragent';
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'onedollaragent');
}
