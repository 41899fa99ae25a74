import { maximumCommentBytes, type PerspectiveTextEntry } from '#contracts/perspective.ts';
import { textOfHtml } from './html-text.ts';
import { commentEmpty, commentTooLong } from './perspective-error.ts';

/**
 * The text of a comment that is scored: of HTML what a reader sees, without lone surrogates (same length, so places stay right).
 * @throws PerspectiveError where there is none, or more than 20,480 bytes as it was sent
 */
export const commentText = (comment: PerspectiveTextEntry | null | undefined): string => {
  const sent = comment?.text ?? '';
  if (Buffer.byteLength(sent) > maximumCommentBytes) throw commentTooLong();
  const text = (comment?.type === 'HTML' ? textOfHtml(sent) : sent).toWellFormed();
  if (text.trim() === '') throw commentEmpty();
  return text;
};
