import { defineConfig } from 'vitest/config';

const server = ['server', 'desktop', 'shared', 'stripe-sandbox', 'scripts', 'client/src'];

/** Unit tests touch no process and no port; integration tests use real PostgreSQL, Xvnc and Chromium. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: server.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'integration',
          include: server.map((folder) => `${folder}/**/*.integration.test.ts`),
          globalSetup: ['server/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          retry: process.env.CI ? 1 : 0,
        },
      },
    ],
  },
});
