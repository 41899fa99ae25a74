import type { CSSProperties } from 'react';
import { categoryHue } from './category-hue.ts';
import classes from './category-tag.module.css';
import { humanise } from './format.ts';

/** A category by name, with its colour as a help to the eye. */
export const CategoryTag = ({ category }: { category: string }) => (
  <span className={classes.tag} style={{ '--hue': categoryHue(category) } as CSSProperties}>
    {humanise(category)}
  </span>
);

export const CategoryTags = ({ categories, limit = 3 }: { categories: readonly string[]; limit?: number }) => (
  <span className={classes.tags}>
    {categories.slice(0, limit).map((category) => (
      <CategoryTag key={category} category={category} />
    ))}
    {categories.length > limit ? <span className={classes.more}>+{categories.length - limit}</span> : null}
  </span>
);
