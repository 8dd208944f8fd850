import { join } from 'node:path';
import { DESKTOP_FILES } from '../../../shared/desktop.ts';
import type { DesktopReport } from '../driver.ts';
import { dialControl } from './control-client.ts';
import { isOver, reportOf, toReport } from './reports.ts';

const REDIAL_AFTER_MS = 250;

/** Tells every change of status; the last thing told is `gone` or `failed`. */
export function watchDesktop(
  dir: string,
  desktopId: string,
  onReport: (report: DesktopReport) => void,
): () => void {
  let last: DesktopReport['status'] | null = null;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  let link = dial();

  function tell(report: DesktopReport): void {
    if (over || report.status === last) return;
    last = report.status;
    over = isOver(report.status);
    onReport(report);
  }

  function dial() {
    return dialControl(join(dir, DESKTOP_FILES.control), {
      onState: (state) => tell(toReport(state)),
      onClose: () => void lookAgain(),
    });
  }

  /** The line is down: either the desktop is over, or its supervisor is not listening yet. */
  async function lookAgain(): Promise<void> {
    tell(await reportOf(dir, desktopId));
    if (over) return;
    timer = setTimeout(() => {
      link = dial();
    }, REDIAL_AFTER_MS);
    timer.unref();
  }

  return () => {
    over = true;
    clearTimeout(timer);
    link.close();
  };
}
