import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTextEncoder } from '../encoder/text-encoder.ts';
import { createNgramStage } from '../ngram-stage.ts';
import { createTextExplainer } from './text-explainer.ts';

const ngram = createNgramStage();
const encoder = createTextEncoder({ processes: 1 });
const explainer = createTextExplainer({ ngram, encoder });
const never = new AbortController().signal;
beforeAll(() => ngram.open());
afterAll(() => Promise.all([ngram.close(), encoder.close()]));

describe('the explainer of the text classifier', () => {
  it('knows which labels are categories and which attributes', () => {
    const of = (kind: string) => explainer.labels.filter((known) => known.kind === kind).map(({ label }) => label);
    expect(of('category')).toContain('harassment');
    expect(of('attribute')).toEqual(expect.arrayContaining(['insult', 'toxicity']));
    expect(of('category')).not.toContain('insult');
  });

  it('refuses a label that it has not', async () => {
    await expect(explainer.explain({ text: 'a', labels: ['copyright'] }, never)).rejects.toThrow(RangeError);
  });

  it('says that a caller gave up', async () => {
    const answer = await explainer.explain({ text: 'You idiot', labels: ['insult'] }, AbortSignal.abort());
    expect(answer).toMatchObject({ status: 'unavailable', failure: 'aborted' });
  });

  it('says that models which are closed failed, and quotes nothing', async () => {
    const closed = { ngram: createNgramStage(), encoder: createTextEncoder({ processes: 1 }) };
    await Promise.all([closed.ngram.close(), closed.encoder.close()]);
    const answer = await createTextExplainer(closed).explain({ text: 'You idiot', labels: ['insult'] }, never);
    expect(answer).toMatchObject({ status: 'unavailable', failure: 'failed' });
    expect(JSON.stringify(answer)).not.toContain('You idiot');
  });
});
