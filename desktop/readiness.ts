import { cdpAnswers } from './cdp-probe.ts';
import { rfbPixelIsPainted } from './rfb-probe.ts';

/** A page may cover everything with black, so the picture is waited for, but not for ever. */
const PAINT_TIMEOUT_MS = 2000;
const TOOLBAR_Y_PX = 20;

/** Ready is what a visitor would call ready: the browser answers and its window is on the screen. */
export function createReadiness(rfbPath: string, cdpPath: string, widthPx: number): () => Promise<boolean> {
  let answeringSince: number | null = null;
  return async () => {
    if (!(await cdpAnswers(cdpPath))) {
      answeringSince = null;
      return false;
    }
    answeringSince ??= performance.now();
    const painted = await rfbPixelIsPainted(rfbPath, Math.floor(widthPx / 2), TOOLBAR_Y_PX);
    const ready =
      painted === true || (painted === false && performance.now() - answeringSince > PAINT_TIMEOUT_MS);
    if (ready) answeringSince = null;
    return ready;
  };
}
