import type { GoogleError } from '#contracts/perspective.ts';
import { ProblemError } from '#platform/http/problem-error.ts';

type Detail = NonNullable<GoogleError['error']['details']>[number];

/** Canonical codes of google.rpc.Code that are answered here, with their HTTP status (google/rpc/code.proto). */
const httpStatusOf = {
  INVALID_ARGUMENT: 400,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;
type CanonicalCode = keyof typeof httpStatusOf;

const remedies: Readonly<Record<CanonicalCode, string>> = {
  INVALID_ARGUMENT: 'Correct the request; docs/guides/migrate-from-perspective.md says what is taken.',
  PERMISSION_DENIED: 'Send a Tidegate API key as `?key=KEY` or as `Authorization: Bearer KEY`.',
  NOT_FOUND: 'Check the address.',
  RESOURCE_EXHAUSTED: 'Wait, or ask an administrator for a higher limit.',
  CANCELLED: 'Nothing to do: the client left before the answer.',
  INTERNAL: 'Try again; if it stays, look for the request id in the log.',
  UNAVAILABLE: 'Try again shortly.',
};

/** An error in the words and the shape of the Perspective API. */
export class PerspectiveError extends ProblemError {
  readonly code: CanonicalCode;
  readonly details: readonly Detail[];

  constructor(
    code: CanonicalCode,
    message: string,
    options: { readonly details?: readonly Detail[]; readonly retryAfterSeconds?: number } = {},
  ) {
    super({
      status: httpStatusOf[code],
      type: code.toLowerCase().replaceAll('_', '-'),
      title: code,
      detail: message,
      remedy: remedies[code],
      ...(options.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: options.retryAfterSeconds }),
    });
    this.name = 'PerspectiveError';
    this.code = code;
    this.details = options.details ?? [];
  }

  toBody(): GoogleError {
    return {
      error: {
        code: this.status,
        message: this.message,
        status: this.code,
        ...(this.details.length === 0 ? {} : { details: [...this.details] }),
      },
    };
  }
}

const analyzerDetail = (errorType: string, more: Readonly<Record<string, unknown>> = {}): Detail => ({
  '@type': 'type.googleapis.com/google.commentanalyzer.v1alpha1.Error',
  errorType,
  ...more,
});

const invalid = (message: string, ...details: Detail[]): PerspectiveError =>
  new PerspectiveError('INVALID_ARGUMENT', message, { details });

/** Names are repeated in a message only where they look like one: anything else could be content. */
const quotable = (name: string): string => (/^[A-Za-z0-9_-]{1,80}$/.test(name) ? name : '(not a name)');

export const commentEmpty = (): PerspectiveError =>
  invalid('Comment must be non-empty.', analyzerDetail('COMMENT_EMPTY'));

export const commentTooLong = (): PerspectiveError =>
  invalid('Comment text too long.', analyzerDetail('COMMENT_TOO_LONG'));

export const missingAttributes = (): PerspectiveError => invalid('Missing requested_attributes');

export const unknownAttribute = (name: string): PerspectiveError =>
  invalid(`Unknown requested attribute: ${quotable(name)}`);

export const unsupportedScoreType = (scoreType: string, attribute: string): PerspectiveError =>
  invalid(`Requested score type ${scoreType} is not supported by attribute ${attribute}`);

export const contextTwice = (): PerspectiveError =>
  invalid('Context can have either entries or article_and_parent_comment, but both fields were populated.');

/** @param named whether the languages came with the request, rather than from looking at the text */
export const unsupportedLanguages = (
  attribute: string,
  languages: readonly string[],
  named: boolean,
): PerspectiveError => {
  const shown = languages.map(quotable);
  return invalid(
    `Attribute ${attribute} does not support request languages: ${shown.join(', ')}`,
    analyzerDetail('LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE', {
      languageNotSupportedByAttributeError: {
        [named ? 'requestedLanguages' : 'detectedLanguages']: shown,
        attribute,
      },
    }),
  );
};

/** A place of the request that is not as it must be. `field` is its path. */
interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

export const badRequest = (message: string, fieldViolations: readonly FieldViolation[]): PerspectiveError =>
  invalid(message, { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations });

export const apiKeyInvalid = (): PerspectiveError =>
  invalid('API key not valid. Please pass a valid API key.', {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'API_KEY_INVALID',
    domain: 'googleapis.com',
    metadata: { service: 'commentanalyzer.googleapis.com' },
  });

export const apiKeyMissing = (): PerspectiveError =>
  new PerspectiveError(
    'PERMISSION_DENIED',
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  );

/** What should have looked at the text could not: there is no score, and least of all a zero. */
export const scoresUnavailable = (attribute: string): PerspectiveError =>
  new PerspectiveError('UNAVAILABLE', `${attribute} cannot be scored at present. Please try again.`, {
    retryAfterSeconds: 2,
  });
