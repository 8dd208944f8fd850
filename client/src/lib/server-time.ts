let aheadMs = 0;

/** The `Date` header has whole seconds: take its middle, and move only when the clocks really disagree. */
export function noteServerDate(header: string | null): void {
  const serverMs = Date.parse(header ?? '');
  if (Number.isNaN(serverMs)) return;
  const seenMs = serverMs + 500 - Date.now();
  if (Math.abs(seenMs - aheadMs) > 1_000) aheadMs = Math.abs(seenMs) > 1_000 ? seenMs : 0;
}

/** Now, as the server sees it: a session's end is the server's. [AUTH-3] */
export function serverNowMs(): number {
  return Date.now() + aheadMs;
}
