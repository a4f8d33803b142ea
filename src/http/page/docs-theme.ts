/**
 * Runs in the page at /docs: what Swagger UI's own header brings besides its logo, which is left out with it.
 * The page gets a header that leads home, the width of its device, and dark colours where they are preferred.
 */
export const DOCS_SCRIPT = `
const header = document.createElement('header');
header.className = 'site-header';
const home = document.createElement('a');
home.href = location.pathname.replace(/[/]docs[/]?$/, '/');
home.textContent = 'Reward calibration';
header.append(home);
document.body.prepend(header);

const viewport = document.createElement('meta');
viewport.name = 'viewport';
viewport.content = 'width=device-width, initial-scale=1';
document.head.append(viewport);

const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
`;

/**
 * The colours of the page at / around Swagger UI, and contrasts of 4.5:1 where its light colours have less.
 * The choice among one server is left out.
 */
export const DOCS_STYLE = `
:root { color-scheme: light; }
:root.dark-mode { color-scheme: dark; }
body { background: #fff; }
.dark-mode body { background: #12161c; }
.site-header { padding: 0.75rem 1rem; border-bottom: 1px solid #d5dae1; background: #f4f6f8; font: 600 1rem/1.5 system-ui, sans-serif; }
.site-header a { color: #1a1f27; text-decoration: none; }
.dark-mode .site-header { border-color: #343d4a; background: #1b212a; }
.dark-mode .site-header a { color: #e6eaf0; }

.swagger-ui .servers-title, .swagger-ui .servers { display: none; }
.swagger-ui .markdown code { padding: 0 3px; }

html:not(.dark-mode) .swagger-ui .info .title small { background: #545d6b; }
html:not(.dark-mode) .swagger-ui .info .title small.version-stamp { background: #17692f; }
html:not(.dark-mode) .swagger-ui :is(.info a, .info .link, .link, .url) { color: #0b5cad; }
html:not(.dark-mode) .swagger-ui .btn.authorize { color: #17692f; border-color: #17692f; }
html:not(.dark-mode) .swagger-ui .btn.authorize svg { fill: #17692f; }
html:not(.dark-mode) .swagger-ui .opblock-post .opblock-summary-method { background: #17692f; }
html:not(.dark-mode) .swagger-ui .opblock-get .opblock-summary-method { background: #0b5cad; }
html:not(.dark-mode) .swagger-ui .opblock-put .opblock-summary-method { background: #8a5200; }
html:not(.dark-mode) .swagger-ui .opblock-delete .opblock-summary-method { background: #a8201a; }
html:not(.dark-mode) .swagger-ui .parameter__in { color: #545d6b; }
html:not(.dark-mode) .swagger-ui .json-schema-2020-12-expand-deep-button { color: #545d6b; }
`;
