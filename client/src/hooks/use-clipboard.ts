import { useCallback, useEffect, useState } from 'react';
import { readClipboardIfAllowed, writeClipboard } from '../lib/browser.ts';
import type { VNCConnection } from '../lib/vnc-loader.ts';

export interface Clipboard {
  /** The last text that was copied inside the browser; null when there was none. */
  remote: string | null;
  /** False while `remote` waits to be fetched by hand, because the page may not write the clipboard. */
  synced: boolean;
  receive(text: string): void;
  send(text: string): void;
}

/** Both ways: what is copied there is pasted here, and the other way round. [VNC-5] */
export function useClipboard(connection: VNCConnection | null): Clipboard {
  const [remote, setRemote] = useState<string | null>(null);
  const [synced, setSynced] = useState(true);

  const receive = useCallback(async (text: string) => {
    setRemote(text);
    setSynced(await writeClipboard(text));
  }, []);
  const send = useCallback((text: string) => connection?.rfb.clipboardPasteFrom(text), [connection]);

  useEffect(() => {
    if (!connection) return;
    let sent: string | null = null;
    const focused = async () => {
      const text = await readClipboardIfAllowed();
      if (text === null || text === '' || text === sent) return;
      sent = text;
      connection.rfb.clipboardPasteFrom(text);
    };
    window.addEventListener('focus', focused);
    return () => window.removeEventListener('focus', focused);
  }, [connection]);

  return { remote, synced, receive, send };
}
