// The style of html.cpp's page: light, dark, on a phone and on paper.
#pragma once

#include <string_view>

namespace report {

/// The content of the <style> element.
inline constexpr std::string_view html_style = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --paper: #ffffff;
  --good: #1a7f37; --bad: #b3202c; --warn: #7a5200; --more: #2460c4; --less: #c2580c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9aa4ae; --line: #3a424b; --paper: #14181d;
    --good: #56d364; --bad: #ff7b72; --warn: #e3b341; --more: #79a8ff; --less: #ffa657; } }
body { margin: 2rem auto; padding: 0 1rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 0.5rem; }
h2::first-letter { text-transform: uppercase; }
h1 { font-size: 1.4rem; line-height: 1.35; margin: 0.3rem 0 1rem; padding-left: 0.8rem;
  border-left: 0.4rem solid var(--soft); }
.IN_SYNC { border-color: var(--good); }
.MISMATCH, .FAILED { border-color: var(--bad); }
.INCOMPLETE { border-color: var(--warn); }
.critical { color: var(--bad); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.7rem 0.35rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 600; }
.id { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
td:last-child { min-width: 10rem; }
.number { text-align: right; white-space: nowrap; }
.number:last-child { min-width: 0; }
small, dt, figcaption { color: var(--soft); font-weight: 400; }
.rows tbody th { min-width: 18rem; }
@media (min-width: 64rem) { .rows tbody th { min-width: 29rem; } }
small { display: block; overflow-wrap: anywhere; }
.drift { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 2.5rem 0 0; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1rem 0; max-width: 52rem; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--soft); }
.grid { stroke: var(--line); }
.axis { stroke: var(--soft); }
.more { fill: var(--more); }
.less { fill: var(--less); }
@media screen and (max-width: 45rem) {
  body { margin: 1rem auto; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  table, tbody, tr, th, td { display: block; }
  tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  th, td { border: 0; padding: 0.05rem 0; min-width: 0 !important; }
  td { display: flex; justify-content: space-between; gap: 1rem; }
  td::before { content: attr(data-label); color: var(--soft); font-weight: 400; white-space: nowrap; }
  .text { display: block; } .text::before { content: none; }
  dl { display: block; } dd { margin-bottom: 0.4rem; }
  svg { font-size: 24px; } .minor { display: none; } }
@media print {
  :root { color-scheme: light; --ink: #000000; --soft: #444444; --line: #bbbbbb; --paper: #ffffff;
    --good: #1a7f37; --bad: #b3202c; --warn: #7a5200; --more: #2460c4; --less: #c2580c; }
  body { margin: 0; max-width: none; font-size: 9pt; }
  .rows .id { white-space: nowrap; font-size: 7.5pt; }
  .rows tbody th { min-width: 0; }
  .wide { overflow: visible; }
  tr, figure { break-inside: avoid; }
  h2 { break-after: avoid; }
  rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
)";

} // namespace report
