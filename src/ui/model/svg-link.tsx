import { addressOf } from '../api.js';
import { downloadFile, fileNameOf } from '../parts/download.js';
import { Problem } from '../parts/problem.js';
import { useAction } from '../parts/use-action.js';
import { useApi } from '../parts/use-api.js';
import { useTheme } from '../parts/use-theme.js';

/** The plot as an SVG of the service: a link, or with a key, which a link does not send, a download. */
export function SvgLink({
  query,
  compared,
}: {
  query: { reward_model: string; version: number; characteristic: string | undefined };
  compared: number | undefined;
}) {
  const api = useApi();
  const theme = useTheme();
  const version = [query.version, ...(compared === undefined ? [] : [compared])].map(String);
  const address = addressOf('v1/curves/plot', { ...query, version, theme });
  const { run, error } = useAction(async () => {
    const answer = await api.send(address);
    const name = `${fileNameOf(query.reward_model)}-${query.version}.svg`;
    downloadFile(name, await answer.text(), 'image/svg+xml');
  });
  if (!api.hasKey) return <a href={address}>This plot as SVG</a>;
  return (
    <>
      <button type="button" class="quiet" onClick={() => run()}>
        Download as SVG
      </button>
      <Problem error={error} />
    </>
  );
}
