import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, ENVIRONMENT_VARIABLES, readConfig } from './config.ts';

const example = readFileSync('.env.example', 'utf8');
const lines = example.matchAll(/^([A-Z_]+)=(.*)$/gm);
const exampleEnv = Object.fromEntries([...lines].map(([, name, value]) => [name, value]));

describe('configuration', () => {
  it('.env.example names every variable, and only those', () => {
    expect(Object.keys(exampleEnv).sort()).toEqual([...ENVIRONMENT_VARIABLES].sort());
  });

  it('.env.example holds the defaults', () => {
    expect(readConfig({ ...exampleEnv, DATA_DIR: '/d' })).toEqual(readConfig({ DATA_DIR: '/d' }));
  });

  it.each([
    ['PORT', '3000x'],
    ['PORT', '70000'],
    ['PUBLIC_URL', 'https://example.com/path'],
    ['PUBLIC_URL', 'example.com'],
    ['DATABASE_URL', 'mysql://x'],
    ['PRICE_CENTS', '49'],
    ['TRUST_PROXY', 'yes'],
    ['EGRESS_ALLOW_PRIVATE', '10.0.0.1'],
    ['ALLOWED_ORIGINS', 'https://a.example,*'],
    ['DATA_DIR', 'relative'],
    ['LLM_PROVIDER', 'gemini'],
    ['LLM_BASE_URL', 'localhost:11434'],
    ['LLM_MAX_STEPS', '0'],
    ['LLM_MAX_COST_CENTS', '1.5'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name}`));
  });

  it('[PAY-13] production refuses to run on the sandbox, on made-up keys or without an address', () => {
    expect(() => readConfig({ NODE_ENV: 'production' })).toThrow(
      /STRIPE_SECRET_KEY.*\nJWT_KEYS_FILE.*\nPUBLIC_URL/,
    );
  });

  it('wants the webhook secret beside the secret key', () => {
    expect(() => readConfig({ STRIPE_SECRET_KEY: 'sk_test_1' })).toThrow(/STRIPE_WEBHOOK_SECRET/);
  });

  it.each([
    [{ LLM_API_KEY: 'k' }, /^LLM_MODEL/],
    [{ LLM_MODEL: 'm' }, /^LLM_BASE_URL/],
    [{ LLM_MODEL: 'm', LLM_PROVIDER: 'anthropic' }, /^LLM_API_KEY/],
    [{ LLM_MODEL: 'm', LLM_PROVIDER: 'openai', LLM_BASE_URL: 'http://localhost/v1' }, /^LLM_API_KEY/],
  ])('[AGT-3] refuses half of a model: %j', (env, message) => {
    expect(() => readConfig(env)).toThrow(message);
  });

  it('[AGT-7] keeps the key of the model apart from what may be logged', () => {
    const config = readConfig({ LLM_MODEL: 'm', LLM_PROVIDER: 'openai', LLM_API_KEY: 'sk-secret' });
    expect(config.secrets.LLM_API_KEY).toBe('sk-secret');
    expect(JSON.stringify(config.settings)).not.toContain('sk-secret');
  });
});
