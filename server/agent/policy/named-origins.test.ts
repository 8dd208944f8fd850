import { expect, it } from 'vitest';
import { isAllowedUrl } from '../../../shared/origin-rule.ts';
import { namedOrigins } from './named-origins.ts';

it('[AGT-5] takes as named what the owner wrote, and nothing beside it', () => {
  const rules = namedOrigins({
    instruction: 'Go to shop.example, then https://a.test:8443/x?y, and write to ada@mail.example.',
    steps: [{ navigate: 'http://plain.test/form' }],
  });
  const named = (url: string) => isAllowedUrl(rules, url);
  for (const url of [
    ...['https://shop.example/a', 'https://www.shop.example/', 'http://shop.example/'],
    ...['https://a.test:8443/', 'http://plain.test/other'],
  ]) {
    expect([url, named(url)]).toEqual([url, true]);
  }
  for (const url of [
    ...['https://a.test/', 'https://pay.shop.example/', 'https://plain.test/', 'https://mail.example/'],
    ...['https://shop.example.evil.test/', 'https://evil.test/shop.example'],
  ]) {
    expect([url, named(url)]).toEqual([url, false]);
  }
});
