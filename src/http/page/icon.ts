/** The icon of the page and of /docs: a bent line, and the level one that calibration makes of it. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#0b5cad"/>
<path d="M5 25C10 24 13 9 27 7" fill="none" stroke="#7db8f5" stroke-width="3" stroke-linecap="round"/>
<path d="M5 17H27" stroke="#fff" stroke-width="3" stroke-linecap="round"/>
</svg>`;
