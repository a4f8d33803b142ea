// A fit worker that never finishes a fit.
export const fit = () => new Promise(() => undefined);
