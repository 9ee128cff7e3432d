import { formatPlace } from '../../model/place.ts';
import type { FindingRecord, JudgedRecord, OutcomeRecord } from '../../model/record.ts';
import { isBlocking } from '../../model/verdict.ts';
import { rulePage } from '../rule-words.ts';
import { anchorOf } from './anchors.ts';
import { prose, safe, type Markup } from './markup.ts';

const ORDER = ['bad', 'undecided', 'warn', 'waived', 'passed', 'skipped'] as const;
type Kind = (typeof ORDER)[number];
const WORDS: Readonly<Record<Kind, string>> = {
  bad: 'failed',
  undecided: 'undecided',
  warn: 'warning',
  waived: 'waived',
  passed: 'passed',
  skipped: 'skipped',
};

/** As many rules that passed or were skipped stand in sight; more are folded. */
const UNFOLDED = 12;

/** Findings of one rule that are written out. */
const SHOWN = 50;

/** Every rule that judged one image or the stack, with what was seen, why, and what to do; what blocks comes first. */
export function renderRules(judged: JudgedRecord, titles: ReadonlyMap<string, string>): Markup {
  if (judged.outcomes.length === 0) return safe`<p class="quiet">No rule has judged it yet.</p>`;
  const sorted = ORDER.map((kind) => judged.outcomes.filter((outcome) => kindOf(outcome) === kind));
  const counts = ORDER.flatMap((kind, index) => {
    const count = sorted[index]?.length ?? 0;
    return count === 0 ? [] : [safe`<li class="${kind}"><span>${count}</span> ${WORDS[kind]}</li>`];
  });
  const id = `rules-${anchorOf(judged)}`;
  return safe`<ul class="tally">
      ${counts}
    </ul>
    <p class="filter">
      <label for="${id}-q">Find a rule</label>
      <input id="${id}-q" type="search" data-filter="${id}" autocomplete="off" />
      <span class="found" role="status"></span>
    </p>
    <div id="${id}">${renderTables(judged, sorted, titles)}</div>`;
}

/** What passed or was skipped is folded where there is much of it. */
function renderTables(
  { name }: JudgedRecord,
  sorted: readonly (readonly OutcomeRecord[])[],
  titles: ReadonlyMap<string, string>,
): Markup {
  const quiet = sorted.slice(ORDER.indexOf('passed')).flat();
  if (quiet.length <= UNFOLDED) return renderTable(`Rules of ${name}`, sorted.flat(), titles);
  const loud = sorted.slice(0, ORDER.indexOf('passed')).flat();
  return safe`${loud.length > 0 && renderTable(`Rules of ${name} that found something`, loud, titles)}
    <details class="fold">
      <summary>Passed and skipped <span class="count">${quiet.length}</span></summary>
      ${renderTable(`Rules of ${name} that passed or were skipped`, quiet, titles)}
    </details>`;
}

function renderTable(label: string, outcomes: readonly OutcomeRecord[], titles: ReadonlyMap<string, string>): Markup {
  return safe`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table class="rules">
      <thead>
        <tr>
          <th scope="col">Result</th>
          <th scope="col">Rule</th>
          <th scope="col">Evidence</th>
        </tr>
      </thead>
      <tbody>
        ${outcomes.map((outcome) => renderRow(outcome, titles))}
      </tbody>
    </table>
  </div>`;
}

function kindOf(outcome: OutcomeRecord): Kind {
  if (outcome.status === 'failed' || outcome.status === 'undecided')
    return isBlocking(outcome) ? (outcome.status === 'failed' ? 'bad' : 'undecided') : 'warn';
  return outcome.status;
}

function renderRow(outcome: OutcomeRecord, titles: ReadonlyMap<string, string>): Markup {
  const kind = kindOf(outcome);
  const said = outcome.findings.slice(0, SHOWN).map(renderFinding);
  const more = outcome.findings.length - said.length;
  const evidence = [outcome.seen, outcome.reason].filter((text) => text !== undefined);
  return safe`<tr>
    <td><span class="pill ${kind}">${WORDS[kind]}</span></td>
    <th scope="row">
      <a href="${rulePage(outcome.rule)}">${outcome.rule}</a><span class="title">${titles.get(outcome.rule)}</span>
    </th>
    <td>
      ${evidence.map((text) => safe`<p>${prose(text)}</p>`)}${
        said.length > 0 &&
        safe`<ul>
          ${said}
        </ul>`
      }${more > 0 && safe`<p class="quiet">… and ${more} more in the record</p>`}
    </td>
  </tr>`;
}

function renderFinding({ message, seen, allowed, place, remedy }: FindingRecord): Markup {
  return safe`<li>
    <p>${prose(message)}</p>
    ${seen !== undefined && allowed !== undefined && safe`<p class="quiet">seen ${seen}, allowed ${allowed}</p>`}
    ${place && safe`<p class="place"><code>${formatPlace(place)}</code>${place.inImage === true && ' in the image'}</p>`}
    <p class="remedy">${prose(remedy)}</p>
  </li>`;
}
