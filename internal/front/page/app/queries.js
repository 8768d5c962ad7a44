// Every operation that the page sends. A test checks them against the schema.

// All of it means the same to everybody, so that the hub makes an event once for all who listen.
const said = `
  fragment said on Message {
    id number revision body bodyHtml language createdAt editedAt withdrawnAt withdrawalReason
    text(in: $language) { language body bodyHtml isOriginal }
    author { id name organisation { id name(in: $language) } }
  }`;

const message = `
  fragment message on Message {
    ...said
    viewerCanEdit viewerCanWithdraw
  }
  ${said}`;

const shown = `
  fragment shown on Thread { id titles { text(in: $language) } viewerCanPost viewerCanManage }`;

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

const entry = `
  fragment entry on Thread { id titles { text(in: $language) } }`;

export const threads = `
  query Threads($search: String, $after: String, $first: Int = 20, $language: LanguageTag!) {
    eventPosition
    viewer { viewerPosition }
    threads(first: $first, after: $after, filter: { text: $search }) {
      nodes { ...entry viewerReading { unread } }
      pageInfo { hasNextPage endCursor }
    }
  }
  ${entry}`;

export const newest = `
  query Newest($language: LanguageTag!, $thread: ID!) {
    eventPosition
    thread(id: $thread) { ...shown messages(last: 20) { ...page } }
  }
  ${shown}
  ${page}`;

export const oldest = `
  query Oldest($language: LanguageTag!, $thread: ID!) {
    eventPosition
    thread(id: $thread) { ...shown messages(first: 20) { ...page } }
  }
  ${shown}
  ${page}`;

export const earlier = `
  query Earlier($language: LanguageTag!, $thread: ID!, $before: String!) {
    thread(id: $thread) { id messages(last: 20, before: $before) { ...page } }
  }
  ${page}`;

export const later = `
  query Later($language: LanguageTag!, $thread: ID!, $after: String!) {
    thread(id: $thread) { id messages(first: 20, after: $after) { ...page } }
  }
  ${page}`;

export const again = `
  query Again($language: LanguageTag!, $thread: ID!, $messages: [ID!]!) {
    thread(id: $thread) { ...shown }
    nodes(ids: $messages) { ...message }
  }
  ${shown}
  ${message}`;

export const rights = `
  query Rights($messages: [ID!]!) {
    nodes(ids: $messages) { ... on Message { id revision viewerCanEdit viewerCanWithdraw } }
  }`;

const inThread = `
  fragment inThread on EventEnvelope {
    id cursor previousCursor
    event {
      __typename
      ... on MessagePosted { message { ...said } }
      ... on MessageEdited { message { ...said } }
      ... on MessageWithdrawn { message { ...said } }
      ... on TranslationMadeOfficial { of: message { ...said } }
      ... on TranslationWithdrawn { of: message { ...said } }
    }
  }
  ${said}`;

export const happening = `
  subscription Happening($thread: ID!, $after: EventCursor, $language: LanguageTag!) {
    events(in: { threadId: $thread }, after: $after) { ...inThread }
  }
  ${inThread}`;

export const happened = `
  query Happened($thread: ID!, $after: EventCursor, $language: LanguageTag!) {
    eventLog(in: { threadId: $thread }, after: $after, first: 50) {
      envelopes { ...inThread }
      next
      atHead
    }
  }
  ${inThread}`;

export const elsewhere = `
  subscription Elsewhere($after: EventCursor, $language: LanguageTag!) {
    events(in: { everything: true }, after: $after) {
      id cursor previousCursor
      event {
        __typename
        ... on MessagePosted { message { author { id } } of: thread { ...entry } }
        ... on ThreadEdited { about: thread { ...entry } }
      }
    }
  }
  ${entry}`;

export const mine = `
  subscription Mine($after: EventCursor) {
    viewerEvents(after: $after) {
      id cursor previousCursor
      event { __typename ... on ReadingChanged { about: thread { id } reading { unread } } }
    }
  }`;

export const markRead = `
  mutation Read($input: MarkReadInput!) {
    markRead(input: $input) { __typename }
  }`;

export const activity = `
  subscription Activity($thread: ID!) {
    threadActivity(threadId: $thread) {
      present { id name }
      typing { id name }
    }
  }`;

export const reportTyping = `
  mutation Typing($input: ReportTypingInput!) {
    reportTyping(input: $input) { __typename }
  }`;

export const postMessage = `
  mutation Post($language: LanguageTag!, $input: PostMessageInput!) {
    postMessage(input: $input) { message { ...message } }
  }
  ${message}`;

export const editMessage = `
  mutation Edit($language: LanguageTag!, $input: EditMessageInput!) {
    editMessage(input: $input) { message { ...message } }
  }
  ${message}`;

export const withdrawMessage = `
  mutation Withdraw($language: LanguageTag!, $input: WithdrawMessageInput!) {
    withdrawMessage(input: $input) { message { ...message } }
  }
  ${message}`;
