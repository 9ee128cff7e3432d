import { styleText } from 'node:util';
import type { Fault } from '../model/fault.ts';
import { formatPlace } from '../model/place.ts';
import { toLine } from './escape.ts';

/** A Fault for the person who reads it at night: what, where, what to do; one line each. */
export function faultLines(fault: Fault, color: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const known = fault.where === undefined || fault.message.includes(fault.where);
  const where = known ? '' : ` (${paint('cyan', toLine(fault.where))})`;
  const complaints = fault.complaints.map(({ message, place }) => {
    const at = place === undefined ? '' : `${paint('cyan', toLine(formatPlace(place)))} `;
    return `  ${at}${toLine(message, 1000)}`;
  });
  const remedy = fault.remedy === undefined ? [] : [`  → ${toLine(fault.remedy, 1000)}`];
  return `${[`${paint('red', '✗')} ${toLine(fault.message, 2000)}${where}`, ...complaints, ...remedy].join('\n')}\n`;
}
