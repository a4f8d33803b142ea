/** Writes both pages of simulations: `npm run simulations` (-- --quick: small, nothing written). */
await import('./simulations.js');
await import('./few-labels.js');
