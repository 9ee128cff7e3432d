const LIGHT = `--page:#f6f7f9;--card:#fff;--sunk:#eceef2;--ink:#1a1f29;--soft:#566072;--faint:#b9c0cc;--line:#e1e4ea;--edge:#828b9d;--link:#1f5fa8;
--good:#2c7a4b;--good-ink:#1d6539;--good-tint:#dff1e6;--bad:#c2352f;--bad-ink:#a3241f;--bad-tint:#fbe4e2;--warn:#b7791f;--warn-ink:#80500b;--warn-tint:#faecd0;
--undecided:#7052a8;--undecided-ink:#5b3f93;--undecided-tint:#ebe5f6;
--tb:#c9cfd9;--tb-ink:#1f2632;--cell-ink:#fff;--group:#dfe3ea;--gone:#f6e3e1;
--t0:#33689e;--t1:#2d7470;--t2:#7a5c9e;--t3:#8b6234;--t4:#4d7140;--t5:#9a5167`;

const DARK = `--page:#12151b;--card:#1a1e26;--sunk:#252b35;--ink:#e8ebf1;--soft:#a1abbb;--faint:#4d5665;--line:#2b313c;--edge:#707b8d;--link:#86b7ee;
--good:#4fae77;--good-ink:#7fd0a0;--good-tint:#1a3526;--bad:#e5645d;--bad-ink:#f59c96;--bad-tint:#43201f;--warn:#d69a3c;--warn-ink:#edc07a;--warn-tint:#3d2e14;
--undecided:#a187d8;--undecided-ink:#c4b1ec;--undecided-tint:#2e2644;
--tb:#444d5b;--tb-ink:#eef1f6;--cell-ink:#fff;--group:#272d38;--gone:#3a2425;
--t0:#33689e;--t1:#2b6f6b;--t2:#74589a;--t3:#835c30;--t4:#486b3b;--t5:#944d63`;

/** Every colour by its meaning, light and dark; text keeps a contrast of 4.5 : 1 on what it stands on (WCAG 2.1, 1.4.3). Paper is light. */
export const COLOURS = `:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}`;
