import { createHash } from 'node:crypto';
import { chmod, copyFile, link, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DesktopRuntime {
  node: string;
  program: string;
}

const ENTRY = fileURLToPath(new URL('../../../desktop/main.ts', import.meta.url));

/** One file with everything the supervisor imports; `builtBundle` spares esbuild where a build made it. */
export async function buildDesktopBundle(builtBundle?: Uint8Array): Promise<Uint8Array> {
  if (builtBundle) return builtBundle;
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (!file) throw new Error('esbuild made no desktop bundle');
  return file.contents;
}

/**
 * Puts bundle and Node where a desktop's user can read them, under a name made of their content: an
 * upgraded checkout leaves running desktops alone.
 */
export async function installRuntime(runtimeDir: string, bundle: Uint8Array): Promise<DesktopRuntime> {
  const hash = createHash('sha256').update(bundle).update(process.version).digest('hex').slice(0, 16);
  const home = join(runtimeDir, hash);
  const runtime = { node: join(home, 'node'), program: join(home, 'desktop.mjs') };
  if (await exists(runtime.program)) return runtime;

  await mkdir(runtimeDir, { recursive: true, mode: 0o711 });
  const draft = await mkdtemp(join(runtimeDir, 'new-'));
  try {
    await chmod(draft, 0o755);
    await writeFile(join(draft, 'desktop.mjs'), bundle, { mode: 0o644 });
    // A link shares the server's pages of Node in memory; another file system needs a copy.
    await link(process.execPath, join(draft, 'node')).catch(() =>
      copyFile(process.execPath, join(draft, 'node')),
    );
    await chmod(join(draft, 'node'), 0o755);
    await rename(draft, home);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another server was faster; its content is the same by name.
    if (!(await exists(runtime.program))) throw error;
  }
  return runtime;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
