import type { Command } from 'commander';
import { pdqMinimumQuality } from '#engine/hash/pdq.ts';
import { examinePicture } from './picture-file.ts';
import type { Terminal } from './terminal.ts';

export const addHashCommand = (program: Command, terminal: Terminal): void => {
  program
    .command('hash')
    .description('the hashes of a picture: SHA-256 and MD5 of the file, PDQ of what it shows; needs no database')
    .argument('<file>', 'a picture')
    .option('--json', 'the result as JSON')
    .action(async (file: string, { json }: { readonly json?: true }) => {
      const { sha256, md5, hashes } = await examinePicture(file);
      const [first] = hashes;
      const pdq = first === undefined ? null : { hash: first.pdq, quality: first.quality };
      if (json) {
        terminal.out(JSON.stringify({ sha256, md5, pdq }));
        return;
      }
      terminal.out(`sha256   ${sha256}\nmd5      ${md5}`);
      if (pdq === null) return;
      const weak = pdq.quality < pdqMinimumQuality ? ', too low to be matched' : '';
      terminal.out(`pdq      ${pdq.hash}\nquality  ${pdq.quality}${weak}`);
    });
};
