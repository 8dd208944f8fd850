import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newStoredKey, parseKeyFile, rotated, writeKeyFile } from '../server/auth/key-file.ts';
import { readConfig } from '../server/config.ts';

/** Puts a new key first in JWT_KEYS_FILE. Servers follow by themselves, and nobody is signed out. [AUTH-8] */
const { settings } = readConfig({ ...process.env, NODE_ENV: 'development' });
const file = settings.JWT_KEYS_FILE ?? join(settings.DATA_DIR, 'jwt-keys.json');

const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'ENOENT') throw error;
  return null;
});
const next = await newStoredKey();
try {
  await writeKeyFile(file, text === null ? [next] : rotated(parseKeyFile(text), next, Date.now()));
} catch (error) {
  process.stderr.write(`${file} is left as it is: ${(error as Error).message}\n`);
  process.exit(1);
}
process.stderr.write(
  text === null
    ? `Made ${file} with the key ${next.kid}.\n`
    : `${next.kid} signs in 5 s; the keys before it are worth nothing 6 minutes later.\n`,
);
