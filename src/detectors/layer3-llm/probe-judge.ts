import type { JudgeTestAnswer } from '#contracts/judge.ts';
import { policyDocumentSchema } from '#contracts/policy.ts';
import type { LanguageModel } from '#engine/ports/language-model.ts';
import { buildRequest, type Question } from './build-request.ts';
import { violatingControl } from './controls.ts';
import { type JudgeAnswer, readAnswer } from './judge-answer.ts';
import { judgePrompt } from './prompt-file.ts';

const policy = {
  ...policyDocumentSchema.parse({
    name: 'Test',
    categories: {
      spam: {
        title: 'Spam',
        review: 0.5,
        remove: 0.9,
        severity: 1,
        clause: '1',
        text: 'Advertising that nobody asked for, and promises of easy money, are removed. Conversation is allowed.',
      },
    },
  }),
  id: 'test',
  version: 0,
};

const harmless: Question = {
  categories: [{ category: 'spam', probability: 0.5 }],
  texts: [{ label: 'text', text: 'We went to the lake on Sunday and had sandwiches by the water.' }],
  pictures: [],
  surroundings: [],
};

const verdictOf = (answer: JudgeAnswer): string => {
  const { verdict, confidence } = answer.verdicts.get('spam')!;
  return `${verdict}, ${Math.round(confidence * 100)} % sure`;
};

/**
 * Really asks a model, as a judge does: about a harmless sentence, and about the same sentence with a control planted. `ok` says that the
 * endpoint answers in the form that is asked for; the message says what it answered, and whether it would be believed.
 */
export const probeJudge = async (
  model: LanguageModel,
  maximumOutputTokens: number,
  abort: AbortSignal,
): Promise<JudgeTestAnswer> => {
  const started = performance.now();
  const tokens = { input: 0, output: 0 };
  let told: string | null = null;
  const finish = (ok: boolean, message: string): JudgeTestAnswer => ({
    ok,
    durationMs: performance.now() - started,
    message,
    model: told,
    inputTokens: told === null ? null : tokens.input,
    outputTokens: told === null ? null : tokens.output,
  });
  const answers: JudgeAnswer[] = [];
  for (const question of [harmless, violatingControl(harmless, policy)]) {
    const { request, codes } = buildRequest(question, {
      prompt: judgePrompt,
      policy,
      keepsSchema: model.keepsSchema,
      maximumOutputTokens,
    });
    const result = await model.complete(request, abort);
    if (!result.ok)
      return finish(
        false,
        result.serverSaid === undefined ? result.message : `${result.message} The server said: ${result.serverSaid}`,
      );
    told = result.model;
    tokens.input += result.usage.inputTokens ?? 0;
    tokens.output += result.usage.outputTokens ?? 0;
    const answer = readAnswer(result.text, ['spam'], codes);
    if (answer === undefined)
      return finish(
        false,
        'The server answered, but not in the form that was asked for. Try another `structure`, more output tokens, or a larger model.',
      );
    answers.push(answer);
  }
  const [sample, control] = answers as [JudgeAnswer, JudgeAnswer];
  const believed =
    sample.verdicts.get('spam')!.verdict !== 'violates' && control.verdicts.get('spam')!.verdict === 'violates';
  return finish(
    true,
    `Harmless sentence: ${verdictOf(sample)}. The same with advertising planted in it: ${verdictOf(control)}. ${
      believed
        ? 'This model can clear items.'
        : 'This model would not be believed: it does not tell the two apart, so people would get what it clears.'
    }`,
  );
};
