import type { DesktopFailureCode } from '../shared/desktop.ts';

/** Why a desktop cannot go on; ends up in `status.json`, where the driver reads it. */
export class SupervisorFailure extends Error {
  override readonly name = 'SupervisorFailure';
  readonly code: DesktopFailureCode;
  constructor(code: DesktopFailureCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Tells from what bwrap and Chromium printed whether it was the sandbox that the machine refused. */
export function failureFrom(lastLines: readonly string[], otherwise: SupervisorFailure): SupervisorFailure {
  const refusal = lastLines.find((line) =>
    /No usable sandbox|creating new namespace|permissions to create.*namespace|setting up uid map|Failed to move to new namespace|Creating new namespace failed/i.test(
      line,
    ),
  );
  if (!refusal) return otherwise;
  return new SupervisorFailure(
    'sandbox-refused',
    `This machine refuses the browser's sandbox (${refusal.trim()}). Allow unprivileged user namespaces: ` +
      'sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=28633; on Ubuntu 23.10 and later also ' +
      'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; in Docker run with --security-opt seccomp=unconfined.',
  );
}
