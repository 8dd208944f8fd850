/** An error whose status, code and sentence may be shown to the client. Everything else is a silent 500. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    options: ErrorOptions & { extra?: Record<string, unknown> } = {},
  ) {
    super(detail, options);
    this.status = status;
    this.code = code;
    this.extra = options.extra ?? {};
  }
}

/** A WebSocket upgrade that is refused with a plain HTTP status before any frame. [VNC-1] */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly status: 400 | 401 | 403 | 404 | 409 | 426 | 429 | 503;
  readonly code: string;

  constructor(status: UpgradeRefused['status'], code: string, options?: ErrorOptions) {
    super(code, options);
    this.status = status;
    this.code = code;
  }
}
