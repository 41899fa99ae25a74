import type { ScorerContent } from '#engine/ports/external-scorer.ts';

/** JSON as it stands in the configuration. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What can stand in a template, as a whole string, by the kind of content. */
export const placeholders = {
  text: ['{{text}}'],
  image: ['{{image.base64}}', '{{image.dataUrl}}', '{{image.type}}'],
} as const;

const base64 = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');

/** The picture as a `data:` URL (RFC 2397). */
export const dataUrl = ({ type, data }: Extract<ScorerContent, { kind: 'image' }>['image']): string =>
  `data:${type};base64,${base64(data)}`;

const contentFor = (placeholder: string, content: ScorerContent): string | undefined => {
  if (content.kind === 'text') return placeholder === '{{text}}' ? content.text.toWellFormed() : undefined;
  if (placeholder === '{{image.base64}}') return base64(content.image.data);
  if (placeholder === '{{image.dataUrl}}') return dataUrl(content.image);
  return placeholder === '{{image.type}}' ? content.image.type : undefined;
};

/** The template with its placeholders' values in their places, as JSON values: content can never become structure. */
export const fillTemplate = (template: Json, content: ScorerContent): Json => {
  if (typeof template === 'string') return contentFor(template, content) ?? template;
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((member: Json) => fillTemplate(member, content));
  return Object.fromEntries(Object.entries(template).map(([name, member]) => [name, fillTemplate(member, content)]));
};

/** Every string of a template that is, or looks like, a placeholder. */
export const placeholdersIn = (template: Json): readonly string[] => {
  if (typeof template === 'string') return template.includes('{{') ? [template] : [];
  if (typeof template !== 'object' || template === null) return [];
  return Object.values(template).flatMap((member: Json) => placeholdersIn(member));
};
