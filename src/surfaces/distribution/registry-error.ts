import { AppError, type ErrorCode } from '#kernel/errors.ts';
import { databaseFailure } from '#platform/database/database-failure.ts';
import { type Answer, type AnswerHeaders, jsonAnswer, warningHeader } from './registry-answer.ts';

/** What clients of the registry know for the product's other codes. */
const wireCodes: Partial<Record<ErrorCode, readonly [code: string, status: number]>> = {
  'invalid-input': ['UNSUPPORTED', 400],
  'not-signed-in': ['UNAUTHORIZED', 401],
  'not-allowed': ['DENIED', 403],
  'not-found': ['NAME_UNKNOWN', 404],
  conflict: ['DENIED', 409],
  'too-large': ['SIZE_INVALID', 413],
  'too-many': ['TOOMANYREQUESTS', 429],
  'limit-reached': ['SIZE_INVALID', 413],
  'unusable-input': ['MANIFEST_INVALID', 400],
  'not-configured': ['UNSUPPORTED', 501],
  unavailable: ['UNAVAILABLE', 503],
  internal: ['UNKNOWN', 500],
};

export interface RegistryFailure {
  readonly requestId: string;
  readonly log: { error(facts: object, message: string): void };
}

/** OCI distribution-spec 1.1, "Error codes". What nobody foresaw is logged and its message kept from the client. */
export function answerError(error: unknown, { requestId, log }: RegistryFailure): Answer {
  const known = error instanceof AppError ? error : (databaseFailure(error) ?? unforeseen(requestId));
  const [code, status] = wireCodes[known.code] ?? [known.code, known.status];
  if (status >= 500) log.error({ err: error, requestId }, 'registry request failed');
  // Clients print "detail" after the message, so the request's id is beside the errors.
  return jsonAnswer(status, { errors: [{ code, message: known.message }], requestId }, headersOf(known));
}

function unforeseen(requestId: string): AppError {
  return new AppError('internal', `the server failed; its log has the reason under request ${requestId}`);
}

interface Details {
  readonly challenge?: string;
  readonly allow?: string;
  readonly retryAfterSeconds?: number;
  readonly headers?: AnswerHeaders;
}

function headersOf(error: AppError): AnswerHeaders {
  const { challenge, allow, retryAfterSeconds, headers } = (error.details ?? {}) as Details;
  return {
    ...headers,
    ...(challenge !== undefined && { 'www-authenticate': challenge }),
    ...(allow !== undefined && { allow }),
    ...(retryAfterSeconds !== undefined && { 'retry-after': retryAfterSeconds }),
    // An answer to HEAD has no body: the sentence is also here.
    ...(error.code === 'DENIED' && { warning: warningHeader(error.message) }),
  };
}
