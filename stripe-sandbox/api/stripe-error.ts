export interface StripeErrorFields {
  type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
}

/** An answer in the shape that makes Stripe's SDK throw the matching error class. */
export class StripeError extends Error {
  readonly statusCode: number;
  readonly fields: StripeErrorFields;

  constructor(statusCode: number, fields: StripeErrorFields) {
    super(fields.message);
    this.name = 'StripeError';
    this.statusCode = statusCode;
    this.fields = fields;
  }

  body(requestId: string) {
    const docUrl =
      this.fields.code && `https://stripe.com/docs/error-codes/${this.fields.code.replaceAll('_', '-')}`;
    return {
      error: {
        ...this.fields,
        ...(docUrl && { doc_url: docUrl }),
        request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
      },
    };
  }
}

export function invalidRequest(message: string, extra: { code?: string; param?: string } = {}): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', message, ...extra });
}

export function noSuch(kind: string, id: string, param = 'id', statusCode = 404): StripeError {
  return new StripeError(statusCode, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'`,
    param,
  });
}
