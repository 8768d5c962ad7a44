// What the page says, in the three languages of the ACS. The server's own sentences (errors, names)
// arrive in the language of the Accept-Language header, which is the one chosen here.

const words = {
  en: {
    again: 'Try again in a moment.',
    anonymous: 'Someone',
    brand: 'Resource mobilisation hub',
    cancel: 'Cancel',
    composeHint: 'Markdown is understood. Ctrl+Enter sends.',
    demoText: 'All persons here are invented. Choose a role to sign in with.',
    demoTitle: 'Demonstration',
    earlier: 'Load earlier messages',
    edit: 'Edit',
    edited: 'edited {when}',
    email: 'E-mail address',
    ended: 'Your session has ended. Sign in again.',
    find: 'Find',
    fresh: 'new',
    gone: 'This thread is not open to you any more.',
    graphiql: 'Ask the API with GraphiQL',
    incoming: 'New message from {name}.',
    incomings: '{count} new messages.',
    language: 'Language',
    later: 'Load later messages',
    live: 'Live',
    moreThreads: 'More threads',
    newPassword: 'New password',
    newPasswordText: 'Choose a password of 12 to 200 characters.',
    newest: 'Newest',
    noMessages: 'No message yet.',
    noThreads: 'No thread found.',
    notJson: 'The hub gave an answer that this page does not understand ({status}).',
    offline: 'Offline: what is new comes when you are back.',
    oldest: 'Oldest',
    outdated: 'This page is out of date. Load it again.',
    password: 'Password',
    posted: 'Your message is posted.',
    present: 'Also here: {names}',
    readOnly: 'You can read this thread, but not write in it.',
    reason: 'Reason (may be left out)',
    reconnecting: 'Connecting again…',
    refresh: 'Refresh',
    refreshed: 'Up to date.',
    request: 'Request {id}.',
    save: 'Save',
    saved: 'Your change is saved.',
    schema: 'Schema',
    search: 'Search titles',
    send: 'Send',
    setPassword: 'Set the password',
    showOriginal: 'Show the original',
    showTranslation: 'Show the translation',
    signIn: 'Sign in',
    signOut: 'Sign out',
    signedOut: 'You have signed out.',
    skip: 'Skip to the content',
    threads: 'Threads',
    translated: 'Translated from {from}',
    typing: 'Writing: {names}',
    unreachable: 'The hub can’t be reached.',
    unseen: 'New messages',
    withdraw: 'Withdraw',
    withdrawText: 'Its text disappears for everyone. That it was there stays visible.',
    withdrawTitle: 'Withdraw this message?',
    withdrawn: 'This message was withdrawn.',
    withdrawnNow: 'The message is withdrawn.',
    writtenIn: 'Written in',
    yourMessage: 'Your message',
  },
  es: {
    again: 'Inténtelo de nuevo en un momento.',
    anonymous: 'Alguien',
    brand: 'Plataforma de movilización de recursos',
    cancel: 'Cancelar',
    composeHint: 'Se admite Markdown. Ctrl+Intro envía.',
    demoText: 'Todas las personas son ficticias. Elija una función para iniciar sesión.',
    demoTitle: 'Demostración',
    earlier: 'Cargar mensajes anteriores',
    edit: 'Modificar',
    edited: 'modificado el {when}',
    email: 'Correo electrónico',
    ended: 'Su sesión ha terminado. Inicie sesión de nuevo.',
    find: 'Buscar',
    fresh: 'nuevo',
    gone: 'Este hilo ya no está abierto para usted.',
    graphiql: 'Consultar la API con GraphiQL',
    incoming: 'Nuevo mensaje de {name}.',
    incomings: '{count} mensajes nuevos.',
    language: 'Idioma',
    later: 'Cargar mensajes posteriores',
    live: 'En vivo',
    moreThreads: 'Más hilos',
    newPassword: 'Nueva contraseña',
    newPasswordText: 'Elija una contraseña de 12 a 200 caracteres.',
    newest: 'Más recientes',
    noMessages: 'Todavía no hay mensajes.',
    noThreads: 'No se encontró ningún hilo.',
    notJson: 'La plataforma dio una respuesta que esta página no entiende ({status}).',
    offline: 'Sin conexión: lo nuevo llegará cuando vuelva.',
    oldest: 'Más antiguos',
    outdated: 'Esta página está desfasada. Cárguela de nuevo.',
    password: 'Contraseña',
    posted: 'Su mensaje está publicado.',
    present: 'También aquí: {names}',
    readOnly: 'Puede leer este hilo, pero no escribir en él.',
    reason: 'Motivo (opcional)',
    reconnecting: 'Conectando de nuevo…',
    refresh: 'Actualizar',
    refreshed: 'Está al día.',
    request: 'Solicitud {id}.',
    save: 'Guardar',
    saved: 'Su cambio está guardado.',
    schema: 'Esquema',
    search: 'Buscar en los títulos',
    send: 'Enviar',
    setPassword: 'Establecer la contraseña',
    showOriginal: 'Ver el original',
    showTranslation: 'Ver la traducción',
    signIn: 'Iniciar sesión',
    signOut: 'Cerrar sesión',
    signedOut: 'Ha cerrado la sesión.',
    skip: 'Ir al contenido',
    threads: 'Hilos',
    translated: 'Traducido del {from}',
    typing: 'Escribiendo: {names}',
    unreachable: 'No se puede contactar con la plataforma.',
    unseen: 'Mensajes nuevos',
    withdraw: 'Retirar',
    withdrawText: 'El texto desaparece para todos. Seguirá visible que hubo un mensaje.',
    withdrawTitle: '¿Retirar este mensaje?',
    withdrawn: 'Este mensaje fue retirado.',
    withdrawnNow: 'El mensaje está retirado.',
    writtenIn: 'Escrito en',
    yourMessage: 'Su mensaje',
  },
  fr: {
    again: 'Réessayez dans un instant.',
    anonymous: 'Quelqu’un',
    brand: 'Plateforme de mobilisation des ressources',
    cancel: 'Annuler',
    composeHint: 'Markdown est compris. Ctrl+Entrée envoie.',
    demoText: 'Toutes les personnes sont fictives. Choisissez un rôle pour vous connecter.',
    demoTitle: 'Démonstration',
    earlier: 'Charger les messages précédents',
    edit: 'Modifier',
    edited: 'modifié le {when}',
    email: 'Adresse électronique',
    ended: 'Votre session est terminée. Reconnectez-vous.',
    find: 'Chercher',
    fresh: 'nouveau',
    gone: 'Ce fil ne vous est plus ouvert.',
    graphiql: 'Interroger l’API avec GraphiQL',
    incoming: 'Nouveau message de {name}.',
    incomings: '{count} nouveaux messages.',
    language: 'Langue',
    later: 'Charger les messages suivants',
    live: 'En direct',
    moreThreads: 'Plus de fils',
    newPassword: 'Nouveau mot de passe',
    newPasswordText: 'Choisissez un mot de passe de 12 à 200 caractères.',
    newest: 'Les plus récents',
    noMessages: 'Aucun message pour l’instant.',
    noThreads: 'Aucun fil trouvé.',
    notJson: 'La plateforme a donné une réponse que cette page ne comprend pas ({status}).',
    offline: 'Hors ligne : les nouveautés arriveront à votre retour.',
    oldest: 'Les plus anciens',
    outdated: 'Cette page n’est plus à jour. Rechargez-la.',
    password: 'Mot de passe',
    posted: 'Votre message est publié.',
    present: 'Aussi ici : {names}',
    readOnly: 'Vous pouvez lire ce fil, mais pas y écrire.',
    reason: 'Motif (facultatif)',
    reconnecting: 'Reconnexion…',
    refresh: 'Actualiser',
    refreshed: 'À jour.',
    request: 'Requête {id}.',
    save: 'Enregistrer',
    saved: 'Votre modification est enregistrée.',
    schema: 'Schéma',
    search: 'Chercher dans les titres',
    send: 'Envoyer',
    setPassword: 'Enregistrer le mot de passe',
    showOriginal: 'Voir l’original',
    showTranslation: 'Voir la traduction',
    signIn: 'Se connecter',
    signOut: 'Se déconnecter',
    signedOut: 'Vous vous êtes déconnecté.',
    skip: 'Aller au contenu',
    threads: 'Fils de discussion',
    translated: 'Traduit ; original en {from}',
    typing: 'En train d’écrire : {names}',
    unreachable: 'La plateforme est injoignable.',
    unseen: 'Nouveaux messages',
    withdraw: 'Retirer',
    withdrawText: 'Son texte disparaît pour tous. Il restera visible qu’il y avait un message.',
    withdrawTitle: 'Retirer ce message ?',
    withdrawn: 'Ce message a été retiré.',
    withdrawnNow: 'Le message est retiré.',
    writtenIn: 'Rédigé en',
    yourMessage: 'Votre message',
  },
};

const remembered = 'hub-language';
let current = recall() ?? navigator.languages.map((l) => l.slice(0, 2)).find((l) => l in words) ?? 'en';

function recall() {
  try {
    const lang = localStorage.getItem(remembered);
    return lang in words ? lang : null;
  } catch {
    return null; // storage is switched off
  }
}

/** The language of the interface: en, es or fr. */
export function language() {
  return current;
}

/** Changes the language and everything on the page that is said in it. */
export function speak(lang) {
  current = lang in words ? lang : 'en';
  try {
    localStorage.setItem(remembered, current);
  } catch {
    // storage is switched off: the choice holds for this visit
  }
  document.documentElement.lang = current;
  document.title = say('brand');
  for (const element of document.querySelectorAll('[data-text]')) refill(element);
  for (const element of document.querySelectorAll('time')) showTime(element);
}

/** The sentence with this name; {names} in it are filled in. */
export function say(name, fills = {}) {
  return words[current][name].replace(/\{(\w+)\}/g, (_, key) => fills[key]);
}

/** Lets an element say a sentence, now and after a change of language. */
export function saying(element, name, fills = {}) {
  element.dataset.text = name;
  element.dataset.fills = JSON.stringify(fills);
  refill(element);
  return element;
}

function refill(element) {
  const fills = JSON.parse(element.dataset.fills ?? '{}');
  if (fills.when) fills.when = inWords(fills.when);
  if (fills.from) fills.from = new Intl.DisplayNames(current, { type: 'language' }).of(fills.from);
  if (fills.names) fills.names = new Intl.ListFormat(current, { type: 'unit' }).format(fills.names);
  element.textContent = say(element.dataset.text, fills);
}

/** Shows the moment of a time element in the language and time zone of the reader. */
export function showTime(element) {
  element.textContent = inWords(element.dateTime);
}

function inWords(moment) {
  return new Intl.DateTimeFormat(current, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(moment));
}
