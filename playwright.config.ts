import { defineConfig } from '@playwright/test';

/** A real browser drives the real page of a real server, one test at a time on a small machine. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 90_000,
  workers: 1,
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
