export { type ItemMediaLink, linkRows, releaseItemMedia } from './item-media-store.ts';
export { linkedParts } from './linked-parts.ts';
export { mediaCrontab, mediaJobs } from './media-jobs.ts';
export { registerMediaRoutes } from './media-routes.ts';
export { MediaService } from './media-service.ts';
export { partMediaOf, withheldParts } from './part-media.ts';
export { fromUrl as openPictureUrl, reasonOf as pictureFailure } from './part-sources.ts';
export { createStoredImages } from './stored-images.ts';
