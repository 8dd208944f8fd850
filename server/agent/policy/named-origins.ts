import { type OriginRule, parseOriginRule } from '../../../shared/origin-rule.ts';

const ADDRESS = /\bhttps?:\/\/[^\s"'<>()[\]{}\\]+/gi;
const HOST = /(?<![@\w./:-])((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})(?![\w@-])/gi;
const NAMED_MAX = 200;

/** The origins that a task's owner wrote down, as addresses or as bare names. [AGT-5] */
export function namedOrigins(input: unknown): OriginRule[] {
  const text = JSON.stringify(input) ?? '';
  const addresses = [...text.matchAll(ADDRESS)].flatMap(([url]) => URL.parse(url)?.origin ?? []);
  const hosts = [...text.matchAll(HOST)].flatMap(([, host = '']) => {
    const plain = host.replace(/^www\./i, '');
    return [plain, `www.${plain}`].flatMap((name) => [`https://${name}`, `http://${name}`]);
  });
  const named = [...new Set([...addresses, ...hosts])].slice(0, NAMED_MAX);
  return named.flatMap((origin) => parseOriginRule(origin) ?? []);
}
