interface EndingWords {
  title: string;
  body: string;
  /** For a row of a table. */
  short: string;
}

/** Why a session is over, in a sentence each; `reason` is an `endedReason` or a close reason. [UI-2] [RT-7] */
const words: Record<string, EndingWords> = {
  expired: {
    short: 'time ran out',
    title: 'Time is up.',
    body: 'Your session ran its full time, and the browser was shut down.',
  },
  'ended-by-owner': {
    short: 'by you',
    title: 'You ended this session.',
    body: 'The browser was shut down before its time was over, as you asked.',
  },
  refunded: {
    short: 'refunded',
    title: 'This session was refunded.',
    body: 'The payment went back the way it came, so the browser was shut down. Banks take a few days to show it.',
  },
  disputed: {
    short: 'payment disputed',
    title: 'This session was stopped by a dispute.',
    body: 'The payment was disputed with the bank, so the browser was shut down.',
  },
  'revoked-by-operator': {
    short: 'by the operator',
    title: 'The operator ended this session.',
    body: 'The browser was shut down. If you think that this is a mistake, write to whoever runs this server.',
  },
  failed: {
    short: 'browser failed',
    title: 'Your browser could not be kept running.',
    body: 'A browser that never came up, or was lost in its first ten minutes, is refunded automatically. You can try again.',
  },
  revoked: {
    short: 'access withdrawn',
    title: 'Access was withdrawn.',
    body: 'This page may no longer connect to the session.',
  },
};

const unknown: EndingWords = {
  short: 'over',
  title: 'This session has ended.',
  body: 'The browser was shut down.',
};

export function endingWords(reason: string | null): EndingWords {
  return (reason && words[reason]) || unknown;
}
