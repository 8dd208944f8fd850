import type { ApiScope } from '../../../../shared/access.ts';

export type AgentKind = 'mcp' | 'playwright' | 'puppeteer' | 'curl';

/** What each kind of program is called, and what it must be allowed. */
export const agentKinds: Record<AgentKind, { name: string; scopes: ApiScope[] }> = {
  mcp: { name: 'MCP client', scopes: ['mcp'] },
  playwright: { name: 'Playwright', scopes: ['cdp'] },
  puppeteer: { name: 'Puppeteer', scopes: ['cdp'] },
  curl: { name: 'curl', scopes: ['tasks:read', 'tasks:write'] },
};

export interface SnippetFor {
  /** Of this page, which is where the server is. */
  origin: string;
  sessionId: string;
  token: string;
}

/** What a person pastes; run as it stands by a test. [AGT-8] */
export function snippet(kind: AgentKind, { origin, sessionId, token }: SnippetFor): string {
  switch (kind) {
    case 'mcp':
      return `{
  "mcpServers": {
    "onedollaragent": {
      "type": "http",
      "url": "${origin}/mcp",
      "headers": { "Authorization": "Bearer ${token}" }
    }
  }
}`;
    case 'playwright':
      return `// npm install playwright-core
import { chromium } from 'playwright-core';

const browser = await chromium.connectOverCDP('${origin}/cdp/${sessionId}', {
  headers: { Authorization: 'Bearer ${token}' },
});
const [page] = browser.contexts()[0].pages();
await page.goto('https://example.com');
console.log(await page.title());
await browser.close(); // disconnects; the browser stays`;
    case 'puppeteer':
      return `// npm install puppeteer-core
import puppeteer from 'puppeteer-core';

const browser = await puppeteer.connect({
  browserWSEndpoint: '${origin.replace(/^http/, 'ws')}/cdp/${sessionId}',
  headers: { Authorization: 'Bearer ${token}' },
  defaultViewport: null,
});
const [page] = await browser.pages();
await page.goto('https://example.com');
console.log(await page.title());
await browser.disconnect();`;
    case 'curl':
      return `curl ${origin}/api/sessions/${sessionId}/tasks \\
  -H 'Authorization: Bearer ${token}' \\
  -H 'Content-Type: application/json' \\
  -d '{"playbook": {"steps": [
    {"navigate": "https://example.com"},
    {"extract": {"role": "heading", "as": "title"}}
  ]}}'`;
  }
}
