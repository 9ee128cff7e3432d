import { formatPlace } from '../../model/place.ts';
import type { ImageRecord, ProblemRecord, RunRecord } from '../../model/record.ts';
import { isBlocking } from '../../model/verdict.ts';
import { findingsOf, messageOf, type ShownFinding } from '../headline.ts';
import { rulePage } from '../rule-words.ts';
import { anchorOf } from './anchors.ts';
import { EMPTY, prose, safe, type Markup } from './markup.ts';

/** Findings shown one by one; the rest stands with its rule. */
const SHOWN = 200;

/** What keeps images from being published, then what is worth a look; each with its place and what to do. */
export function renderFindings(record: RunRecord): Markup {
  const found = findingsOf(record);
  const blocking = found.filter(({ outcome }) => isBlocking(outcome));
  const warnings = found.filter(({ outcome }) => !isBlocking(outcome));
  const failures = record.images.flatMap(renderFailure);
  const first = [...record.problems.map(renderProblem), ...failures];
  return safe`${section('fix', 'What to fix', [...first, ...renderCards(blocking)], first.length + blocking.length)}
  ${section('look', 'Worth a look', renderCards(warnings), warnings.length)}`;
}

/** A card for each rule of each image, as long as there is room. */
function renderCards(entries: readonly ShownFinding[]): Markup[] {
  const alike = Map.groupBy(entries.slice(0, SHOWN), ({ image, rules }) => `${image.name}\0${rules}`);
  const cards = [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [renderCard(first, others)],
  );
  const more = entries.length - SHOWN;
  return more > 0 ? [...cards, safe`<li class="quiet">… and ${more} more, each with its rule below.</li>`] : cards;
}

function section(id: string, title: string, cards: readonly Markup[], count: number): Markup {
  if (cards.length === 0) return EMPTY;
  const list = safe`<ul class="cards">
      ${cards}
    </ul>`;
  if (id === 'fix')
    return safe`<section aria-labelledby="${id}">
      <h2 id="${id}">${title} <span class="count">${count}</span></h2>
      ${list}
    </section>`;
  return safe`<section aria-labelledby="${id}">
    <h2 id="${id}" class="visually-hidden">${title}</h2>
    <details class="fold" ${{ markup: cards.length <= 3 ? ' open' : '' }}>
      <summary>${title} <span class="count">${count}</span></summary>
      ${list}
    </details>
  </section>`;
}

/** One finding in full, and what else its rule found in that image folded below it. */
function renderCard(entry: ShownFinding, others: readonly ShownFinding[]): Markup {
  const { image, outcome, finding } = entry;
  const kind = outcome.status === 'undecided' ? 'undecided' : isBlocking(outcome) ? 'bad' : 'warn';
  const word = outcome.status === 'undecided' ? 'Undecided' : isBlocking(outcome) ? 'Error' : 'Warning';
  return safe`<li class="card ${kind}">
    <p class="tag">
      <span class="mark">${word}</span> <a href="#${anchorOf(image)}">${image.name}</a>
      <a class="rule" href="${rulePage(outcome.rule)}">${entry.rules}</a>
    </p>
    <p class="message">${prose(messageOf(entry))}</p>
    ${renderPlace(finding)} ${finding && safe`<p class="remedy">${prose(finding.remedy)}</p>`}
    ${
      others.length > 0 &&
      safe`<details class="fold">
        <summary>${others.length} more like this</summary>
        <ul>
          ${others.map((other) => renderOther(other, finding?.remedy))}
        </ul>
      </details>`
    }
  </li>`;
}

function renderOther(entry: ShownFinding, remedy: string | undefined): Markup {
  const { finding } = entry;
  const isOwn = finding !== undefined && finding.remedy !== remedy;
  return safe`<li>
    ${prose(messageOf(entry))} ${renderPlace(finding)} ${isOwn && safe`<p class="remedy">${prose(finding.remedy)}</p>`}
  </li>`;
}

function renderPlace(finding: ShownFinding['finding']): Markup {
  if (finding?.place === undefined) return EMPTY;
  return safe`<p class="place"><code>${formatPlace(finding.place)}</code>${finding.place.inImage === true && ' in the image'}</p>`;
}

function renderFailure(image: ImageRecord): Markup[] {
  const failure = image.build?.failure;
  if (failure === undefined) return [];
  const place = failure.file === undefined ? undefined : formatPlace({ file: failure.file, line: failure.line });
  return [
    safe`<li class="card bad">
      <p class="tag"><span class="mark">Build</span> <a href="#${anchorOf(image)}">${image.name}</a></p>
      <p class="message">${failure.message}</p>
      ${place !== undefined && safe`<p class="place"><code>${place}</code></p>`}
      ${failure.command !== undefined && safe`<p><code>${failure.command}</code></p>`}
      ${failure.log.length > 0 && safe`<pre tabindex="0" role="region" aria-label="Last lines of the build of ${image.name}">${failure.log.join('\n')}</pre>`}
    </li>`,
  ];
}

function renderProblem({ kind, message, details = [], where, remedy }: ProblemRecord): Markup {
  return safe`<li class="card bad">
    <p class="tag"><span class="mark">${kind === 'environment' ? 'Environment' : 'Problem'}</span></p>
    <p class="message">${message}</p>
    ${where !== undefined && safe`<p class="place"><code>${where}</code></p>`}
    ${details.length > 0 && safe`<pre tabindex="0" role="region" aria-label="Details: ${message}">${details.join('\n')}</pre>`}
    ${remedy !== undefined && safe`<p class="remedy">${remedy}</p>`}
  </li>`;
}
