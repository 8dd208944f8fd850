/** What `fetch` lacks to be a visitor: a cookie jar, an Origin, and JSON both ways. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  readonly #url: string;
  readonly #forwarded: Record<string, string>;

  /** `address`: who the server takes it for, where it trusts a proxy; limits are per address. */
  constructor(url: string, address?: string) {
    this.#url = url;
    this.#forwarded = address ? { 'x-forwarded-for': address } : {};
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  async get<T>(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: T }> {
    return this.#send<T>('GET', path, undefined, headers);
  }

  async post<T>(
    path: string,
    body: unknown = {},
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: T }> {
    return this.#send<T>('POST', path, body, headers);
  }

  async delete<T>(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: T }> {
    return this.#send<T>('DELETE', path, undefined, headers);
  }

  async #send<T>(method: string, path: string, body: unknown, extra: Record<string, string>) {
    const headers: Record<string, string> = { origin: this.#url, ...this.#forwarded, ...extra };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (this.#cookies.size > 0) headers.cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(new URL(path, this.#url), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name && value !== undefined) this.#cookies.set(name, value);
    }
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as T };
  }
}
