import { Tooltip } from '@mantine/core';
import type { CSSProperties } from 'react';
import { categoryHue } from './category-hue.ts';
import { type Finding, segmentText } from './evidence-segments.ts';
import classes from './evidence-text.module.css';
import { humanise } from './format.ts';

const describe = (findings: readonly Finding[]): string[] => [
  ...new Set(
    findings.map((finding) =>
      [finding.category === undefined ? null : humanise(finding.category), finding.label, finding.detector]
        .filter((part) => part !== null && part !== '')
        .join(' · '),
    ),
  ),
];

/** A text with its findings marked in place; each says on hover and focus what was found and by which detector. */
export const EvidenceText = ({ text, findings }: { text: string; findings: readonly Finding[] }) => (
  <span className={classes.text} dir="auto">
    {segmentText(text, findings).map((segment) => {
      if (segment.findings.length === 0) return <span key={segment.start}>{segment.text}</span>;
      const lines = describe(segment.findings);
      const hue = categoryHue(segment.findings.find((finding) => finding.category !== undefined)?.category);
      const strengths = segment.findings.flatMap(({ strength }) => (strength === undefined ? [] : [strength]));
      const style = { '--hue': hue, '--strength': Math.max(0, ...strengths) } as CSSProperties;
      const weighed = strengths.length > 0 || undefined;
      return (
        <Tooltip
          key={segment.start}
          multiline
          maw={360}
          label={lines.map((line) => (
            <span key={line} className={classes.line}>
              {line}
            </span>
          ))}
        >
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be reachable by keyboard */}
          <mark className={classes.mark} style={style} data-weighed={weighed} tabIndex={0}>
            {segment.text}
          </mark>
        </Tooltip>
      );
    })}
  </span>
);
