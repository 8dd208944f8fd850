/** `wss://` on https, `ws://` on http: always this page's own origin. */
export function socketUrl(path: string): string {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

export function isInView(): boolean {
  return document.visibilityState === 'visible';
}

/** Calls back when the page came into view or back on the network. */
export function onComeback(comeback: () => void): () => void {
  const visible = () => {
    if (isInView()) comeback();
  };
  document.addEventListener('visibilitychange', visible);
  window.addEventListener('online', comeback);
  window.addEventListener('pageshow', visible);
  return () => {
    document.removeEventListener('visibilitychange', visible);
    window.removeEventListener('online', comeback);
    window.removeEventListener('pageshow', visible);
  };
}

/** Calls back when somebody acts on the page. */
export function onUse(used: () => void): () => void {
  const options = { capture: true, passive: true };
  window.addEventListener('pointerdown', used, options);
  window.addEventListener('keydown', used, options);
  return () => {
    window.removeEventListener('pointerdown', used, options);
    window.removeEventListener('keydown', used, options);
  };
}

/** Reads the clipboard only where that was allowed before: a prompt out of nowhere is no way to ask. */
export async function readClipboardIfAllowed(): Promise<string | null> {
  try {
    const permission = await navigator.permissions.query({ name: 'clipboard-read' as PermissionName });
    return permission.state === 'granted' ? await navigator.clipboard.readText() : null;
  } catch {
    return null; // Firefox and Safari know no such permission
  }
}

/** False where the browser did not allow it. */
export async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
