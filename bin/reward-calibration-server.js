#!/bin/sh
":" //; exec node --max-semi-space-size=32 "$0" "$@"
// A shell reads the line above and has Node read this file again, with the flag of `npm start`; to Node, the line
// is a string and a comment. V8 sizes its young generation before the first line of a program runs
// (v8.setFlagsFromString comes too late), and BusyBox has no `env -S` for a flag in the first line.
import '../dist/server.js';
