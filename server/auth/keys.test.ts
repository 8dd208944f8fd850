import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { newStoredKey, OVERLAP_MS, parseKeyFile, rotated, type StoredKey, writeKeyFile } from './key-file.ts';
import { type WatchedKeyRing, watchKeys } from './keys.ts';
import { createTokens } from './tokens.ts';

const day = 86_400_000;
let dir: string;
let file: string;
let nowMs: number;
let lines: string[];
let ring: WatchedKeyRing;

const clock = { now: () => nowMs };
const stored = async () => parseKeyFile(await readFile(file, 'utf8'));
const issue = () => createTokens(ring, clock).issue('access', subject());
const accepted = (token: string) =>
  createTokens(ring, clock)
    .validateJWTToken(token, 'access')
    .then(
      () => true,
      () => false,
    );
const subject = () => ({
  ...{ buyerId: 'buy_1', sessionId: 'ses_1', agentId: 'agt_1' },
  sessionExpiresAt: new Date(nowMs + day),
});

async function save(keys: StoredKey[]): Promise<void> {
  await writeKeyFile(file, keys);
  await ring.reload();
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'oda-keys-'));
  file = join(dir, 'keys.json');
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  lines = [];
  const log = createLog('info', 'json', { write: (line: string) => void lines.push(line) });
  ring = await watchKeys(file, { mayCreate: true, clock, log });
});

afterEach(async () => {
  await ring.stop();
  await rm(dir, { recursive: true });
});

describe('key ring', () => {
  it('[AUTH-8] the new key signs once every server has read it; the old one dies after the overlap', async () => {
    const [old] = await stored();
    const next = await newStoredKey();
    await save(rotated(await stored(), next, nowMs));
    expect(ring.signing.kid).toBe(old?.kid);
    nowMs += 4_999;
    const { token: lastOfOld } = await issue();
    nowMs += 1;
    expect(ring.signing.kid).toBe(next.kid);
    expect(await accepted(lastOfOld)).toBe(true);
    nowMs += OVERLAP_MS - 1;
    expect([...ring.verifying.keys()]).toContain(old?.kid);
    nowMs += 1;
    expect([...ring.verifying.keys()]).toEqual([next.kid]);
  });

  it('[AUTH-8] three rotations in a row never leave a token without its key', async () => {
    const tokens: string[] = [];
    for (let rotation = 0; rotation < 3; rotation++) {
      tokens.push((await issue()).token);
      await save(rotated(await stored(), await newStoredKey(), nowMs));
      nowMs += 6_000;
    }
    expect(await Promise.all(tokens.map(accepted))).toEqual([true, true, true]);
    nowMs += OVERLAP_MS;
    await save(rotated(await stored(), await newStoredKey(), nowMs));
    expect(await stored()).toHaveLength(2);
  });

  it('[AUTH-8] a key that was taken out verifies for the overlap; a revoked one not at all', async () => {
    const [old] = await stored();
    const { token } = await issue();
    const next = await newStoredKey();
    await save([next]);
    expect(ring.signing.kid).toBe(next.kid);
    expect(await accepted(token)).toBe(true);
    nowMs += OVERLAP_MS;
    expect(ring.verifying.has(old?.kid ?? '')).toBe(false);

    await save([await newStoredKey(), { ...next, revoked: true }]);
    expect(ring.verifying.has(next.kid)).toBe(false);
    await save([await newStoredKey()]);
    expect(ring.verifying.has(next.kid)).toBe(false);
  });

  it.each([
    ['no JSON', '{"keys": [{"d": "c2VjcmV0"', 'not JSON'],
    ['no key', '{"keys": []}', 'at least one key'],
    ['a public key', '{"keys": [{"kty":"OKP","crv":"Ed25519","x":"c2VjcmV0","kid":"1"}]}', 'keys[0] is not'],
    ['a broken key', '{"keys": [{"kty":"OKP","crv":"Ed25519","x":"c2VjcmV0","d":"c2VjcmV0","kid":"1"}]}', ''],
  ])('[AUTH-8] a new file with %s is an error in the log, and the old keys stay', async (_, text, words) => {
    const { token } = await issue();
    await writeFile(file, text);
    await ring.reload();
    expect(await accepted(token)).toBe(true);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: 'error', event: 'keys.reload-failed' });
    expect(lines.at(-1)).toContain(words);
    expect(lines.join()).not.toContain('c2VjcmV0'); // [AUTH-5]
  });

  it('[AUTH-8] follows the file by itself', async () => {
    const next = await newStoredKey();
    await writeKeyFile(file, [next]);
    await utimes(file, new Date(), new Date(Date.now() + 1));
    await expect.poll(() => ring.signing.kid, { timeout: 5_000 }).toBe(next.kid);
  });
});
