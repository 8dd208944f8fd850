const RELOADED_FOR = 'reloaded-for-release';
const IDLE_MS = 3_000;

let scheduled: number | null = null;

/** Moves the page to the new build once nobody is typing; never twice for one release. [UI-6] */
export function moveToRelease(release: string): void {
  if (scheduled !== null || window.sessionStorage.getItem(RELOADED_FOR) === release) return;
  const later = () => {
    if (scheduled !== null) window.clearTimeout(scheduled);
    scheduled = window.setTimeout(reloadWhenIdle, IDLE_MS);
  };
  const reloadWhenIdle = () => {
    if (document.querySelector('dialog[open]') ?? hasDraft()) return later();
    window.sessionStorage.setItem(RELOADED_FOR, release);
    window.location.reload();
  };
  window.addEventListener('keydown', later, { capture: true });
  window.addEventListener('pointerdown', later, { capture: true });
  later();
}

function hasDraft(): boolean {
  return document.activeElement instanceof HTMLTextAreaElement;
}
