import { useLocalStorage } from '@mantine/hooks';

/** How uncovered pictures are shown to this person: kept, because it is a matter of what one can bear. */
export const usePictureSettings = () => {
  const [grey, setGrey] = useLocalStorage({ key: 'tidegate-picture-grey', defaultValue: true });
  const [blurred, setBlurred] = useLocalStorage({ key: 'tidegate-picture-blurred', defaultValue: false });
  const [marked, setMarked] = useLocalStorage({ key: 'tidegate-picture-marked', defaultValue: true });
  return {
    grey,
    blurred,
    marked,
    toggleGrey: () => setGrey((before) => !before),
    toggleBlurred: () => setBlurred((before) => !before),
    toggleMarked: () => setMarked((before) => !before),
  };
};
export type PictureSettings = ReturnType<typeof usePictureSettings>;
