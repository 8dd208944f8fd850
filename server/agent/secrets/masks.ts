import type { Page } from 'playwright-core';
import { createMasker, DOTS, type Hidden, type Masker, shownSecret } from './masker.ts';
import { passwordsIn } from './passwords-in.ts';
import type { OpenSecret, Secrets } from './secret-store.ts';

/** A page could fill password fields without end. */
const PASSWORDS_MAX = 100;
/** Passwords by hand may be short; as a part of other texts such a one would blot them out. */
const PASSWORD_MIN = 4;

/** What nobody may read of one session, as one call knows it. */
export interface Mask {
  readonly secrets: readonly OpenSecret[];
  /** Learns what the page's password fields hold: also when the page shows it as text later. */
  look(page: Page): Promise<void>;
  masker(): Masker;
}

export interface Masks {
  open(sessionId: string): Promise<Mask>;
  /** The cascade's step. */
  forget(sessionId: string): void;
}

/** One memory a session of the values that are masked everywhere. [AGT-7] */
export function createMasks(secrets: Secrets): Masks {
  const seen = new Map<string, Set<string>>();

  return {
    async open(sessionId) {
      const opened = await secrets.open(sessionId);
      const passwords = seen.get(sessionId) ?? new Set<string>();
      seen.set(sessionId, passwords);
      let masker: Masker | null = null;
      return {
        secrets: opened,
        async look(page) {
          for (const password of await passwordsIn(page)) {
            if (password.length < PASSWORD_MIN || passwords.has(password)) continue;
            passwords.add(password);
            const [oldest] = passwords;
            if (passwords.size > PASSWORDS_MAX && oldest !== undefined) passwords.delete(oldest);
            masker = null;
          }
        },
        masker() {
          masker ??= createMasker([...named(opened), ...[...passwords].map(dotted)]);
          return masker;
        },
      };
    },
    forget: (sessionId) => void seen.delete(sessionId),
  };
}

const named = (secrets: readonly OpenSecret[]): Hidden[] =>
  secrets.flatMap(({ name, value }) => (value === null ? [] : [{ value, shown: shownSecret(name) }]));

const dotted = (value: string): Hidden => ({ value, shown: DOTS });
