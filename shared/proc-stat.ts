/** Field 22 of a /proc/PID/stat line: with the pid it names one process for ever. */
export function startTicksIn(stat: string): number {
  // The name in field 2 may itself hold spaces and parentheses.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(afterName[19]);
  if (!Number.isSafeInteger(ticks)) throw new Error('not a /proc/PID/stat line');
  return ticks;
}
