import { mkdtemp, rm, truncate, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Artifacts, createArtifacts } from './artifacts.ts';

let dataDir: string;
let artifacts: Artifacts;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'oda-artifacts-'));
  artifacts = createArtifacts(dataDir);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const report = { fileName: 'Größe 2027.csv', bytes: Buffer.from('a;b') };
const pathOf = (name: string) => join(dataDir, 'artifacts', 'ses_1', name);

describe('files that tasks make', () => {
  it('[SES-9] are listed oldest first, by the name that their site gave, and read by it', async () => {
    await artifacts.saveFile('ses_1', 'tsk_1', 'report', report);
    await artifacts.saveScreenshot('ses_1', 'tsk_1', 4, Buffer.from('png'));
    await utimes(pathOf('tsk_1-report.file'), 2_000_000_000, 2_000_000_000);
    expect(await artifacts.list('ses_1')).toEqual([
      { name: 'tsk_1-4.png', fileName: 'tsk_1-4.png', bytes: 3 },
      { name: 'tsk_1-report.file', fileName: report.fileName, bytes: 3 },
    ]);
    expect(await artifacts.read('ses_1', 'tsk_1-report.file')).toEqual(report);
    expect(await artifacts.readFile('ses_1', 'tsk_1', 'report')).toEqual(report);
    expect(await artifacts.readScreenshot('ses_1', 'tsk_1', 4)).toEqual(Buffer.from('png'));
    expect(await artifacts.readFile('ses_1', 'tsk_2', 'report')).toBeNull();
    expect(await artifacts.list('ses_2')).toEqual([]);
  });

  it('[SES-9] are gone with their session, and no other', async () => {
    await artifacts.saveFile('ses_1', 'tsk_1', 'report', report);
    await artifacts.saveFile('ses_2', 'tsk_2', 'report', report);
    await artifacts.deleteOf('ses_1');
    expect(await artifacts.list('ses_1')).toEqual([]);
    expect(await artifacts.list('ses_2')).toHaveLength(1);
  });

  it('[AGT-1] stay within 500 MB a session', async () => {
    await artifacts.saveFile('ses_1', 'tsk_1', 'large', report);
    await truncate(pathOf('tsk_1-large.file'), 500 * 1024 * 1024);
    await expect(artifacts.saveFile('ses_1', 'tsk_1', 'more', report)).rejects.toMatchObject({
      code: 'too-many-files',
    });
    await artifacts.saveFile('ses_2', 'tsk_2', 'more', report);
  });

  it.each(['..', '../ses_2/tsk_2-report.file', '.hidden', '', 'a/b', '..\\a'])(
    '[ISO-3] are not read by the name %j',
    async (name) => {
      await artifacts.saveFile('ses_2', 'tsk_2', 'report', report);
      await artifacts.saveFile('ses_1', 'tsk_1', 'report', report);
      expect(await artifacts.read('ses_1', name)).toBeNull();
      for (const outside of [
        async () => artifacts.readFile('ses_1', 'tsk_1', `../${name}`),
        async () => artifacts.readFile('ses_1', `../${name}`, 'report'),
        async () => artifacts.readScreenshot('ses_1', `../${name}`, 0),
        async () => artifacts.deleteOf(`../${name}`),
      ]) {
        await expect(outside).rejects.toThrow(/^not /);
      }
    },
  );
});
