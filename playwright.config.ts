import { defineConfig } from '@playwright/test';

/** They wait for clocks most of their time, each beside a server of its own: several at once are no load. */
const WAITING =
  /(deadline|extension|key-rotation|long-silence|lost-webhooks|orphans|outage|renewal|rollback)\.test\.ts/;

/** A real browser drives the real page of a real server. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 90_000,
  workers: 3,
  projects: [
    { name: 'waiting', testMatch: WAITING, fullyParallel: true, workers: 3 },
    // One test at a time on a small machine: they measure how long things take.
    { name: 'acting', testIgnore: WAITING, workers: 1 },
  ],
  forbidOnly: true,
  // On a shared machine a second try tells a slow moment from a defect; the report calls it flaky.
  retries: process.env.CI ? 1 : 0,
  outputDir: 'test-results',
  use: {
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      // The visitor's browser is a test tool; the product's own Chromium always keeps its sandbox.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
  },
});
