// GraphiQL as the hub serves it at /graphiql: everything in this bundle, nothing from elsewhere.
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';

import defaultQuery from './default-query.graphql';
import { createFetcher } from './fetcher.js';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';

const root = document.getElementById('graphiql');

// The build writes the hashed names of the worker scripts into the page (see build.mjs).
globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const script = root.dataset[`${label}Worker`] ?? root.dataset.editorWorker;
    return new Worker(script, { type: 'module', name: label });
  },
};

// Tokens typed into the headers editor stay in memory: they are never written to local storage.
createRoot(root).render(
  <GraphiQL
    fetcher={createFetcher('/graphql')}
    defaultQuery={defaultQuery}
    plugins={[HISTORY_PLUGIN, explorerPlugin()]}
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>
      <a className="hub-home" href="/">
        Hub
      </a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
