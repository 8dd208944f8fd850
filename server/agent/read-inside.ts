import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

const { O_RDONLY, O_NOFOLLOW, O_DIRECTORY, O_NONBLOCK } = constants;

/**
 * Reads a file below a folder that somebody else writes in. Each part of the path is opened from the one before
 * and none may be a link, so nothing outside of `root` can be meant. [ISO-3]
 */
export async function readInside(root: string, path: string, maxBytes: number): Promise<Buffer> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) throw new Error('not a path inside the folder');
  let folder: FileHandle = await open(root, O_RDONLY | O_DIRECTORY);
  try {
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const flags = O_RDONLY | O_NOFOLLOW | (isLast ? O_NONBLOCK : O_DIRECTORY);
      const next: FileHandle = await open(`/proc/self/fd/${folder.fd}/${part}`, flags);
      await folder.close();
      folder = next;
    }
    const stat = await folder.stat();
    // A hard link could be to somebody else's file.
    if (!stat.isFile() || stat.nlink !== 1) throw new Error('not a file of its own');
    if (stat.size > maxBytes) throw new TooLarge('the file is too large');
    const bytes = Buffer.alloc(stat.size);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = (await folder.read(bytes, length, bytes.length - length, length)).bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await folder.close();
  }
}
