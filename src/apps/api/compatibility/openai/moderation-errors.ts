import { maximumModerationImages } from '#contracts/openai-moderation.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import {
  invalidRequest,
  malformedRequest,
  type ProblemError,
  tooLarge,
  unavailable,
} from '#platform/http/problem-error.ts';

const acceptedTypes = 'JPEG, PNG, GIF, WebP, AVIF or TIFF';

const refusedImage = (type: string, path: string, detail: string, remedy: string): ProblemError =>
  invalidRequest({ type, detail, remedy, errors: [{ path, message: detail }] });

export const tooManyImages = (count: number): ProblemError =>
  refusedImage(
    'too-many-images',
    'input',
    `Number of images (${count}) exceeds maximum of ${maximumModerationImages}.`,
    'Send one request for each.',
  );

export const invalidImageUrl = (path: string): ProblemError =>
  refusedImage(
    'invalid-image-url',
    path,
    'The picture is neither an http or https URL nor `data:image/...;base64,...`.',
    'Send the URL of a picture, or the picture itself in base64.',
  );

/** `reason` is a short word of our own, such as `fetch_dns`. */
export const imageUrlUnavailable = (path: string, reason: string): ProblemError =>
  refusedImage(
    'image-url-unavailable',
    path,
    `The picture could not be downloaded from its URL (${reason}).`,
    'Check that the URL is public and answers with a picture, or send the picture in base64.',
  );

const imageTooLarge = (path: string, maximumBytes: number): ProblemError =>
  tooLarge({
    type: 'image-too-large',
    detail: `The picture has more than ${maximumBytes} bytes.`,
    remedy: 'Send a smaller file.',
    errors: [{ path, message: 'is too large' }],
  });

const noLooker = (cause: unknown): ProblemError =>
  unavailable({
    detail: 'The picture cannot be looked at just now.',
    remedy: 'Try again after the time in Retry-After.',
    retryAfterSeconds: 2,
    cause,
  });

/** What is wrong with a picture's file, as an answer; anything unforeseen as it is. */
export const imageProblem = (error: unknown, path: string, maximumBytes: number): unknown => {
  if (!(error instanceof ImageFaultError)) return error;
  switch (error.fault) {
    case 'not_an_image':
    case 'unsupported_type':
      return refusedImage(
        'invalid-image-format',
        path,
        'The file is not a picture of a kind that is taken.',
        `Send ${acceptedTypes}.`,
      );
    case 'too_many_bytes':
      return imageTooLarge(path, maximumBytes);
    case 'overloaded':
    case 'closed':
      return noLooker(error);
    default:
      return refusedImage(
        'image-parse-error',
        path,
        `The picture could not be decoded (${error.fault}).`,
        `Send a whole ${acceptedTypes} file of ordinary size.`,
      );
  }
};

export const tooManyPictures = (): ProblemError =>
  unavailable({
    detail: 'More pictures wait to be looked at than this server takes at once.',
    remedy: 'Try again after the time in Retry-After.',
    retryAfterSeconds: 2,
  });

export const tooManyLong = (): ProblemError =>
  unavailable({
    detail: 'More requests with much text wait to be scored than this server takes at once.',
    remedy: 'Try again after the time in Retry-After, with less text in one request.',
    retryAfterSeconds: 5,
  });

export const tooMuchText = (maximum: number): ProblemError =>
  tooLarge({
    detail: `The texts have more than ${maximum} characters in all.`,
    remedy: 'Send them in several requests.',
    errors: [{ path: 'input', message: 'is too large' }],
  });

/** A model that cannot answer is an error of ours, never a score of zero. */
export const notScored = (missing: readonly string[]): ProblemError =>
  unavailable({
    detail: `The content could not be looked at for ${missing.join(', ')}: what judges it is not available.`,
    remedy: 'Try again after the time in Retry-After; `tidegate doctor` says what is wrong with the models.',
    retryAfterSeconds: 2,
  });

/** Nobody reads this answer; it keeps a closed connection from being taken for a fault. */
export const clientGone = (): ProblemError =>
  malformedRequest({ detail: 'The connection was closed before the answer.', remedy: 'Wait for the answer.' });
