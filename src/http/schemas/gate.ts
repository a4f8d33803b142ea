import { setImmediate } from 'node:timers/promises';
import type { z } from 'zod';
import { Violations } from '../../calibration/violations.js';
import { compileSchema } from '../../curves/compiled-schema.js';

/**
 * Finds the errors that a JSON Schema cannot express, in a value of the right structure; stops when `found`
 * is full.
 */
export type Rules<Value> = (value: Value, found: Violations) => void;

/** The parts of a gated schema. */
interface Gate {
  readonly passes: (value: unknown) => boolean;
  readonly rules: Rules<unknown>;
}

const gates = new WeakMap<z.ZodType, Gate>();

/** Compile the tests that nobody has asked yet. */
const uncompiled: (() => unknown)[] = [];

/** Compiles every test, some milliseconds at a time. */
export async function compileGates(signal: AbortSignal): Promise<void> {
  for (const compileTest of uncompiled.splice(0)) {
    await setImmediate();
    if (signal.aborted) return;
    compileTest();
  }
}

/**
 * A schema for the bodies of hot routes: a structure that JSON Schema can express in full, and rules for the
 * rest. {@link gateOf} gives a compiled test of the same, which takes a hundredth of the time on rows with
 * long text. It is compiled when it is first asked, or by {@link compileGates}: all of them take a third of
 * the start.
 *
 * @param structure may hold no refinement, default or transformation: those would be lost. The test throws
 *   a TypeError if it does.
 */
export function gated<Structure extends z.ZodType>(
  structure: Structure,
  rules: Rules<z.output<Structure>>,
  meta: z.GlobalMeta,
): Structure {
  const schema = structure.superRefine(refinement(rules)).meta(meta);
  let compiled: ((value: unknown) => boolean) | undefined;
  const test = () => {
    compiled ??= compileSchema(structure, refuseUnsayable);
    return compiled;
  };
  uncompiled.push(test);
  const isStructured = (value: unknown) => test()(value);
  const obeys = (value: z.output<Structure>) => {
    const found = new Violations();
    rules(value, found);
    return found.isEmpty;
  };
  gates.set(schema, {
    passes: (value) => isStructured(value) && obeys(value as z.output<Structure>),
    rules: rules as Rules<unknown>,
  });
  return schema;
}

/** Rules as zod has them. */
export function refinement<Value>(
  rules: Rules<Value>,
): (value: Value, context: z.RefinementCtx<Value>) => void {
  return (value, context) => {
    const found = new Violations();
    rules(value, found);
    for (const { path, message } of found.listed)
      context.addIssue({ code: 'custom', path: [...path], message });
  };
}

/**
 * The compiled test of a schema made by {@link gated}: true exactly where zod accepts the value unchanged.
 */
export function gateOf(schema: z.ZodType): ((value: unknown) => boolean) | undefined {
  return gates.get(schema)?.passes;
}

/** The rules of a schema made by {@link gated}. */
export function rulesOf(schema: z.ZodType): Rules<unknown> | undefined {
  return gates.get(schema)?.rules;
}

const UNSAYABLE_TYPES = ['default', 'prefault', 'catch', 'transform', 'pipe', 'custom'];

function refuseUnsayable(definition: z.core.$ZodTypeDef): void {
  const refined = definition.checks?.some((check) => check._zod.def.check === 'custom');
  if (refined || UNSAYABLE_TYPES.includes(definition.type)) {
    throw new TypeError(
      `a gated structure holds a ${refined ? 'refinement' : definition.type}: write a rule`,
    );
  }
}
