export { createDecisionsReporter } from './decisions-report.ts';
export { type LabelledScore, reportLabel } from './label-report.ts';
export { atBaseRate, everyThreshold } from './measures.ts';
export { readModelCatalogue } from './model-catalogue.ts';
export { registerModelRoutes } from './model-routes.ts';
export { lengthSlice } from './text-slices.ts';
