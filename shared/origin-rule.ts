/** `https://example.com`, or `https://*.example.com` for every name below it and not itself. [AGT-9] */
export interface OriginRule {
  protocol: 'http:' | 'https:';
  host: string;
  /** The host is what must come before: any name below it. */
  below: boolean;
  port: number;
}

const PORTS = { 'http:': 80, 'https:': 443 } as const;

/** Null for what is no rule: a path, a user, another protocol, a star elsewhere. */
export function parseOriginRule(text: string): OriginRule | null {
  const below = /^https?:\/\/\*\.[^/]*\./i.test(text);
  const url = URL.parse(below ? text.replace('*.', '') : text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return null;
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/') return null;
  if (text.endsWith('/') || url.hostname.includes('*')) return null;
  const port = url.port ? Number(url.port) : PORTS[url.protocol];
  return { protocol: url.protocol, host: plainHost(url.hostname), below, port };
}

/** Whether one of the rules lets `url` be asked for. A WebSocket counts as its http origin. */
export function isAllowedUrl(rules: readonly OriginRule[], url: string): boolean {
  const parsed = URL.parse(url.replace(/^ws(s?):/i, 'http$1:'));
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') return false;
  const { protocol } = parsed;
  const port = parsed.port ? Number(parsed.port) : PORTS[protocol];
  return rules.some((rule) => rule.protocol === protocol && isAllowedHost([rule], parsed.hostname, port));
}

/** The same for a tunnel, of which only host and port are known. */
export function isAllowedHost(rules: readonly OriginRule[], host: string, port: number): boolean {
  const name = plainHost(host);
  return rules.some(
    (rule) => rule.port === port && (rule.below ? name.endsWith(`.${rule.host}`) : name === rule.host),
  );
}

const plainHost = (host: string) => host.toLowerCase().replace(/\.$/, '');
