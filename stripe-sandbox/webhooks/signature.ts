import { createHmac } from 'node:crypto';

/** `t=…,v1=…`, with one v1 for each secret that is valid during a roll. */
export function signatureHeader(body: string, secrets: readonly string[], timestamp: number): string {
  const signatures = secrets.map((secret) => {
    return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  });
  return [`t=${timestamp}`, ...signatures.map((signature) => `v1=${signature}`)].join(',');
}
