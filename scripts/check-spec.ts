import { globSync, readFileSync } from 'node:fs';

/** docs/SPEC.md and the tests must speak of the same rules. */
const spec = readFileSync('docs/SPEC.md', 'utf8');
const rules = new Map(
  [...spec.matchAll(/^\| ([A-Z]+-\d+) ([●○]) \|/gm)].map(([, rule, mark]) => [rule, mark]),
);
const tests = globSync(
  '{server,client,desktop,shared,stripe-sandbox,scripts,e2e}/**/*{.test.ts,.test.tsx,contract.ts}',
);
const quoted = new Map<string, string>();
for (const file of tests) {
  for (const [, rule] of readFileSync(file, 'utf8').matchAll(/\[([A-Z]+-\d+)\]/g))
    quoted.set(rule ?? '', file);
}

const problems = [
  ...[...quoted]
    .filter(([rule]) => !rules.has(rule))
    .map(([rule, file]) => `${file} quotes ${rule}: no such rule`),
  ...[...rules]
    .filter(([rule, mark]) => mark === '●' && !quoted.has(rule ?? ''))
    .map(([rule]) => `${rule} is in force, and no test quotes it`),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
