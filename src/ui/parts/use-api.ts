import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { Api } from '../api.js';

/** The service that the page asks; `App` provides it. */
export const ApiContext = createContext(new Api());

/** The service that the page asks. */
export function useApi(): Api {
  return useContext(ApiContext);
}
