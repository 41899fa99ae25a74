import { useQuery } from '@tanstack/react-query';
import { builtInCategories } from '#contracts/category.ts';
import { activePolicyQuery } from '../policy/policy-queries.ts';

/** The policy's categories; the built-in ones until it is there. */
export const useCategories = (): readonly string[] => {
  const { data } = useQuery(activePolicyQuery);
  return data === undefined ? builtInCategories : Object.keys(data.document.categories);
};
