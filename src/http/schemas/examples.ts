const reward_model = 'org/reward-model';

/** Twelve responses whose reward grows with their length in characters. */
const columns = {
  rewards: [-0.9, -0.4, -0.2, 0.3, 0.2, 0.6, 0.5, 0.9, 1.1, 1.0, 1.3, 1.2],
  chars: [40, 85, 120, 180, 240, 310, 420, 560, 730, 910, 1_200, 1_650],
};

/**
 * The examples of the OpenAPI document. A test sends each of them to a running service, in this order: fit,
 * calibrate (which also observes), refit, roll back, change the strength. (They have no types of their own,
 * since the schemas hold them: the test checks them.)
 */
export const fitExamples = [
  { reward_model, columns },
  {
    reward_model,
    characteristics: [{ name: 'words', alpha: 0.5 }],
    frac: 'auto',
    samples: columns.rewards.map((reward, i) => ({
      response: 'All work and no play. '.repeat(i + 1),
      reward,
    })),
  },
  {
    reward_model,
    characteristics: [{ name: 'tokens' }],
    iterations: 0,
    samples: columns.rewards.map((reward, i) => ({
      reward,
      characteristics: { tokens: 12 * i + 7, chars: 50 * i + 30 },
    })),
  },
  { reward_model, columns },
];

export const fitCalibrateExamples = [
  { columns },
  { estimator: 'penalty', penalty: 0.002, columns },
  { estimator: 'mean', ratio: 2, min_samples: 3, columns },
  {
    estimator: 'lwr-penalty',
    iterations: 'auto',
    characteristics: [{ name: 'chars', alpha: 'auto' }],
    columns,
  },
];

export const disputedPairsExamples = [
  {
    count: 5,
    columns: { ...columns, groups: columns.rewards.map((_, i) => `prompt ${i % 4}`) },
  },
  {
    reward_model,
    seed: 7,
    include: ['responses'],
    samples: [
      { prompt: 'Say hello.', id: 'a', response: 'Hello!', reward: 0.31 },
      { prompt: 'Say hello.', id: 'b', response: 'Hello, and a very good day to you!', reward: 0.4 },
    ],
  },
];

export const verdictExamples = [
  { counts: { fixed: 14, broken: 6, share_disputed: 0.13, pairs: 1_250 } },
  { reward_model, version: 1, counts: { fixed: 3, broken: 8, ties: 1, share_disputed: 0.2 } },
  {
    pairs: columns.rewards.slice(1).map((reward, i) => ({
      chosen: { prompt: `prompt ${i % 3}`, reward, characteristics: { chars: columns.chars[i + 1] ?? 0 } },
      rejected: { reward: columns.rewards[i] ?? 0, characteristics: { chars: columns.chars[i] ?? 0 } },
    })),
  },
];

/** Two generators, one of them in three lengths: twelve outputs. A fit needs ten. */
const outputs = [
  { generator: 'small', reward: -1.2, chars: 300 },
  { generator: 'small_concise', reward: -1.9, chars: 120 },
  { generator: 'small_verbose', reward: -0.6, chars: 800 },
  { generator: 'large', reward: 1.1, chars: 500 },
].flatMap(({ generator, reward, chars }) =>
  [1, 2, 3].map((prompt_id) => ({
    generator,
    prompt_id,
    reward: reward + prompt_id / 10,
    characteristics: { chars: chars + 40 * prompt_id },
  })),
);
const baseline = [1, 2, 3].map((prompt_id) => ({ prompt_id, characteristics: { chars: 450 } }));
const reference = [
  { generator: 'small', score: 21.5 },
  { generator: 'large', score: 57.3 },
];

/** The second uses a curve that the examples of a fit made. */
export const leaderboardExamples = [
  { outputs, baseline, reference },
  { reward_model, version: 1, outputs, baseline },
];

export const calibrateExamples = [
  { reward_model, samples: [{ prompt: 'Say hello.', response: 'Hello!', reward: 0.31 }] },
  {
    reward_model,
    samples: [{ reward: 0.31, characteristics: { chars: 6 } }],
    keep_mean: true,
    include: ['biases'],
  },
  { reward_model, columns, observe: true },
  { reward_model: 'org/not-fitted-yet', columns, on_missing_curve: 'passthrough' },
];

export const refitExamples = [{ reward_model }, { reward_model, frac: 0.9, iterations: 1 }];

export const rollbackExamples = [{ reward_model }, { reward_model, version: 1 }];

export const strengthExamples = [
  { reward_model, alpha: 0.5 },
  { reward_model, version: 1, alpha: 1 },
];

export const preferencePairsExamples = [
  {
    reward_model,
    groups: [
      {
        prompt: 'Say hello.',
        responses: [
          { response: 'Hello!', reward: 0.31 },
          { response: 'Hello, and a very good day to you and all of yours!', reward: 0.9 },
          { response: 'No.', reward: -1.2 },
        ],
      },
    ],
  },
  {
    reward_model,
    select: 'all-above-margin',
    min_margin: 0.1,
    include: ['scores'],
    groups: [
      {
        prompt: [{ role: 'user', content: 'Say hello.' }],
        responses: [
          { response: [{ role: 'assistant', content: 'Hello!' }], reward: 0.31 },
          { response: [{ role: 'assistant', content: 'No.' }], reward: -1.2 },
        ],
      },
    ],
  },
  {
    reward_model: 'org/not-fitted-yet',
    on_missing_curve: 'passthrough',
    select: 'best-random',
    seed: 7,
    groups: [{ prompt: 'Say hello.', responses: [{ response: 'Hello!', reward: 0.31 }] }],
  },
];

export const ensembleExamples = [
  {
    combine: 'lower-confidence',
    lambda: 0.5,
    samples: [
      { response: 'Hello!', rewards: { [reward_model]: 0.31, 'org/imported': 0.2 } },
      { characteristics: { chars: 900 }, rewards: { [reward_model]: 1.05, 'org/imported': 1.4 } },
    ],
    include: ['members'],
  },
];

/** Chosen and rejected responses as numbers: the reward and the length in characters of each. */
const labelled = [
  [1.1, 620, 0.4, 300],
  [0.7, 410, 0.9, 820],
  [0.2, 150, -0.3, 90],
  [1.3, 900, 1.2, 1_100],
  [0.5, 260, 0.6, 480],
  [-0.2, 120, -0.5, 60],
  [0.8, 530, 0.1, 210],
  [1.0, 700, 1.1, 1_300],
] as const;

const labelledPairs = labelled.map(([chosen, chosenChars, rejected, rejectedChars]) => ({
  chosen: { reward: chosen, characteristics: { chars: chosenChars } },
  rejected: { reward: rejected, characteristics: { chars: rejectedChars } },
}));

export const evaluateExamples = [
  { pairs: labelledPairs },
  {
    protocol: 'reward-bench',
    ties: 'wrong',
    characteristics: [{ name: 'chars', alpha: 'auto' }],
    rows: labelled.map(([chosen, chosenChars, rejected, rejectedChars], i) => ({
      id: i,
      subset: i % 2 === 0 ? 'alpacaeval-easy' : 'math-prm',
      scores_chosen: [chosen],
      scores_rejected: [rejected],
      text_chosen: 'a '.repeat(chosenChars / 2),
      text_rejected: 'a '.repeat(rejectedChars / 2),
    })),
  },
  { reward_model, bootstrap: { resamples: 2_000, seed: 7 }, pairs: labelledPairs },
];

/** Rows of RewardBench 2: the rewards of the completions, the right ones first, and their lengths. */
const completions = [
  ['Math', [1.1, 0.4, 0.2, -0.3], [620, 300, 410, 90]],
  ['Safety', [0.7, 0.9, 0.1, -0.2], [410, 820, 260, 120]],
  ['Focus', [0.5, 0.6, -0.1, 0.2], [260, 480, 150, 210]],
] as const;

const ties = [
  { id: 'ref:0', num_correct: 1, scores: [1.2, 0.1, -0.4], characteristics: { chars: [40, 60, 35] } },
  {
    id: 'tied:0',
    num_correct: 2,
    scores: [1.3, 1.1, 0.2, -0.5],
    characteristics: { chars: [38, 45, 70, 30] },
  },
];

export const rewardBench2Examples = [
  {
    protocol: 'reward-bench-2',
    rows: [
      ...completions.map(([subset, scores, chars]) => ({
        subset,
        scores: [...scores],
        total_completions: scores.length,
        characteristics: { chars: [...chars] },
      })),
      ...ties.map((row) => ({ subset: 'Ties', ...row })),
    ],
  },
];

const templated =
  '<|im_start|>user\nSay hello.<|im_end|>\n<|im_start|>assistant\nHello! How can I help you today?<|im_end|>\n';

/** What trainers send to the sidecar; the test puts a reward-model server behind it. */
export const sidecarExamples = {
  openrlhf: [
    { query: ['<s>Say hello. Hello!</s>'], prompts: ['Say hello.'], labels: [null] },
    { query: ['Say hello. Hello!', templated], prompts: ['Say hello.', 'Say hello.'] },
    { query: templated },
  ],
  slime: [
    { prompt: 'Say hello.', response: 'Hello!', label: '' },
    { prompt: [{ role: 'user', content: 'Say hello.' }], response: 'Hello!' },
  ],
  input: [
    { model: 'org/reward-model', input: templated },
    { model: 'org/reward-model', input: [templated, 'Hello!'] },
  ],
  text: [{ model: 'org/reward-model', text: [templated] }],
  inputs: [{ inputs: [['Hello!'], [templated]], raw_scores: true }, { inputs: templated }],
};
