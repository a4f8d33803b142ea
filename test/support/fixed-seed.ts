import fc from 'fast-check';

// The same cases in every run, so that results of two runs can be compared; FAST_CHECK_SEED explores others.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_241_123) });
