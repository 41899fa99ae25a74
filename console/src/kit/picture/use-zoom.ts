import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useLayoutEffect, useRef, useState } from 'react';

const steps = 1.25;
const most = 8;

/** Where the middle of what is seen lies, as shares of the whole. */
const middleOf = (stage: HTMLElement): { x: number; y: number } => ({
  x: (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth,
  y: (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight,
});

/** Size and zoom of a picture on a stage. Zoom 1 fits it in; small pictures are not blown up for that beyond twice their size. */
export const useZoom = (width: number, height: number, tallest: number) => {
  const { ref: sizeRef, width: room } = useElementSize<HTMLDivElement>();
  const stage = useRef<HTMLDivElement>(null);
  const middle = useRef({ x: 0.5, y: 0.5 });
  const [zoom, setZoom] = useState(1);
  const fit = room === 0 ? 0 : Math.min(room / width, tallest / height, 2);
  const change = (factor: number) => {
    if (stage.current !== null) middle.current = middleOf(stage.current);
    setZoom((before) => {
      const next = Math.min(most, Math.max(1, before * factor));
      return next < 1.05 ? 1 : next;
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was in the middle stays there whenever the zoom changes
  useLayoutEffect(() => {
    const element = stage.current;
    if (element === null) return;
    element.scrollLeft = middle.current.x * element.scrollWidth - element.clientWidth / 2;
    element.scrollTop = middle.current.y * element.scrollHeight - element.clientHeight / 2;
  }, [zoom]);
  return {
    ref: useMergedRef(sizeRef, stage),
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
