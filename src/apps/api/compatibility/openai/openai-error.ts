import type { OpenAiError } from '#contracts/openai-moderation.ts';
import type { ErrorShape } from '#platform/http/error-shape.ts';
import type { ProblemError } from '#platform/http/problem-error.ts';

type Said = Pick<OpenAiError['error'], 'type' | 'code'> & { readonly status: number };

const invalid = (status: number, code: string | null): Said => ({ status, type: 'invalid_request_error', code });

/** Codes of the original for problems of our own; the problem's type is the code with `-` for `_`. */
const ownCodes: ReadonlySet<string> = new Set([
  'image_url_unavailable',
  'invalid_image_url',
  'invalid_image_format',
  'image_parse_error',
  'image_too_large',
  'too_many_images',
]);

const saidOf = ({ status, type }: ProblemError): Said => {
  const code = type.replaceAll('-', '_');
  switch (status) {
    case 400:
    case 422:
      return invalid(400, ownCodes.has(code) ? code : null);
    case 401:
      return invalid(401, 'invalid_api_key');
    case 403:
      return invalid(403, 'insufficient_permissions');
    case 413:
      return invalid(413, 'request_too_large');
    case 429:
      return { status, type: 'requests', code: 'rate_limit_exceeded' };
    case 503:
      return { status, type: 'server_error', code: 'service_unavailable' };
    default:
      return status >= 500 ? { status, type: 'server_error', code: null } : invalid(status, null);
  }
};

/** Places in the body; a place in the text that could not be read is not a parameter. */
const parameterOf = ({ errors, status }: ProblemError): string | null => {
  const path = errors?.[0]?.path;
  return path === undefined || path === '' || status === 401 || /^(body|header)\b/.test(path) ? null : path;
};

/** What the schema refuses is said by its place; the remedies of our own API name fields that this answer does not have. */
const messageOf = ({ type, message, remedy, errors }: ProblemError): string => {
  const place = type === 'invalid-request' ? errors?.[0] : undefined;
  return place === undefined ? `${message} ${remedy}` : `Invalid value for '${place.path}': ${place.message}.`;
};

/** Errors as the `openai` clients know them: `{ error: { message, type, param, code } }`. */
export const openAiErrorShape: ErrorShape = (problem) => {
  const { status, type, code } = saidOf(problem);
  return {
    status,
    body: { error: { message: messageOf(problem), type, param: parameterOf(problem), code } } satisfies OpenAiError,
  };
};
