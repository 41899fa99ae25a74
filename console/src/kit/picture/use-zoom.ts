import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';

const steps = 1.25;
const most = 8;

/** Size and zoom of a picture on a stage. Zoom 1 fits it in; small pictures are not blown up for that beyond twice their size. */
export const useZoom = (width: number, height: number, tallest: number) => {
  const { ref, width: room } = useElementSize<HTMLDivElement>();
  const [zoom, setZoom] = useState(1);
  const fit = room === 0 ? 0 : Math.min(room / width, tallest / height, 2);
  const change = (factor: number) =>
    setZoom((before) => {
      const next = Math.min(most, Math.max(1, before * factor));
      return next < 1.05 ? 1 : next;
    });
  return {
    ref,
    /** Width in CSS pixels; 0 until the room is known. */
    shownWidth: Math.max(fit === 0 ? 0 : 24, width * fit * zoom),
    /** CSS pixels for one of the picture. */
    scale: fit * zoom,
    zoomed: zoom > 1,
    larger: () => change(steps),
    smaller: () => change(1 / steps),
    reset: () => setZoom(1),
  };
};
