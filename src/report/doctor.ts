import { styleText } from 'node:util';
import type { DoctorCheck } from '../model/doctor.ts';
import { EXIT, type ExitCode } from '../model/fault.ts';
import { toLine } from './escape.ts';

const MARKS = { ok: ['green', '✓'], failed: ['red', '✗'], skipped: ['dim', '·'] } as const;

/** The answers of `slipway doctor`, one question after the other. */
export function renderDoctor(checks: readonly DoctorCheck[], color: boolean): string {
  const lines = checks.flatMap(({ name, state, answer, lines: details }) => {
    const [style, sign] = MARKS[state];
    const mark = color ? styleText(style, sign, { validateStream: false }) : sign;
    return [`${mark} ${name}: ${toLine(answer, 1000)}`, ...details.map((line) => `    ${toLine(line, 2000)}`)];
  });
  return `${lines.join('\n')}\n`;
}

/** 0 when nothing failed, 75 when all that failed may pass by itself. */
export function doctorExitCode(checks: readonly DoctorCheck[]): ExitCode {
  const failed = checks.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return EXIT.passed;
  return failed.every(({ environment }) => environment === true) ? EXIT.environment : EXIT.fault;
}
