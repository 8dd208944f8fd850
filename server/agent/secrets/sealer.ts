import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Closes values so that a copy of the database opens none of them. [AGT-7] */
export interface Sealer {
  /** `about` is not secret: the same words must be given to open it, so a row cannot pose as another. */
  seal(value: string, about: string): string;
  /** Null when it was sealed by another key, or about something else. */
  unseal(sealed: string, about: string): string | null;
}

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Reads the key file, or makes it: of servers that start at once, the first one's counts. */
export async function openSealer(keyFile: string): Promise<Sealer> {
  const made = `${randomBytes(KEY_BYTES).toString('base64url')}\n`;
  await mkdir(dirname(keyFile), { recursive: true });
  await writeFile(keyFile, made, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const key = Buffer.from((await readFile(keyFile, 'utf8')).trim(), 'base64url');
  if (key.length !== KEY_BYTES) throw new Error(`${keyFile} must hold ${KEY_BYTES} bytes as base64url`);
  return createSealer(key);
}

export function createSealer(key: Buffer): Sealer {
  return {
    seal(value, about) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(about));
      const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    unseal(sealed, about) {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
      decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        return (
          decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        return null;
      }
    },
  };
}
