import type { BrowserContext } from '@playwright/test';

/** Everything that a page's console says and should not. [UI-5] */
export function listenToConsole(context: BrowserContext): string[] {
  const said: string[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      said.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', (error) => said.push(`uncaught: ${error.error().message}`));
  return said;
}
