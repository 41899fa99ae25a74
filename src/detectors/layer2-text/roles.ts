/**
 * Who a text speaks of: the same word means another thing said to somebody (`you idiot`), of oneself (`I am an idiot`) or
 * of a group. Words near a role word are paired with the role instead of the word itself, so that what is learned of one
 * group holds for every group.
 */
export type Role = 'first' | 'second' | 'third' | 'group' | 'denial' | 'report';

const WORDS: Readonly<Record<Role, string>> = {
  first: 'i im ive id ill me my mine myself we us our ours ourselves',
  second: 'you u ur your youre youve youll yours yourself yourselves ya yall thou',
  third: 'he she him her his hers himself herself they them their theirs themselves theyre hes shes',
  group:
    'muslim muslims islam islamic moslem jew jews jewish christian christians catholic catholics hindu hindus sikh sikhs buddhist atheist ' +
    'atheists black blacks white whites asian asians chinese japanese korean indian indians pakistani pakistanis arab arabs african africans ' +
    'mexican mexicans latino latinos latina hispanic hispanics immigrant immigrants migrant migrants refugee refugees foreigner foreigners ' +
    'woman women female females girl girls man men male males gay gays lesbian lesbians bisexual trans transgender queer homosexual ' +
    'homosexuals lgbt disabled autistic deaf blind gypsy gypsies roma turk turks turkish polish poles russian russians irish italian italians ' +
    'american americans european europeans somali somalis syrian syrians palestinian palestinians israeli israelis native natives aboriginal ' +
    'boomer boomers elderly feminist feminists minority minorities race races',
  denial:
    'not no never dont doesnt didnt isnt arent wasnt werent wont cant shouldnt nobody none neither nor without stop against',
  report:
    'said says saying say called calls calling call told tells wrote claims claimed people someone somebody reported report quote',
};

const ROLES: ReadonlyMap<string, Role> = new Map(
  (Object.entries(WORDS) as [Role, string][]).flatMap(([role, words]) =>
    words.split(' ').map((word): [string, Role] => [word, role]),
  ),
);

/** The role of a canonical word, if it has one. */
export function roleOf(word: string): Role | undefined {
  return ROLES.get(word);
}
