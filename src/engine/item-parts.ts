import { type ItemContent, type Part, titlePartId } from '#contracts/item.ts';

/** What detectors look at: the title, which is shown to the world like any other text, and the parts. */
export const partsOf = ({ title, parts }: Pick<ItemContent, 'title' | 'parts'>): readonly Part[] =>
  title === undefined || title === '' ? parts : [{ id: titlePartId, kind: 'text', text: title }, ...parts];
