import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';

/** A private Ed25519 key as `JWT_KEYS_FILE` holds it; times are seconds since 1970, as in a JWT. */
export interface StoredKey {
  kty: 'OKP';
  crv: 'Ed25519';
  kid: string;
  x: string;
  d: string;
  /** Signs only from then on, when every server has read the file. */
  nbf?: number;
  /** Is worth nothing from then on. */
  exp?: number;
  /** Is worth nothing at once. */
  revoked?: boolean;
}

/** A new key waits this long before it signs: servers look at the file every 2 s. */
const PUBLISH_MS = 5_000;
/** The longest life of an access token, and a minute for clocks that disagree. [AUTH-8] */
export const OVERLAP_MS = 360_000;

/** Never quotes what it read: these are private keys, and the sentence goes to a log. */
export function parseKeyFile(text: string): StoredKey[] {
  const keys = readKeys(text);
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('it must be {"keys": [at least one key]}');
  for (const [index, key] of keys.entries()) {
    const problem = problemOf(key);
    if (problem) throw new Error(`keys[${index}] ${problem}`);
  }
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw new Error('two keys have the same kid');
  if (keys.every(({ revoked }) => revoked)) throw new Error('every key is revoked, so none may sign');
  return keys;
}

function readKeys(text: string): StoredKey[] | undefined {
  try {
    return (JSON.parse(text) as { keys?: StoredKey[] } | null)?.keys;
  } catch {
    throw new Error('it is not JSON');
  }
}

function problemOf(key: StoredKey | null): string | null {
  const isPrivate = key?.kty === 'OKP' && key.crv === 'Ed25519' && typeof key.d === 'string';
  if (!isPrivate || typeof key.x !== 'string') return 'is not a private Ed25519 key';
  if (typeof key.kid !== 'string' || key.kid === '') return 'has no kid';
  const times = [key.nbf, key.exp].filter((time) => time !== undefined);
  return times.every(Number.isFinite) ? null : 'has an nbf or exp that is no number of seconds';
}

export async function newStoredKey(): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x, d } = await exportJWK(privateKey);
  return { kty: 'OKP', crv: 'Ed25519', kid: crypto.randomUUID(), x: x as string, d: d as string };
}

/** The new key first; the others die one after another, and the dead ones go. [AUTH-8] */
export function rotated(keys: readonly StoredKey[], next: StoredKey, nowMs: number): StoredKey[] {
  const nbf = Math.ceil((nowMs + PUBLISH_MS) / 1000);
  const exp = nbf + OVERLAP_MS / 1000;
  const alive = keys.filter((key) => (key.exp ?? Number.POSITIVE_INFINITY) * 1000 > nowMs);
  return [{ ...next, nbf }, ...alive.map((key) => ({ ...key, exp: key.exp ?? exp }))];
}

/** Readers see the old file or the new one, never half of either. */
export async function writeKeyFile(file: string, keys: readonly StoredKey[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 });
  await chmod(partial, 0o600);
  await rename(partial, file);
}
