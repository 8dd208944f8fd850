import { createHash, randomBytes } from 'node:crypto';

type Prefix =
  | 'buy'
  | 'ord'
  | 'ses'
  | 'agt'
  | 'dsk'
  | 'tsk'
  | 'fam'
  | 'jti'
  | 'tok'
  | 'shr'
  | 'plb'
  | 'sec'
  | 'apr';

/** A random id of 120 bits: `ses_` + 20 characters of base64url. */
export function newId(prefix: Prefix): string {
  return `${prefix}_${randomBytes(15).toString('base64url')}`;
}

/** An opaque credential of 256 bits. Only its hash is ever stored. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
