/** Ids of the signals in which the policy's rules answer, by the layer after which they are asked. */
export const ruleDetectorIds = { 1: 'rules', 2: 'rules-after-models' } as const;
