import type { Clock } from '../../lib/clock.ts';
import { KEYSYM, keysymsFor } from './keysyms.ts';

export interface RemoteKeyboard {
  sendKey(keysym: number, code: string | null, down?: boolean): void;
  clipboardPasteFrom(text: string): void;
}

/** Until Chromium has fetched what was pasted: a later paste would replace it. */
const PASTE_TAKES_MS = 200;

/**
 * Types any text. What a US keyboard lacks is pasted: Xvnc gives such a character a spare key when it
 * first comes, and Chromium loses the press when it has not yet heard of that key. [VNC-5]
 */
export class RemoteTyping {
  readonly #keyboard: RemoteKeyboard;
  readonly #clock: Clock;
  #waiting = '';
  #pasting: number | null = null;

  constructor(keyboard: RemoteKeyboard, clock: Clock) {
    this.#keyboard = keyboard;
    this.#clock = clock;
  }

  type(text: string): void {
    this.#waiting += text;
    if (this.#pasting === null) this.#flush();
  }

  stop(): void {
    if (this.#pasting !== null) this.#clock.clearTimeout(this.#pasting);
    this.#pasting = null;
    this.#waiting = '';
  }

  #flush(): void {
    const text = this.#waiting;
    this.#waiting = '';
    if (needsPaste(text)) {
      this.#paste(text);
      this.#pasting = this.#clock.setTimeout(() => {
        this.#pasting = null;
        this.#flush();
      }, PASTE_TAKES_MS);
    } else for (const keysym of keysymsFor(text)) this.#keyboard.sendKey(keysym, null);
  }

  #paste(text: string): void {
    this.#keyboard.clipboardPasteFrom(text);
    this.#keyboard.sendKey(KEYSYM.control, 'ControlLeft', true);
    this.#keyboard.sendKey(0x76, 'KeyV');
    this.#keyboard.sendKey(KEYSYM.control, 'ControlLeft', false);
  }
}

export function needsPaste(text: string): boolean {
  return /[^\n\t -~]/.test(text);
}
