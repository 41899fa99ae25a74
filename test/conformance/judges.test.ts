import { afterAll, beforeAll, describe } from 'vitest';
import { createJudgeWorld, type JudgeWorld } from '#test/support/judge-world.ts';
import { describeDetectorConformance } from './detector-conformance.ts';

/** The judges, in front of a scripted server, keep what every detector promises. */
describe('D1 D2', () => {
  let world: JudgeWorld;
  beforeAll(async () => {
    world = await createJudgeWorld();
  });
  afterAll(() => world.llm.close());

  describeDetectorConformance('judge-small, layer 3', () => world.judge());
  describeDetectorConformance('judge-large, layer 4', () => world.judge({ tier: 'large', structure: 'none' }));
});
