import sharp from 'sharp';

/** The only loaders of libvips that may run; everything else that it could read stays blocked. */
const loaders = ['JpegBuffer', 'PngBuffer', 'NsgifBuffer', 'WebpBuffer', 'HeifBuffer', 'TiffBuffer'];

/** One thread and no cache: one file at a time is in here, and nothing of it should stay. */
export const confineLibrary = (): void => {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: loaders.map((name) => `VipsForeignLoad${name}`) });
  sharp.cache(false);
  sharp.concurrency(1);
};
