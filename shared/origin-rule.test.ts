import { describe, expect, it } from 'vitest';
import { isAllowedHost, isAllowedUrl, type OriginRule, parseOriginRule } from './origin-rule.ts';

const rules = (...texts: string[]) => texts.map((text) => parseOriginRule(text) as OriginRule);

describe('origin rules', () => {
  it.each([
    'example.com',
    'ftp://example.com',
    'https://example.com/',
    'https://example.com/path',
    'https://user@example.com',
    'https://*',
    'https://*.com',
    'https://a.*.com',
    'https://exa*mple.com',
    'https://example.com?x',
    'javascript:alert(1)',
  ])('[AGT-9] %s is no rule', (text) => expect(parseOriginRule(text)).toBeNull());

  it.each([
    ['https://example.com', 'https://example.com/a?b', true],
    ['https://example.com', 'https://EXAMPLE.com.:443/', true],
    ['https://example.com', 'wss://example.com/live', true],
    ['https://example.com', 'http://example.com/', false],
    ['https://example.com', 'https://example.com:8443/', false],
    ['https://example.com', 'https://www.example.com/', false],
    ['https://example.com', 'https://example.com.evil.test/', false],
    ['https://example.com', 'https://evil.test/example.com', false],
    ['https://example.com', 'https://example.com@evil.test/', false],
    ['https://*.example.com', 'https://a.b.example.com/', true],
    ['https://*.example.com', 'https://example.com/', false],
    ['https://*.example.com', 'https://notexample.com/', false],
    ['http://127.0.0.1:81', 'http://2130706433:81/', true],
    ['https://bücher.example', 'https://xn--bcher-kva.example/', true],
    ['https://apple.com', 'https://аpple.com/', false],
    ['https://example.com', 'data:text/html,x', false],
  ])('[AGT-9] %s and %s: %s', (rule, url, allowed) => {
    expect(isAllowedUrl(rules(rule), url)).toBe(allowed);
  });

  it('[AGT-9] a tunnel is judged by host and port', () => {
    const some = rules('https://example.com', 'http://plain.example');
    expect(isAllowedHost(some, 'example.com', 443)).toBe(true);
    expect(isAllowedHost(some, 'example.com', 80)).toBe(false);
    expect(isAllowedHost(some, 'plain.example', 80)).toBe(true);
    expect(isAllowedHost(some, 'plain.example', 443)).toBe(false);
  });
});
