# shellcheck shell=bash disable=SC2154 # script/setup sets what is not set here
# A Chromium without a screen, for the tests of the HTML report: the one on PATH, else Debian's. Nothing else needs it, so
# a machine that cannot have one is told and goes on; the tests are skipped there, but for CI, where they fail.

browser_programs='chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable'

has_browser() {
  local program
  for program in $browser_programs; do
    ! command -v "$program" > /dev/null || return 0
  done
  return 1
}

ensure_browser() {
  ! has_browser || return 0
  # In a shell of its own: what stops setup elsewhere is only a pity here.
  (ensure_packages chromium-headless-shell fonts-dejavu-core) || say 'going on without a browser: the tests of the HTML report are skipped'
}
