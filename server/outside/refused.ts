/** Why an outside agent may not act now, in words that say what to do; `code` is stable. */
export class OutsideRefused extends Error {
  override readonly name = 'OutsideRefused';
  readonly code: OutsideRefusal;
  constructor(code: OutsideRefusal, message: string = WORDS[code]) {
    super(message);
    this.code = code;
  }
}

export type OutsideRefusal = keyof typeof WORDS;

const WORDS = {
  'human-has-control':
    'A human has control of this browser. Ask them to give it back on the page (“Give to agent”), then look at the page again before you act.',
  'task-running': 'Another task has this browser. Wait until it has ended, or have its owner cancel it.',
  busy: 'Another call of this token is under way. Wait for its answer.',
  cancelled: 'The owner stopped this on the page. Ask them before you go on.',
  'session-ended': 'This session has ended; its browser is gone.',
  'desktop-not-ready': 'The browser is starting. Try again in a moment.',
  'token-revoked': 'This API token is unknown, revoked or expired. Ask the owner for a new one.',
  restarting: 'The server is restarting. Try again in a moment.',
  'client-gone': 'The client went away before the call was done.',
  interrupted: 'The server stopped during this call; look at the page before you go on.',
} as const;
