/** Which slice of a report a text belongs to by its length in words. */
export const lengthSlice = (text: string): string => {
  const words = text.split(/\s+/u).filter((word) => word !== '').length;
  if (words <= 8) return '8 words or fewer';
  if (words <= 30) return '9 to 30 words';
  if (words <= 100) return '31 to 100 words';
  return 'more than 100 words';
};
