import { describe, expect, it } from 'vitest';
import { hierarchiesIn } from './cgroups.ts';

describe('cgroups', () => {
  it('[ISO-6] version 2: one folder carries every limit', () => {
    const [only, ...more] = hierarchiesIn(
      'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n',
      '0::/system.slice/x.service\n',
    );
    expect(more).toEqual([]);
    expect(only?.base).toBe('/sys/fs/cgroup/system.slice/x.service');
    expect(Object.keys(only?.limits ?? {})).toEqual(['memory.max', 'pids.max', 'cpu.weight']);
  });

  it('[ISO-6] version 1: one folder a controller, each under the path of this process there', () => {
    const mounts = [
      'cgroup /c/memory cgroup rw,relatime,memory 0 0',
      'cgroup /c/cpu,cpuacct cgroup rw,cpu,cpuacct 0 0',
      'cgroup /c/freezer cgroup rw,freezer 0 0',
      'tmpfs /c tmpfs rw 0 0',
    ].join('\n');
    expect(hierarchiesIn(mounts, '9:name=systemd:/\n4:memory:/api/1\n1:cpu,cpuacct:/\n')).toMatchObject([
      { base: '/c/memory/api/1', limits: { 'memory.limit_in_bytes': expect.any(String) } },
      { base: '/c/cpu,cpuacct/', limits: { 'cpu.shares': '512' } },
    ]);
  });

  it('none: nothing is limited', () => {
    expect(hierarchiesIn('', '')).toEqual([]);
  });
});
