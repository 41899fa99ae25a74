import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { BlobStoreError } from '#platform/blobs/blob-store.ts';
import {
  forbidden,
  invalidRequest,
  malformedRequest,
  notFound,
  ProblemError,
  tooLarge,
  unavailable,
} from '#platform/http/problem-error.ts';

const acceptedTypes = 'JPEG, PNG, GIF, WebP, AVIF or TIFF';

export const unknownMedia = (id: string): ProblemError =>
  notFound({
    detail: `There is no media ${id} that you may see.`,
    remedy: 'Take the id from the answer to POST /v1/media; what no item shows is gone after a day.',
    errors: [{ path: 'id', message: 'unknown media' }],
  });

/** The file itself is gone or is not what was stored. */
export const lostFile = (id: string): ProblemError =>
  notFound({
    type: 'media-lost',
    detail: `The file of media ${id} is missing in the media folder, or is not what was stored.`,
    remedy: 'Restore the media folder from a backup, or have the file sent again.',
  });

/** The file is there, but no picture could be made of it just now. */
export const noPicture = (id: string, cause: ImageFaultError): ProblemError =>
  unavailable({
    detail: `No picture of media ${id} could be made (${cause.fault}).`,
    remedy: 'Try again after the time in Retry-After.',
    retryAfterSeconds: 2,
    cause,
  });

export const withheldMedia = (id: string): ProblemError =>
  forbidden({
    type: 'media-withheld',
    detail: `Media ${id} is withheld: it matches known abuse material.`,
    remedy: 'Decide without seeing it. What only resembles such material is looked at by the legal role.',
  });

export const unknownParts = (places: readonly { readonly path: string; readonly id: string }[]): ProblemError =>
  invalidRequest({
    type: 'unknown-media',
    detail: `${places.length === 1 ? 'A part names a file' : 'Parts name files'} that this key has not uploaded, or that ${places.length === 1 ? 'is' : 'are'} gone.`,
    remedy: 'Upload with the same key by POST /v1/media, and submit within a day.',
    errors: places.map(({ path, id }) => ({ path, message: `unknown media ${id}` })),
  });

export const notMultipart = (): ProblemError =>
  new ProblemError({
    status: 415,
    type: 'unsupported-media-type',
    title: 'Unsupported media type',
    detail: 'The body is not multipart/form-data.',
    remedy: 'Send one file in a field called `file`, such as `curl -F file=@photo.jpg` does.',
  });

export const noFile = (): ProblemError =>
  invalidRequest({
    detail: 'The form has no file.',
    remedy: 'Send one file in a field called `file`, such as `curl -F file=@photo.jpg` does.',
    errors: [{ path: 'file', message: 'is missing' }],
  });

export const tooManyParts = (): ProblemError =>
  invalidRequest({
    detail: 'The form has more than one file, or other fields.',
    remedy: 'Send one file in a field called `file` and nothing else; one request a file.',
  });

export const brokenForm = (cause: unknown): ProblemError =>
  malformedRequest({
    detail: 'The form ends in the middle or is not valid multipart/form-data; nothing of it was kept.',
    remedy: 'Send it again, complete, with the boundary that its content-type names.',
    cause,
  });

export const slowUpload = (): ProblemError =>
  new ProblemError({
    status: 408,
    type: 'request-timeout',
    title: 'Request timed out',
    detail: 'The file did not arrive in time; nothing of it was kept.',
    remedy: 'Send it again over a faster line, or a smaller file.',
  });

const tooManyBytes = (maximumBytes: number): ProblemError =>
  tooLarge({
    detail: `The file has more than ${maximumBytes} bytes.`,
    remedy: 'Send a smaller file, or have an administrator raise TIDEGATE_MEDIA_MAX_BYTES.',
  });

const refused = (detail: string, fault: string): ProblemError =>
  invalidRequest({
    type: 'media-refused',
    detail,
    remedy: `Send a whole ${acceptedTypes} file of ordinary size.`,
    errors: [{ path: 'file', message: fault }],
  });

const ofImageFault = (error: ImageFaultError, maximumBytes: number): ProblemError => {
  switch (error.fault) {
    case 'too_many_bytes':
      return tooManyBytes(maximumBytes);
    case 'not_an_image':
    case 'unsupported_type':
      return new ProblemError({
        status: 415,
        type: 'unsupported-media-type',
        title: 'Unsupported media type',
        detail: 'The file is not a picture of a kind that is taken, whatever its name says.',
        remedy: `Send ${acceptedTypes}.`,
        errors: [{ path: 'file', message: error.fault }],
      });
    case 'overloaded':
    case 'closed':
      return unavailable({
        detail: 'More pictures are being looked at than this server takes at once; nothing of this one was kept.',
        remedy: 'Try again after the time in Retry-After.',
        retryAfterSeconds: 2,
        cause: error,
      });
    case 'corrupt':
      return refused('The picture is damaged and cannot be decoded.', error.fault);
    case 'too_many_pixels':
      return refused('The picture has more pixels than are taken.', error.fault);
    case 'too_many_frames':
      return refused('The animation has more frames than are taken.', error.fault);
    default:
      return refused('The picture could not be decoded within its limits of time and memory.', error.fault);
  }
};

const ofBlobFault = (error: BlobStoreError, maximumBytes: number): ProblemError | undefined => {
  switch (error.fault) {
    case 'too_large':
      return tooManyBytes(maximumBytes);
    case 'full':
      return new ProblemError({
        status: 507,
        type: 'storage-full',
        title: 'Storage full',
        detail: 'There is no room left for media; nothing of this file was kept.',
        remedy: error.remedy,
        retryAfterSeconds: 60,
        cause: error,
      });
    case 'unavailable':
      return unavailable({
        detail: 'The media store cannot be used at present; nothing of this file was kept.',
        remedy: error.remedy,
        retryAfterSeconds: 10,
        cause: error,
      });
    default:
      return undefined;
  }
};

/** What went wrong with a file, as an answer; anything unforeseen as it is. */
export const mediaProblem = (error: unknown, maximumBytes: number): unknown => {
  if (error instanceof ImageFaultError) return ofImageFault(error, maximumBytes);
  if (error instanceof BlobStoreError) return ofBlobFault(error, maximumBytes) ?? error;
  return error;
};
