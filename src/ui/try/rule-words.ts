const RULES: Readonly<Record<string, string>> = {
  given: 'sent on its own',
  prompt: 'after the prompt',
  'prompt-tail': 'after the end of the prompt, whose front is cut off',
  template: 'by the chat template of the upstream',
  marker: 'after a known mark of the assistant',
  generic: 'after a mark that looks like the assistant’s',
  whole: 'not found: the whole text was measured, prompt included',
};

/** How the sidecar found a response in a text, in words. */
export function ruleWords(rule: string): string {
  return RULES[rule] ?? rule;
}
