export { CallRecorder } from './call-recorder.ts';
export { DailyCap } from './daily-cap.ts';
export { registerJudgeRoutes } from './judge-routes.ts';
export { JudgeService, readJudges } from './judge-service.ts';
export type { JudgeProbe } from './judges.ts';
