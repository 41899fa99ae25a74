import { Presets, SingleBar } from 'cli-progress';

/** A bar of the bytes read so far, on a terminal; none where the size is not known or nobody watches. */
export const startByteProgress = (bytes: number | undefined): SingleBar | undefined => {
  if (bytes === undefined || !process.stderr.isTTY) return undefined;
  const progress = new SingleBar(
    {
      format: '{bar} {percentage} % | {duration_formatted}, {eta_formatted} to go',
      stream: process.stderr,
      hideCursor: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  progress.start(bytes, 0);
  return progress;
};
