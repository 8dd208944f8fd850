/** Where the screenshot of a result lies, below our own API only; null when the value is something else. */
export function screenshotPath(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('screenshot' in value)) return null;
  const path = value.screenshot;
  return typeof path === 'string' && /^\/api\/[\w/-]+$/.test(path) ? path : null;
}
