#!/bin/sh
":" //; exec node --max-semi-space-size=32 "$0" "$@"
// A shell reads the line above and has Node read this file again, with the flag of `npm start`; to Node, the
// line is a string and a comment. V8 sizes its young generation before the first line of a program runs
// (v8.setFlagsFromString comes too late), and not every `env` has the `-S` that a flag up there needs.

/** Milliseconds between two looks at the parent. */
const LOOK = 200;

// npx runs this below a shell that dies of a SIGTERM to npx and does not pass it on: the service would run
// on without a parent, and keep its port and its store. Begun before the service: no signal is too early.
if (process.env.npm_command === 'exec') {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK);
  look.unref();
}

await import('../dist/server.js');
