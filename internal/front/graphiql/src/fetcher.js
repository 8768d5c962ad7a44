// How GraphiQL reaches the hub: queries and mutations as JSON over HTTP, subscriptions over a
// websocket on the same host. Both are signed in by the session cookie, or by an Authorization
// header typed into the headers editor.
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';

/** @param {string} path of the GraphQL endpoint on this host */
export function createFetcher(path) {
  const sockets = new Map(); // one client per Authorization, opened by the first subscription

  function socket(authorization) {
    let client = sockets.get(authorization);
    if (!client) {
      const url = new URL(path, location.href);
      url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
      client = createClient({
        url: url.href,
        connectionParams: authorization ? { authorization } : undefined,
        lazyCloseTimeout: 3_000,
        retryAttempts: 0, // whoever tries a subscription sees when it breaks
      });
      sockets.set(authorization, client);
    }
    return client;
  }

  return (params, { headers = {} } = {}) => {
    if (isSubscription(params)) return results(socket(authorizationIn(headers)), params);
    return post(path, params, headers);
  };
}

function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false; // the server says what is wrong with the document
  }
}

function authorizationIn(headers) {
  const name = Object.keys(headers).find((h) => h.toLowerCase() === 'authorization');
  return name ? String(headers[name]) : '';
}

async function post(path, params, headers) {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return refusal(`HTTP ${response.status} ${response.statusText}: ${text.slice(0, 500)}`);
  }
}

/** The answers as an observable: unlike an async generator, it ends at once when it is stopped. */
function results(client, params) {
  return {
    subscribe(observer) {
      const unsubscribe = client.subscribe(params, {
        next: (answer) => observer.next(answer),
        error(error) {
          observer.next(describe(error));
          observer.complete();
        },
        complete: () => observer.complete(),
      });
      return { unsubscribe };
    },
  };
}

function describe(error) {
  if (Array.isArray(error)) return { errors: error };
  if (typeof error?.code === 'number') {
    return refusal(`The websocket was closed: ${error.code} ${error.reason || ''}`.trim());
  }
  return refusal(error?.message || 'The websocket could not be opened: subscriptions are not served here.');
}

function refusal(message) {
  return { errors: [{ message }] };
}
