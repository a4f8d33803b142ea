// One timed fit: arguments = peer, file of n x and n y (little-endian Float64), frac, folder of the installed packages.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');

const [peer, path, frac, folder] = process.argv.slice(2);
const load = createRequire(`${folder}/package.json`);
const name = peer.split(' ')[0];
const bytes = readFileSync(path);
const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const n = values.length / 2;
const x = Array.from(values.subarray(0, n));
const y = Array.from(values.subarray(n));

function fitOnce() {
  if (name === 'loess') {
    const Loess = load('loess').default || load('loess');
    return new Loess({ x, y }, { span: Number(frac), degree: 1, iterations: 4 }).predict();
  }
  const delta = peer.endsWith('1%') ? 0.01 * (Math.max(...x) - Math.min(...x)) : 0;
  return load(name)(x, y, { f: Number(frac), nsteps: 3, delta });
}

load(name);
const start = performance.now();
fitOnce();
const ms = performance.now() - start;
const { version } = JSON.parse(readFileSync(`${folder}/node_modules/${name}/package.json`, 'utf8'));
console.log(JSON.stringify({ ms, version }));
