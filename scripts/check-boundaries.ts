import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Imports go one way. Tests may reach for what they drive; the product may not. */
const MAY_IMPORT: Record<string, string[]> = {
  shared: [],
  client: ['shared'],
  server: ['shared'],
  desktop: ['shared'],
  'stripe-sandbox': [],
  scripts: ['server', 'shared'],
  bench: ['server', 'shared', 'stripe-sandbox'],
  trials: ['client', 'server', 'shared', 'bench'],
  e2e: ['trials', 'server', 'shared', 'stripe-sandbox', 'bench'],
};
const TESTS_ALSO = ['stripe-sandbox', 'bench', 'desktop', 'server', 'shared'];
const isTest = (file: string) => /\.test\.tsx?$|\/testing\/|driver-contract\.ts$/.test(file);

const violations = Object.entries(MAY_IMPORT).flatMap(([folder, allowed]) =>
  globSync(`${folder}/**/*.{ts,tsx,js}`, { exclude: ['**/node_modules/**'] }).flatMap((file) => {
    const may = new Set([folder, ...allowed, ...(isTest(file) ? TESTS_ALSO : [])]);
    const imports = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?['"](\.{1,2}\/[^'"]+)['"]/g);
    return [...imports]
      .map(([, path]) => normalize(join(dirname(file), path ?? '')))
      .filter((target) => !may.has(target.split('/')[0] ?? '') && target.includes('/'))
      .map((target) => `${file} imports ${target}: ${folder} may import only ${[...may].join(', ')}`);
  }),
);

for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exit(1);
