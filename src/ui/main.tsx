import { render } from 'preact';
import { Api } from './api.js';
import { App } from './app.js';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no #app');
render(<App api={new Api()} />, root);
