import { expect, test } from '@playwright/test';
import { storm } from '../trials/storm.ts';

test('[OPS-8] a short seeded storm: paid once, never a stranger’s page, back within 10 s, over in time', async () => {
  test.setTimeout(180_000);
  // One storm that everybody can repeat; `npm run chaos` makes new ones.
  const seed = Number(process.env.CHAOS_SEED ?? 1150641035);
  const report = await storm({ seed, durationMs: 45_000, say: console.log });
  console.log(`seed ${seed}`);
  expect(report.violations).toEqual([]);
  expect(report.backMs.length).toBeGreaterThan(3);
});
