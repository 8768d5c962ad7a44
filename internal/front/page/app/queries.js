// Every operation that the page sends. A test checks them against the schema.

const message = `
  fragment message on Message {
    id number revision body bodyHtml language createdAt editedAt withdrawnAt withdrawalReason
    viewerCanEdit viewerCanWithdraw
    author { id name organisation { id name } }
  }`;

const page = `
  fragment page on MessageConnection {
    nodes { ...message }
    pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
  }
  ${message}`;

export const session = `
  query Session {
    viewer { person { id name } organisation { id name } }
  }`;

export const signIn = `
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) { __typename }
  }`;

export const setPassword = `
  mutation SetPassword($input: SetPasswordInput!) {
    setPassword(input: $input) { __typename }
  }`;

export const signOut = `
  mutation SignOut {
    signOut { __typename }
  }`;

export const threads = `
  query Threads($search: String, $after: String) {
    threads(first: 20, after: $after, filter: { text: $search }) {
      nodes { id title }
      pageInfo { hasNextPage endCursor }
    }
  }`;

export const newest = `
  query Newest($thread: ID!) {
    eventPosition
    thread(id: $thread) { id title viewerCanPost messages(last: 20) { ...page } }
  }
  ${page}`;

export const oldest = `
  query Oldest($thread: ID!) {
    eventPosition
    thread(id: $thread) { id title viewerCanPost messages(first: 20) { ...page } }
  }
  ${page}`;

export const earlier = `
  query Earlier($thread: ID!, $before: String!) {
    thread(id: $thread) { id messages(last: 20, before: $before) { ...page } }
  }
  ${page}`;

export const later = `
  query Later($thread: ID!, $after: String!) {
    thread(id: $thread) { id messages(first: 20, after: $after) { ...page } }
  }
  ${page}`;

export const again = `
  query Again($thread: ID!, $messages: [ID!]!) {
    thread(id: $thread) { id title viewerCanPost }
    nodes(ids: $messages) { ...message }
  }
  ${message}`;

export const news = `
  query News($thread: ID!, $after: EventCursor!) {
    viewer { person { id } }
    eventLog(in: { threadId: $thread }, after: $after, first: 50) {
      envelopes {
        id
        event {
          __typename
          ... on MessagePosted { message { ...message } }
          ... on MessageEdited { message { ...message } }
          ... on MessageWithdrawn { message { ...message } }
        }
      }
      next
      atHead
    }
  }
  ${message}`;

export const postMessage = `
  mutation Post($input: PostMessageInput!) {
    postMessage(input: $input) { message { ...message } }
  }
  ${message}`;

export const editMessage = `
  mutation Edit($input: EditMessageInput!) {
    editMessage(input: $input) { message { ...message } }
  }
  ${message}`;

export const withdrawMessage = `
  mutation Withdraw($input: WithdrawMessageInput!) {
    withdrawMessage(input: $input) { message { ...message } }
  }
  ${message}`;
