import { describe, expect, it } from 'vitest';
import { roles, scopes } from '#contracts/access.ts';
import { assessmentStatuses, displays, outcomes, stopReasons } from '#contracts/decision.ts';
import {
  bankBehaviours,
  bankImportFormats,
  bankKinds,
  bankModes,
  hashAlgorithms,
  reportStates,
} from '#contracts/hash-bank.ts';
import { trustTiers } from '#contracts/item.ts';
import { judgeCallSchema, judgeStates, judgeTiers, judgeWriteSchema } from '#contracts/judge.ts';
import { termModes } from '#contracts/lists.ts';
import { fileSigns, partMediaSchema } from '#contracts/media.ts';
import { modelKinds, sliceDimensions } from '#contracts/models.ts';
import { reviewBuckets } from '#contracts/review.ts';
import { signalStatuses } from '#contracts/signal.ts';
import { deliveryStates } from '#contracts/webhook.ts';
import english from './en.json' with { type: 'json' };

describe('the English texts', () => {
  it('name both tiers of judges', () => {
    expect(Object.keys(english.judges.tiers)).toEqual([...judgeTiers]);
  });

  it('name kinds of models and of slices', () => {
    expect(Object.keys(english.models.kinds)).toEqual(expect.arrayContaining([...modelKinds]));
    expect(Object.keys(english.models.slices)).toEqual(expect.arrayContaining([...sliceDimensions]));
  });

  it.each([
    ['outcomes', outcomes],
    ['displays', displays],
    ['stops', stopReasons],
    ['assessments', assessmentStatuses],
    ['signals', signalStatuses],
    ['buckets', reviewBuckets],
    ['tiers', trustTiers],
    ['termModes', termModes],
    ['roles', roles],
    ['roleHints', roles],
    ['fileSigns', fileSigns],
    ['absences', partMediaSchema.shape.absence.unwrap().options],
    ['hashAlgorithms', hashAlgorithms],
    ['bankKinds', bankKinds],
    ['bankModes', bankModes],
    ['bankBehaviours', bankBehaviours],
    ['bankEffects', [...bankBehaviours, 'none']],
    ['bankFormats', bankImportFormats],
    ['reportStates', reportStates],
    ['deliveryStates', deliveryStates],
    ['judgeBreakers', judgeStates],
    ['judgeStructures', judgeWriteSchema.shape.structure.unwrap().options],
    ['judgeCalls', judgeCallSchema.shape.status.options],
    ['scopes', scopes.map((scope) => scope.replace(':', '_'))],
  ] as const)('%s name everything that the contract knows', (group, keys) => {
    expect(Object.keys(english[group])).toEqual(expect.arrayContaining([...keys]));
  });
});
