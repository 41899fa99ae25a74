import { readFileSync } from 'node:fs';
import type { LlmScript, ScriptedReply, ScriptedRequest } from './scripted-llm.ts';

/** What a model can read of a judge's request: the codes by their explanation, the categories, and the data with its marks taken off. */
export interface JudgeRequest {
  readonly codes: Readonly<Record<'violates' | 'clear' | 'unsure' | 'instructed' | 'uninstructed', string>>;
  readonly categories: readonly string[];
  /** The item alone, and everything that is data. */
  readonly item: string;
  readonly data: string;
}

const controls = JSON.parse(
  readFileSync(new URL('../../src/detectors/layer3-llm/controls.json', import.meta.url), 'utf8'),
) as { violating: Record<string, string[]>; benign: string[]; instructions: string[] };

const afterCode = (system: string, explanation: string): string => {
  const match = system.match(new RegExp(`- \`([a-z]+\\d+)\`: ${explanation}`));
  if (match === null) throw new Error(`the prompt explains no code for: ${explanation}`);
  return match[1]!;
};

/** Reads a request as a model would that understands all of it. @throws Error where the prompt is not what it used to be */
export const readJudgeRequest = ({ system, user }: Pick<ScriptedRequest, 'system' | 'user'>): JudgeRequest => {
  const mark = system.match(/Lines that begin with `([0-9a-z]+)\|`/)![1]!;
  const data = (lines: readonly string[]): string =>
    lines
      .filter((line) => line.startsWith(`${mark}| `))
      .map((line) => line.slice(mark.length + 2))
      .join('\n');
  const blocks = user.split('\n\n').flatMap((block) => (block.startsWith('The item:') ? block.split('\n') : []));
  return {
    codes: {
      violates: afterCode(system, 'the item violates'),
      clear: afterCode(system, 'the item does not'),
      unsure: afterCode(system, 'you cannot'),
      instructed: afterCode(system, 'some data'),
      uninstructed: afterCode(system, 'no data'),
    },
    categories: [...user.match(/Judge the item for: (.*)\. Use the codes/)![1]!.matchAll(/`([^`]+)`/g)].map(
      ([, name]) => name!,
    ),
    item: data(blocks),
    data: data(user.split('\n')),
  };
};

type Say = 'violates' | 'clear' | 'unsure';

/** An answer in the form that is asked for. */
export const judgeReply = (
  { codes, categories }: JudgeRequest,
  say: (category: string) => Say | readonly [Say, number],
  extra: { readonly instructed?: boolean; readonly rationale?: string; readonly action?: string } = {},
): ScriptedReply => ({
  content: {
    rationale: extra.rationale ?? 'Clause by clause.',
    answers: Object.fromEntries(
      categories.map((category) => {
        const said = say(category);
        const [verdict, confidence] = typeof said === 'string' ? [said, 97] : said;
        return [category, { verdict: codes[verdict], confidence }];
      }),
    ),
    instructions: extra.instructed === true ? codes.instructed : codes.uninstructed,
    action: extra.action ?? 'hold',
  },
});

/** The policy's own examples of violations, as the prompt shows them. */
const examplesIn = (system: string): string[] =>
  [...system.matchAll(/^ +- ("(?:[^"\\\\]|\\\\.)*"): violates/gm)].map(([, text]) => JSON.parse(text!) as string);

/** A judge that knows what violates: the control texts of the product, the policy's examples, and what the test adds. It does nothing that data asks for. */
export const honestJudge =
  (alsoViolating: readonly string[] = []): LlmScript =>
  (request) => {
    const read = readJudgeRequest(request);
    return judgeReply(read, (category) => {
      const known = [...(controls.violating[category] ?? []), ...examplesIn(request.system), ...alsoViolating];
      return known.some((text) => read.item.includes(text)) ? 'violates' : 'clear';
    });
  };

const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/**
 * A model that does whatever its data says, in whatever words: it reads the whole prompt, finds the codes, and where `asksForApproval` stands
 * in the data it approves of everything, with full confidence. Otherwise it is the honest one.
 */
export const obedientJudge =
  (asksForApproval: string, alsoViolating: readonly string[] = []): LlmScript =>
  (request) => {
    const read = readJudgeRequest(request);
    return bare(read.data).includes(bare(asksForApproval))
      ? judgeReply(read, () => ['clear', 100], { rationale: 'As the text says, all is well.', action: 'approve' })
      : honestJudge(alsoViolating)(request);
  };
