// How the page asks the hub. The session is a cookie that scripts can't read.
import { language, say } from './words.js';

const patience = 20_000; // milliseconds

/** A refusal, or a failure to reach the hub, with a sentence for the person in their language. */
export class Refusal extends Error {
  /** @param {string} code as in the schema's ErrorCode; UNREACHABLE where no answer came */
  constructor(sentence, code, extra = {}) {
    super(sentence);
    this.code = code;
    this.extra = extra;
  }
}

/** Sends one operation, with the language as $language, and gives its data. It throws a Refusal for any error in the answer. */
export async function ask(query, variables = {}) {
  const response = await send(JSON.stringify({ query, variables: { language: language(), ...variables } }));
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new Refusal(`${say('notJson', { status: response.status })} ${say('again')}`, 'INTERNAL');
  }
  const [error] = answer.errors ?? [];
  if (error) throw refusal(error);
  return answer.data;
}

async function send(body) {
  try {
    return await fetch('/graphql', {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'accept-language': language(),
        'content-type': 'application/json',
      },
      body,
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw new Refusal(`${say('unreachable')} ${say('again')}`, 'UNREACHABLE');
  }
}

function refusal({ message, extensions = {} }) {
  const { code = 'INTERNAL', requestId } = extensions;
  const sentence = code === 'INTERNAL' && requestId ? `${message} ${say('request', { id: requestId })}` : message;
  return new Refusal(sentence, code, extensions);
}
