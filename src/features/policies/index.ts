export { bumpEpoch, configurationChannel, readEpoch } from './epoch-store.ts';
