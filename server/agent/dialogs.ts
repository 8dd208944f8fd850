import type { Dialog, Page } from 'playwright-core';
import type { Log } from '../lib/log.ts';

export interface OpenDialog {
  kind: string;
  message: string;
}

/**
 * Watches the dialogs of one page. Listening is what keeps Playwright from dismissing a human's dialog at
 * once. While the agent acts it accepts alerts and "leave page?"; a question stays open until a key step or a
 * human answers it.
 */
export class PageDialogs {
  #open: OpenDialog | null = null;
  #dialog: Dialog | null = null;
  #waiting = new Set<(dialog: OpenDialog) => void>();
  readonly #log: Log;
  readonly #agentActs: () => boolean;

  constructor(page: Page, agentActs: () => boolean, log: Log) {
    this.#log = log;
    this.#agentActs = agentActs;
    page.on('dialog', (dialog) => this.#opened(dialog));
  }

  /** The question that blocks the page, if any. Accepts a notice that is still open. */
  async blocking(): Promise<OpenDialog | null> {
    if (this.#dialog && this.#isNotice(this.#dialog)) await this.#accept(this.#dialog);
    return this.#open;
  }

  /** What a person's Enter or Escape would do to the open question. */
  async answer(yes: boolean, text?: string): Promise<void> {
    const dialog = this.#dialog;
    this.closed();
    await (yes ? dialog?.accept(text) : dialog?.dismiss());
  }

  /** Told by the browser that the dialog was answered, by whomever. */
  closed(): void {
    this.#open = null;
    this.#dialog = null;
  }

  /** Resolves when a question opens; the page answers nothing until then. */
  nextQuestion(signal: AbortSignal): Promise<OpenDialog> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => this.#waiting.delete(resolve), { once: true });
    });
  }

  #opened(dialog: Dialog): void {
    this.#dialog = dialog;
    this.#open = { kind: dialog.type(), message: dialog.message() };
    if (!this.#agentActs()) return;
    if (this.#isNotice(dialog)) void this.#accept(dialog);
    else for (const resolve of this.#waiting) resolve(this.#open);
  }

  #isNotice(dialog: Dialog): boolean {
    return dialog.type() === 'alert' || dialog.type() === 'beforeunload';
  }

  async #accept(dialog: Dialog): Promise<void> {
    try {
      await dialog.accept();
    } catch (error) {
      // A human was quicker, or the page is gone.
      this.#log.debug({ event: 'agent.dialog-already-closed', err: error });
    }
    if (this.#dialog === dialog) this.closed();
  }
}
