export { assumedBaseRate } from './base-rates.ts';
export { createDecisionsReporter } from './decisions-report.ts';
export { type LabelledScore, reportLabel } from './label-report.ts';
export { atBaseRate, everyThreshold, figuresAt } from './measures.ts';
export { type ModelCatalogue, readModelCatalogue } from './model-catalogue.ts';
export { registerModelRoutes } from './model-routes.ts';
export { lengthSlice } from './text-slices.ts';
