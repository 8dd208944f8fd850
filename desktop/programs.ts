import { accessSync, constants } from 'node:fs';
import { SupervisorFailure } from './failure.ts';

export interface Programs {
  bwrap: string;
  socat: string;
  prlimit: string;
  xvnc: string;
  chromium: string;
}

// Chromium's own binary comes first: Debian's wrapper adds flags and API keys.
const CANDIDATES: Record<keyof Programs, { paths: string[]; debianPackage: string }> = {
  bwrap: { paths: ['/usr/bin/bwrap'], debianPackage: 'bubblewrap' },
  socat: { paths: ['/usr/bin/socat'], debianPackage: 'socat' },
  prlimit: { paths: ['/usr/bin/prlimit'], debianPackage: 'util-linux' },
  xvnc: { paths: ['/usr/bin/Xtigervnc', '/usr/bin/Xvnc'], debianPackage: 'tigervnc-standalone-server' },
  chromium: {
    paths: [
      '/usr/lib/chromium/chromium',
      '/usr/lib/chromium-browser/chromium-browser',
      '/opt/google/chrome/chrome',
    ],
    debianPackage: 'chromium',
  },
};

/** Finds every program a desktop needs, or says which package brings the missing ones. */
export function findPrograms(isExecutable: (path: string) => boolean = executable): Programs {
  const missing: string[] = [];
  const find = (name: keyof Programs): string => {
    const found = CANDIDATES[name].paths.find(isExecutable);
    if (!found) missing.push(name);
    return found ?? '';
  };
  const programs: Programs = {
    bwrap: find('bwrap'),
    socat: find('socat'),
    prlimit: find('prlimit'),
    xvnc: find('xvnc'),
    chromium: find('chromium'),
  };
  if (missing.length > 0) {
    const packages = missing.map((name) => CANDIDATES[name as keyof Programs].debianPackage).join(' ');
    throw new SupervisorFailure(
      'missing-program',
      `Not installed: ${missing.join(', ')}. Install with: apt-get install -y --no-install-recommends ${packages}`,
    );
  }
  return programs;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
