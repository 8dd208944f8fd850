/** WebSocket close codes that both ends understand. `retry` says what a client may do with one. [RT-7] */
export const CLOSE = {
  policy: { code: 1008, reason: 'policy', retry: 'never' },
  restart: { code: 1012, reason: 'restart', retry: 'backoff' },
  tryLater: { code: 1013, reason: 'try-later', retry: 'backoff' },
  authenticate: { code: 4401, reason: 'authenticate', retry: 'refresh' },
  revoked: { code: 4403, reason: 'revoked', retry: 'never' },
  authTimeout: { code: 4408, reason: 'authentication-timeout', retry: 'backoff' },
  takenElsewhere: { code: 4409, reason: 'taken-elsewhere', retry: 'never' },
  sessionEnded: { code: 4410, reason: 'session-ended', retry: 'never' },
  tooFast: { code: 4429, reason: 'too-fast', retry: 'backoff' },
} as const satisfies Record<string, Close>;

export interface Close {
  code: number;
  /** At most 123 bytes: the limit of a close frame. */
  reason: string;
  /** `refresh`: get a new token, then reconnect. `backoff`: reconnect with back-off. `never`: terminal. */
  retry: 'never' | 'backoff' | 'refresh';
}

/** What a received close code asks of a client; an unknown code is a network failure and is retried. */
export function retryFor(code: number): Close['retry'] {
  return Object.values(CLOSE).find((close) => close.code === code)?.retry ?? 'backoff';
}
