/** The server will not let this client in again: a link ends instead of trying for ever. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused';
  readonly reason: string;

  constructor(reason: string) {
    super(`The link is refused: ${reason}`);
    this.reason = reason;
  }
}
