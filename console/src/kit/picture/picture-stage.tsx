import type { CSSProperties, RefCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { categoryHue } from '../category-hue.ts';
import type { PictureMark } from './picture-evidence.ts';
import classes from './picture-viewer.module.css';

interface PictureStageProps {
  readonly address: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
  readonly shownWidth: number;
  readonly stageRef: RefCallback<HTMLDivElement | null>;
  readonly grey: boolean;
  readonly blurred: boolean;
  readonly marks: readonly PictureMark[];
  /** Key of the mark under the pointer or the focus. */
  readonly active: string | null;
  readonly onActive: (key: string | null) => void;
}

const percent = (value: number): string => `${value * 100}%`;

/** The picture, with what was found in it framed in place. The frames are a help for the pointer; the list beside them is for the keyboard. */
export const PictureStage = (props: PictureStageProps) => {
  const { t } = useTranslation();
  const { address, alt, width, height, shownWidth, stageRef, grey, blurred, marks, active, onActive } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: no form is grouped here
    <div ref={stageRef} className={classes.stage} tabIndex={0} role="group" aria-label={t('picture.stage')}>
      <div className={classes.canvas} style={{ width: shownWidth, aspectRatio: `${width} / ${height}` }}>
        <img
          src={address}
          alt={alt}
          className={classes.picture}
          data-grey={grey || undefined}
          data-blurred={blurred || undefined}
          draggable={false}
          onContextMenu={(event) => event.preventDefault()}
        />
        {marks.map((mark, index) =>
          mark.place === null ? null : (
            <span
              key={mark.key}
              aria-hidden
              className={classes.mark}
              data-found={mark.kind === 'region' || mark.findings.length > 0 || undefined}
              data-active={active === mark.key || undefined}
              data-edge={mark.place.x < 0.05 || undefined}
              style={
                {
                  '--hue': categoryHue(mark.category),
                  left: percent(mark.place.x),
                  top: percent(mark.place.y),
                  width: percent(mark.place.width),
                  height: percent(mark.place.height),
                } as CSSProperties
              }
              onMouseEnter={() => onActive(mark.key)}
              onMouseLeave={() => onActive(null)}
            >
              <span className={classes.number}>{index + 1}</span>
            </span>
          ),
        )}
      </div>
    </div>
  );
};
