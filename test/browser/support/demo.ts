import type { TestApplication } from '#test/support/application.ts';

/** Sends the demo community through the pipeline and waits until all of it is decided. */
export const loadDemo = async (app: TestApplication): Promise<void> => {
  await app.application.demo.run();
};
