import type RFB from '@novnc/novnc';
import { type RefObject, useEffect } from 'react';
import { KEYSYM } from './keysyms.ts';

/**
 * Ctrl V over the picture pastes what was copied on this side: a paste event carries the text without any
 * permission. Not while newer text from the other side could not be written to our clipboard. [VNC-5]
 */
export function usePaste(rfb: RFB | null, target: RefObject<HTMLElement | null>, synced: boolean): void {
  useEffect(() => {
    const screen = target.current;
    if (!rfb || !screen || !synced) return;
    const shortcut = (event: KeyboardEvent) => {
      const pasting = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      // noVNC would prevent the default, and with it the paste event.
      if (pasting && event.key.toLowerCase() === 'v') event.stopPropagation();
    };
    const pasted = (event: ClipboardEvent) => {
      if (!screen.contains(document.activeElement)) return;
      const text = event.clipboardData?.getData('text/plain');
      if (text) rfb.clipboardPasteFrom(text);
      event.preventDefault();
      press(rfb);
    };
    screen.addEventListener('keydown', shortcut, { capture: true });
    document.addEventListener('paste', pasted);
    return () => {
      screen.removeEventListener('keydown', shortcut, { capture: true });
      document.removeEventListener('paste', pasted);
    };
  }, [rfb, target, synced]);
}

/** On a Mac the key that is held is Command, which over there would be Super. */
function press(rfb: RFB): void {
  rfb.sendKey(KEYSYM.super, 'MetaLeft', false);
  rfb.sendKey(KEYSYM.control, 'ControlLeft', true);
  rfb.sendKey(0x76, 'KeyV');
  rfb.sendKey(KEYSYM.control, 'ControlLeft', false);
}
