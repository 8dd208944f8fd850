import { type Html, html } from './html.ts';

const FAVICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%235b5bd6'/%3E%3Crect x='7' y='10' width='18' height='13' rx='2.5' fill='none' stroke='white' stroke-width='2.2'/%3E%3Cpath d='M7 14.5h18' stroke='white' stroke-width='2.2'/%3E%3C/svg%3E";

export function documentPage(title: string, main: Html, script = false): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${FAVICON}">
<link rel="stylesheet" href="/c/assets/base.css">
<link rel="stylesheet" href="/c/assets/checkout.css">
${script && html`<script src="/c/assets/checkout.js" defer></script>`}
</head>
<body>
<header class="sandbox-band"><strong>SANDBOX</strong> – no real money</header>
${main}
</body>
</html>`;
  return page.markup;
}
