import { readFile, stat } from 'node:fs/promises';
import { importJWK } from 'jose';
import { ConfigError } from '../config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { periodic } from '../lib/periodic.ts';
import { newStoredKey, OVERLAP_MS, parseKeyFile, type StoredKey, writeKeyFile } from './key-file.ts';

/** Signing keys by `kid`. Read both anew each time: they change while the server runs. [AUTH-8] */
export interface KeyRing {
  readonly signing: { kid: string; key: CryptoKey };
  readonly verifying: ReadonlyMap<string, CryptoKey>;
}

export interface WatchedKeyRing extends KeyRing {
  /** Reads the file now; a file that makes no sense is logged, and the old keys stay. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

interface Key {
  kid: string;
  signing: CryptoKey;
  verifying: CryptoKey;
  signsFromMs: number;
  diesAtMs: number;
  revoked: boolean;
}

const LOOK_MS = 2_000;

/**
 * Reads a private JWKS of Ed25519 keys and follows its changes. The first key signs, all verify, and one that
 * was taken out verifies until no token of it can be alive.
 * @throws {ConfigError} when the file is missing and may not be made, or is not such a set.
 */
export async function watchKeys(
  file: string,
  options: { mayCreate: boolean; clock: Clock; log: Log },
): Promise<WatchedKeyRing> {
  const { clock, log } = options;
  let keys: readonly Key[] = await firstRead(file, options.mayCreate);
  let seen = await versionOf(file);
  const removed = new Map<string, { verifying: CryptoKey; diesAtMs: number }>();

  async function look(): Promise<void> {
    const version = await versionOf(file);
    if (version === seen) return;
    seen = version;
    try {
      replace(await read(file));
      log.info({ event: 'keys.reloaded', signing: signing().kid, keys: keys.length });
    } catch (error) {
      // Not the error itself: what it quotes could be a key.
      log.error({ event: 'keys.reload-failed', file, reason: reasonOf(error) });
    }
  }

  function replace(next: readonly Key[]): void {
    const overlapEndsMs = clock.now() + OVERLAP_MS;
    for (const { kid, verifying, diesAtMs, revoked } of keys) {
      if (!revoked) removed.set(kid, { verifying, diesAtMs: Math.min(diesAtMs, overlapEndsMs) });
    }
    for (const { kid } of next) removed.delete(kid);
    keys = next;
  }

  function signing(): Key {
    const now = clock.now();
    const usable = keys.filter(({ revoked }) => !revoked);
    const key = usable.find(({ signsFromMs, diesAtMs }) => signsFromMs <= now && now < diesAtMs) ?? usable[0];
    if (!key) throw new Error('no key may sign'); // parseKeyFile refuses such a file
    return key;
  }

  const watch = periodic('keys.look', LOOK_MS, log, look);
  return {
    get signing() {
      const { kid, signing: key } = signing();
      return { kid, key };
    },
    get verifying() {
      const now = clock.now();
      for (const [kid, { diesAtMs }] of removed) if (diesAtMs <= now) removed.delete(kid);
      const alive = keys.filter(({ revoked, diesAtMs }) => !revoked && now < diesAtMs);
      return new Map([...removed, ...alive.map((key) => [key.kid, key] as const)].map(verifierOf));
    },
    async reload() {
      seen = '';
      await watch.kick();
    },
    stop: watch.stop,
  };
}

const verifierOf = ([kid, { verifying }]: readonly [string, { verifying: CryptoKey }]) =>
  [kid, verifying] as const;

async function firstRead(file: string, mayCreate: boolean): Promise<Key[]> {
  try {
    return await read(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new ConfigError(`JWT_KEYS_FILE: ${file} cannot be used: ${reasonOf(error)}`);
    }
  }
  if (!mayCreate) {
    throw new ConfigError(`JWT_KEYS_FILE: ${file} does not exist; make it with: npm run rotate-keys`);
  }
  await writeKeyFile(file, [await newStoredKey()]);
  return read(file);
}

async function read(file: string): Promise<Key[]> {
  const stored = parseKeyFile(await readFile(file, 'utf8'));
  return Promise.all(stored.map(imported));
}

async function imported({ kty, crv, x, d, kid, nbf, exp, revoked }: StoredKey): Promise<Key> {
  return {
    kid,
    signing: (await importJWK({ kty, crv, x, d }, 'EdDSA')) as CryptoKey,
    verifying: (await importJWK({ kty, crv, x }, 'EdDSA')) as CryptoKey,
    signsFromMs: (nbf ?? 0) * 1000,
    diesAtMs: exp === undefined ? Number.POSITIVE_INFINITY : exp * 1000,
    revoked: revoked === true,
  };
}

/** Changes whenever the file does; no network mount delivers file events, but all of them tell this. */
async function versionOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => null);
  return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : 'missing';
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : 'unknown');
