import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'vite';

/** Builds the page into dist/client. `--if-stale` skips when the sources are those of the last build. */
const sources = ['client/**/*.{ts,tsx,css,html,svg}', 'shared/**/*.ts', 'package-lock.json'];
const stamp = 'dist/release.json';

const hash = createHash('sha256');
for (const file of globSync(sources).sort()) hash.update(file).update(readFileSync(file));
const release = hash.digest('hex').slice(0, 12);

if (!(process.argv.includes('--if-stale') && builtRelease() === release)) {
  process.env.RELEASE = release;
  await build({ root: 'client', logLevel: 'warn' });
  writeFileSync(stamp, `${JSON.stringify({ release })}\n`);
}

function builtRelease(): string | null {
  try {
    return (JSON.parse(readFileSync(stamp, 'utf8')) as { release: string }).release;
  } catch {
    return null;
  }
}
