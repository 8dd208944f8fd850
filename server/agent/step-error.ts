/** Why a step failed, in words for the task's owner. Everything else that is thrown is our own fault. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The connection to the browser broke; a step that had not acted yet may run again. */
export class BrowserLost extends Error {
  override readonly name = 'BrowserLost';
}
