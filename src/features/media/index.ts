export { accountsShowing, type ItemMediaLink, linkRows, releaseItemMedia } from './item-media-store.ts';
export { linkedParts } from './linked-parts.ts';
export type { MediaOwner, WithholdReason } from './media.ts';
export { mediaCrontab, mediaJobs } from './media-jobs.ts';
export { type MediaRouteDependencies, registerMediaRoutes } from './media-routes.ts';
export { MediaService, type MediaServiceDependencies, type ResolveOptions } from './media-service.ts';
export { partMediaOf } from './part-media.ts';
export { createStoredImages } from './stored-images.ts';
