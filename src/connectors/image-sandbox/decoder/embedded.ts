/** Readers of ZIP files look for the end of the directory (APPNOTE 4.3.16) from the file's end backwards, over a comment of 65,535 bytes at most. */
const zipEndBytes = 22;
const longestZipComment = 65_535;

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A directory's end whose count of entries, sizes and offsets can be true. */
const isZipEnd = (file: Buffer, at: number): boolean => {
  if (at + zipEndBytes > file.length) return false;
  const directoryBytes = file.readUInt32LE(at + 12);
  return directoryBytes <= at && at + zipEndBytes + file.readUInt16LE(at + 20) <= file.length;
};

const hasZip = (file: Buffer): boolean => {
  const from = Math.max(0, file.length - zipEndBytes - longestZipComment);
  for (let at = file.lastIndexOf('PK\x05\x06', undefined, 'latin1'); at >= from; ) {
    if (isZipEnd(file, at)) return true;
    if (at === 0) return false;
    at = file.lastIndexOf('PK\x05\x06', at - 1, 'latin1');
  }
  return false;
};

const archiveSignatures = ['Rar!\x1a\x07', '7z\xbc\xaf\x27\x1c', '\xfd7zXZ\0', 'PK\x03\x04', 'MSCF\0\0\0\0', '\x7fELF'];

/** An archive inside the file: a ZIP directory that readers of ZIP files would find, or an archive behind the picture. */
export const hasArchive = (bytes: Uint8Array, endOfPicture: number): boolean => {
  const file = bufferOf(bytes);
  if (hasZip(file)) return true;
  const behind = file.subarray(endOfPicture);
  return archiveSignatures.some((signature) => behind.includes(signature, 0, 'latin1'));
};

/** What browsers and interpreters would run: beginnings long enough that compressed pixels do not have them by chance. */
const scriptBeginnings = [
  '<script',
  '<?php',
  '<html',
  '<!doctype html',
  '<iframe',
  '<svg xmlns',
  '<object',
  '<embed src',
];
const lessThan = 0x3c;
const longest = Math.max(...scriptBeginnings.map(({ length }) => length));

/** Readers of PDF files accept the header within the first 1,024 bytes, some of them anywhere. */
const pdfHeader = '%PDF-1.';

/** Script, markup that a browser would run, or a PDF document, anywhere in the file. Linear in its length. */
export const hasScript = (bytes: Uint8Array): boolean => {
  const file = bufferOf(bytes);
  if (file.includes(pdfHeader, 0, 'latin1')) return true;
  for (let at = file.indexOf(lessThan); at >= 0; at = file.indexOf(lessThan, at + 1)) {
    const second = file[at + 1];
    if (second !== 0x21 && second !== 0x3f && !isLetter(second)) continue;
    const start = file.toString('latin1', at, at + longest).toLowerCase();
    if (scriptBeginnings.some((beginning) => start.startsWith(beginning))) return true;
  }
  return false;
};

const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
