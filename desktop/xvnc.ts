import type { Programs } from './programs.ts';

/** With `-inetd` it listens on the socket given as fd 0, so no path to it exists inside the sandbox. */
export function xvncCommand(programs: Programs, size: { widthPx: number; heightPx: number }): string[] {
  return [
    programs.xvnc,
    ':1',
    '-inetd',
    ...['-rfbport', '-1'],
    ...['-SecurityTypes', 'None'],
    ...['-nolisten', 'tcp'],
    ...['-nolisten', 'local'],
    '-AlwaysShared',
    // All viewers of a unix socket are one host to it: ten at once would be shut out.
    '-UseBlacklist=0',
    ...['-geometry', `${size.widthPx}x${size.heightPx}`],
    ...['-depth', '24'],
    ...['-desktop', 'Desktop'],
    // Chromium draws in software anyway; GLX alone costs 70 MB for Mesa's compiler in two processes.
    ...['-extension', 'GLX'],
    ...['-Log', '*:stderr:30'],
  ];
}
