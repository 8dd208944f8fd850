import { readFileSync } from 'node:fs';
import type { DesktopLaunch } from '../shared/desktop.ts';
import { supervise } from './supervisor.ts';

const launchFile = process.argv[2];
if (!launchFile) {
  console.error('usage: node desktop.mjs LAUNCH_FILE (JSON, see shared/desktop.ts)');
  process.exit(2);
}
const launch = JSON.parse(readFileSync(launchFile, 'utf8')) as DesktopLaunch;
await supervise(launch);
process.exit(0);
