import { apiBasePath } from '../../core/http/api-routes.ts';
import type { OpenApiDocument } from './build-document.ts';
import { type CodeUse, codeUses } from './code-uses.ts';

/** Bars of the page are as high as this, and the viewer keeps its headings below them. */
const barHeightPx = 48;

/**
 * The page of `GET /docs`: the viewer, and below it every error code under the anchor that problem documents name in `type`. The list
 * is plain HTML, so that it can be read without a script too.
 */
export function docsPage(document: OpenApiDocument): string {
  const codes = codeUses(document);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wharf API reference</title>
<style>${style}</style>
</head>
<body>
<header class="bar"><strong>Wharf API</strong><a href="#">Reference</a><a href="#errors">Error codes</a><a href="${apiBasePath}/openapi.json">openapi.json</a></header>
<main id="reference"><noscript><p class="plain">The reference needs a script; <a href="${apiBasePath}/openapi.json">openapi.json</a> and the error codes below do not.</p></noscript></main>
<section id="errors">
<h1>Error codes</h1>
<p>Errors are problem documents (RFC 9457). <code>code</code> is stable; branch on it. Quote <code>requestId</code> when you ask for help.</p>
${codes.map(codeSection).join('\n')}
</section>
<script src="${apiBasePath}/docs/viewer.js"></script>
</body>
</html>
`;
}

/** What starts the viewer; it follows the viewer's own code in one file, as the page allows no script inside it. */
export const viewerStart = `
(() => {
  const showPart = () => {
    const isErrors = /^#errors(\\/|$)/.test(location.hash);
    document.body.classList.toggle('shows-errors', isErrors);
    if (isErrors) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  addEventListener('hashchange', showPart);
  document.body.classList.add('has-viewer');
  showPart();
  Redoc.init('${apiBasePath}/openapi.json', {
    scrollYOffset: ${barHeightPx},
    hideDownloadButtons: true,
    nativeScrollbars: true,
    generatedSamplesMaxDepth: 4,
    theme: {
      colors: { primary: { main: '#0b5d4e' } },
      typography: { fontFamily: 'system-ui, sans-serif', headings: { fontFamily: 'system-ui, sans-serif' }, code: { fontFamily: 'ui-monospace, monospace' } },
    },
  }, document.getElementById('reference'), showPart);
})();
`;

const style = `
:root{color-scheme:light}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1c2b28;background:#fff}
.bar{position:sticky;top:0;z-index:10;box-sizing:border-box;height:${barHeightPx}px;display:flex;gap:24px;align-items:center;padding:0 20px;background:#0b3d34;color:#fff}
.bar a{color:#d7efe9;text-decoration:none}.bar a:hover,.bar a:focus{text-decoration:underline}
#errors{max-width:860px;margin:0 auto;padding:24px 20px 80px}
#errors article{scroll-margin-top:${barHeightPx + 12}px;padding:14px 0;border-top:1px solid #d8e2df}
#errors article:target{background:#eef7f4;box-shadow:-12px 0 0 #eef7f4,12px 0 0 #eef7f4}
#errors h2{font-size:18px;margin:0}#errors h2 code{margin-left:10px;font-weight:400;color:#4b605b}
#errors p{margin:6px 0}.plain{padding:20px}
code{font-family:ui-monospace,monospace;font-size:.92em}
.has-viewer #errors{display:none}.has-viewer.shows-errors #errors{display:block}.shows-errors #reference{display:none}
`;

function codeSection({ code, status, title, usedBy }: CodeUse): string {
  const uses = usedBy.length === 0 ? usedByNone(code) : usedBy.map(codeText).join(', ');
  return `<article id="errors/${code}"><h2>${code}<code>${status}</code></h2><p>${escapeHtml(title)}.</p><p>Answered by ${uses}.</p></article>`;
}

function usedByNone(code: string): string {
  const isOfRouting = code === 'ROUTE_NOT_FOUND' || code === 'METHOD_NOT_ALLOWED';
  return isOfRouting ? 'paths and methods that the API does not have' : 'no operation of this version';
}

function codeText(name: string): string {
  return name === 'every operation' ? name : `<code>${escapeHtml(name)}</code>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
