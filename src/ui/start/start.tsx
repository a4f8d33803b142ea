import './start.css';
import { Copy } from '../parts/copy.js';
import { ImportCurve } from '../parts/import-curve.js';
import { tellImportThere } from '../parts/imported.js';
import { Problem } from '../parts/problem.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { linkToFile, linkToModel } from '../place.js';
import { SAMPLE_MODEL, simulateSamples } from './sample-data.js';

/** How a first curve is made: from simulated data, a file, a program, or an exported curve. */
export function Start() {
  return (
    <>
      <p>
        Reward models score longer answers higher whatever their quality. This service fits reward against
        length, and subtracts the curve. It needs scored responses: at least ten, better a few thousand; no
        labels.
      </p>
      <div class="ways">
        <SampleData />
        <section>
          <h2>From a file</h2>
          <p>JSON lines, CSV or TSV with a reward in every row, and the response or its length.</p>
          <p>
            <a class="button" href={linkToFile()}>
              Choose a file …
            </a>
          </p>
        </section>
        <section>
          <h2>From an export</h2>
          <p>A curve that another service has exported calibrates here to the same bit.</p>
          <ImportCurve
            onImported={(imported) => {
              tellImportThere(imported);
              location.hash = linkToModel(imported.reward_model);
            }}
          />
        </section>
      </div>
      <section>
        <h2>From a program</h2>
        <p>
          Where the service asks for a key, add <code>-H 'authorization: Bearer KEY'</code>. All routes and
          fields are in <a href="docs">the API's documentation</a>.
        </p>
        <Copy text={curlLine()} label="A request that fits a curve, for curl" />
      </section>
    </>
  );
}

function SampleData() {
  const api = useApi();
  const { run, isRunning, error } = useAction(async () => {
    const samples = simulateSamples();
    await api.request('v1/fit', { method: 'POST', json: { reward_model: SAMPLE_MODEL, samples } });
    location.hash = linkToModel(SAMPLE_MODEL);
  });
  return (
    <section>
      <h2>With sample data</h2>
      <p>
        2,000 responses to 500 prompts, simulated in this tab: invented rewards with a known bias for length.
        They become <code>{SAMPLE_MODEL}</code>, which you can delete again.
      </p>
      <p>
        <button type="button" class="primary" disabled={isRunning} onClick={() => run()}>
          {isRunning ? 'Fitting …' : 'Fit the sample data'}
        </button>
      </p>
      <Problem error={error} />
    </section>
  );
}

function curlLine(): string {
  return `curl -sS --fail-with-body ${new URL('v1/fit', document.baseURI).href} \\
  -H 'content-type: application/json' -d '{
    "reward_model": "org/reward-model",
    "columns": {
      "rewards": [-0.9, -0.4, -0.2, 0.3, 0.2, 0.6, 0.5, 0.9, 1.1, 1.0, 1.3, 1.2],
      "chars": [40, 85, 120, 180, 240, 310, 420, 560, 730, 910, 1200, 1650]
    }
  }'`;
}
